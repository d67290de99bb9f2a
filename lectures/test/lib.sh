# For the tests of the lectures: the tools they need, and building of lectures that a test has written.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"

# needs TOOL PACKAGE: "not run" where configure has not found it.
needs() {
    eval "found=\${$1:-}"
    [ -n "$found" ] || skip "the package $2 is not installed (./bootstrap --lectures check installs it)"
}
needs PANDOC pandoc
needs DOT graphviz
needs MSCGEN mscgen

lectures() { "${MAKE:-make}" --no-print-directory -f "$srcdir/lectures/lectures.mk" CONFIG="$CONFIG" "$@"; }

# reveal.js, fetched once for all tests.
real_reveal() {
    [ -n "$REVEALJS" ] || needs NPM npm
    mkdir -p "$OUT/lectures"
    if ! flock "$OUT/lectures" "${MAKE:-make}" -s -f "$srcdir/lectures/lectures.mk" CONFIG="$CONFIG" OUT="$OUT/lectures" \
        reveal >output 2>&1; then
        cat output
        ! grep -q '^npm could not get reveal.js' output || skip "npm could not get reveal.js"
        fail "reveal.js cannot be put in place"
    fi
    REVEALJS=${REVEALJS:-$OUT/lectures/npm/node_modules/reveal.js}
}

# Files of the same names with nothing in them, where nobody looks at the deck.
empty_reveal() {
    REVEALJS=$PWD/reveal
    mkdir -p reveal/dist reveal/plugin/notes
    for file in package.json LICENSE dist/reset.css dist/reveal.css dist/reveal.js plugin/notes/notes.js; do : >"reveal/$file"; done
}
