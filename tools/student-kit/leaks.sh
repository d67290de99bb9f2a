#!/bin/sh
# Searches a tree for students for what it must not have: the text of an answer, and names that a reference keeps to itself.
#
#   leaks.sh SRCDIR CONFIG TREE       exit codes: 0 nothing, 1 something was found, and is printed
#
# Handouts and hints are not searched: what they tell of an answer, they tell on purpose.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
srcdir=$1 config=$2 tree=$3
here=$srcdir/tools/student-kit
tool() { sed -n "s/^$1 := //p" "$config"; }
nm=$(tool KNM) readelf=$(tool KREADELF)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL

# Findings as FILE: TEXT, without those that `known` explains.
texts() {
    # shellcheck disable=SC2046
    (cd "$tree" && awk -f "$here/leaks.awk" \
        answers=1 $(find "$srcdir/solutions" -type f \( -name '*.[ch]' -o -name '*.asm' -o -name '*.ld' \) | sort) \
        answers=0 skeleton=1 $(find "$srcdir/exercises" -type f ! -name '*.md' | sort) \
        skeleton=0 $(find . -type f ! -path '*/exercises/*.md' ! -name '*.o' | sort)) |
        sed 's|^\./\([^:]*\):[0-9]*:|\1:|' | sort -u | grep -vxFf "$here/known"
}

# Objects: only names of contracts, and neither debug information nor the names of files.
contract() { cat "$srcdir"/kernel/contract/*.symbols; printf '%s\n' kernel_start kernel_end kernel_text_end kernel_rodata_end; }
names() {
    find "$tree" -type f \( -name '*.o' -o -name '*.a' -o -name '*.elf' \) | sort | while read -r object; do
        "$nm" -a "$object" | awk -v file="${object#"$tree"/}" '
            FILENAME != "-" { contract[$1]; next }
            !($NF in contract) && $NF !~ /^(reference_|[.])/ { print file ": the name " $NF }' "$work/contract" -
        "$readelf" -SW "$object" | sed -n 's/.* \(\.debug[a-z_]*\|\.comment\) .*/\1/p' | sed "s|^|${object#"$tree"/}: |"
    done
}

contract >"$work/contract"
{ texts || :; names; } >"$work/found"
[ ! -s "$work/found" ] || { cat "$work/found"; exit 1; }
