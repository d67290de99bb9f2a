#!/bin/sh
# Makes the references of all stages into objects without a trace of how they were written: the names of the contract stay, what a
# stage keeps to itself is called reference_N_K, and nothing else but code and data is left.
#
#   parts.sh SRCDIR CONFIG OUT TO       OUT: where they are built; TO: the folder that gets plain/ and checked/ with N-stage.part.o each
#
# They are plain relocatable ELF, without link-time optimisation (kernel.mk, WHOLE), so any linker for x86-64 takes them, whatever
# compiler the rest is built with. Needs from the environment: MAKE.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
srcdir=$1 config=$2 out=$3 to=$4
tool() { sed -n "s/^$1 := //p" "$config"; }
nm=$(tool KNM) objcopy=$(tool KOBJCOPY)
stages=$(cd "$srcdir/solutions" && ls -d [1-9]-*)
names=$out/names

# What parts may call each other: names of contracts, and of the linker script.
contract() { cat "$srcdir"/kernel/contract/*.symbols; printf '%s\n' kernel_start kernel_end kernel_text_end kernel_rodata_end; }

# private PART N: lines "name reference_N_K" for objcopy, in the order of addresses; .LC0 and the like say nothing and stay.
private() {
    "$nm" -n "$1" | awk -v n="$2" '
        FILENAME != "-" { contract[$1]; next }
        $(NF - 1) != "U" && !($NF in contract) && !($NF in seen) && $NF !~ /^\./ { seen[$NF]; print $NF, "reference_" n "_" ++k }
        ' "$out/contract" -
    printf '%s\n' "bss_start reference_cleared" "bss_end reference_cleared_end"
}

# strip FROM TO N: twice, because a name that no relocation needs goes with the first.
strip() {
    "$objcopy" --strip-debug --strip-unneeded -R .comment -R '.note*' "$1" "$2"
    private "$2" "$3" >"$names"
    "$objcopy" --redefine-syms="$names" "$2"
}

mkdir -p "$out"
contract >"$out/contract"
for kind in plain checked; do
    check=''
    [ "$kind" = plain ] || check=1
    folder=$out/$kind
    mkdir -p "$to/$kind"
    # shellcheck disable=SC2086
    ${MAKE:-make} -s -f "$srcdir/kernel/kernel.mk" CONFIG="$config" OUT="$folder" BODY=stages WHOLE= CHECK="$check" \
        $(printf "$folder/%s.part.o " $stages)
    for stage in $stages; do
        strip "$folder/$stage.part.o" "$to/$kind/$stage.part.o" "${stage%%-*}"
    done
done
