#!/bin/sh
# Every question of a handout has its answer in teaching/, and every answer its question.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"

all=0
for page in "$srcdir"/exercises/[1-9]-*/README.md; do
    stage=$(basename "$(dirname "$page")")
    awk -f "$srcdir/grading/corpus/questions.awk" "$page" >questions
    [ -s questions ] || fail "no question is found in $stage"
    cut -d ' ' -f 1 questions | sort >asked
    sed -n 's/^\*\*\([0-9]\.[A-Z0-9.]*\)\*\* .*/\1/p' "$srcdir/grading/teaching/$stage.md" | sort >answered
    diff asked answered >different || { cat questions different; fail "$stage: what is asked (<) is not what is answered (>)"; }
    # An answer of fewer words than that is none.
    awk -v least=8 'function told() { if (id && words < least) { print id " is answered in " words " words"; bad = 1 } id = "" }
        /^\*\*[0-9]\.[A-Z0-9.]*\*\* / { told(); id = $1; words = NF - 1; next }
        /^#/ || /^$/ { told(); next }
        { words += NF }
        END { told(); exit bad }' "$srcdir/grading/teaching/$stage.md" || fail "$stage: answers that say nothing"
    viva=$(sed -n '/^## Viva/,/^## Sol/p' "$srcdir/grading/teaching/$stage.md" | grep -c '^\* ')
    [ "$viva" -ge 3 ] || fail "$stage has $viva questions for a viva"
    all=$((all + $(wc -l <asked)))
    for heading in Answers Viva "Solutions that look alike"; do
        grep -qx "## $heading" "$srcdir/grading/teaching/$stage.md" || fail "$stage has no \"$heading\""
    done
done
echo "$all questions, all answered"

