# Does what a page says: writes its files, gives its commands, looks whether they print what it promises. To be included.
# SPDX-License-Identifier: BSD-2-Clause

# boxes PAGE: in this directory. ~~~~KIND [FILE] begins a box. sh: commands; text: what they print, line by line, and more; anything else:
# the contents of FILE.
boxes() {
    steps=$(mktemp -d)
    awk -v steps="$steps" '/^~~~~./ { n++; kind = substr($1, 5); printf "%03d %s %s\n", n, kind, $2 >(steps "/list"); inside = 1; next }
         /^~~~~$/ { inside = 0; next }
         inside { print >sprintf("%s/%03d", steps, n) }' "$1"
    [ -e "$steps/list" ] || fail "there are no boxes in $1"
    while read -r number kind file; do
        case $kind in
        sh)
            echo "--- $(cat "$steps/$number")"
            sh -e "$steps/$number" >output 2>&1 </dev/null || { cat output; fail "a command of ${1##*/} failed"; }
            tr -s ' ' <output | sed 's/^ //' >flat
            cat output
            ;;
        text)
            while read -r line; do
                line=$(printf '%s' "$line" | tr -s ' ')
                grep -qF -- "$line" flat || fail "${1##*/} promises what is not said: $line"
            done <"$steps/$number"
            ;;
        *)
            mkdir -p "$(dirname "$file")"
            cp "$steps/$number" "$file"
            ;;
        esac
    done <"$steps/list"
    rm -r "$steps"
}
