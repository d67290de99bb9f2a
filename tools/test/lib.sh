# For the test scripts in this folder; each runs in an empty directory of its own, with config.mk's variables around it.
# SPDX-License-Identifier: BSD-2-Clause
set -eu

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
skip() { printf '%s\n' "$*"; exit 77; }

# expect CODE COMMAND...: runs it with its output in the file `output` and checks the exit code.
expect() {
    wanted=$1 got=0
    shift
    "$@" >output 2>&1 || got=$?
    [ "$got" = "$wanted" ] || { cat output; fail "exit code $got instead of $wanted: $*"; }
}

# stage_folder STAGE: the student's where `make check EX=...` asks for it, else the reference.
stage_folder() {
    student=''
    case $1 in
    [1-9]-*) eval "student=\${STAGE_${1%%-*}:-}" ;;
    esac
    [ -n "$student" ] || [ -d "$srcdir/solutions" ] ||
        { echo "the reference is not in this tree; EX=${1%%-*} tries yours" >&2; exit 77; }
    echo "${student:-$srcdir/solutions/$1}"
}

# says TEXT: the last expect printed this.
says() { grep -qF -- "$1" output || { cat output; fail "does not say: $1"; }; }
says_not() { ! grep -qF -- "$1" output || { cat output; fail "must not say: $1"; }; }

# Everything of the source tree that a copy of it needs; a student's work is no part of it.
copy_tree() {
    mkdir -p "$1"
    for part in "$srcdir"/* "$srcdir"/.ci; do
        case ${part##*/} in
        build-aux) cp -pR "$part" "$1" ;;
        work | build* | autom4te.cache) ;;
        *) [ ! -e "$part" ] || cp -pR "$part" "$1" ;;
        esac
    done
}
