# The cutter as a whole: the demo stage must become `expected`, and every wrong mark must be refused at its line.
. "$srcdir/tools/test/lib.sh"
here=$srcdir/tools/stage-cut/test
cut=$OUT/tools/stage-cut

# --- what is cut ---
expect 0 "$cut" cut --tests "$here/records" "$here/3-demo" out
diff -r out "$here/expected" || fail "the skeleton is not what it should be"
[ -x out/run.sh ] || fail "run.sh lost its x"
expect 0 "$cut" check --tests "$here/records" "$here/3-demo" out

# Kept answers are the code without marks; all kept is the reference.
expect 0 "$cut" cut --keep 3.1,3.10 "$here/3-demo" some
grep -q '^    push  rax           ; kept$' some/enter.asm || fail "3.1 was not kept"
grep -q 'queue->ticks++;' some/queue.c || fail "3.10 was not kept"
grep -q 'Answer 3.2 (place 1' some/queue.c || fail "3.2 was kept"
expect 0 "$cut" cut --keep all "$here/3-demo" all
sed -E '/^[[:space:]]*(\/\/!|\/\*!)/d; s@ *(//!|/\*!) skeleton.*@@' "$here/3-demo/queue.c" | cmp - all/queue.c ||
    fail "with all answers kept, queue.c is not the reference without marks"
if grep -r '[/;][/*]*! ' all --include='*.c' --include='*.asm' --include='*.ld' | grep -v http; then fail "a mark stayed"; fi
expect 64 "$cut" cut --keep 3.4 "$here/3-demo" none
says "no such answer"

# What editors leave behind is no part of a stage.
cp -pR "$here/3-demo" 3-edited
touch 3-edited/queue.c~ 3-edited/.queue.c.swp
expect 0 "$cut" check --tests "$here/records" 3-edited out

# --- what is written, and what is compared ---
ls --full-time out/queue.c >before
echo changed >out/enter.asm
echo extra >out/deep/extra.c
rm out/stage.ld
expect 1 "$cut" check --tests "$here/records" "$here/3-demo" out
says "out/enter.asm:1: differs"
says "should be: ; a comment; and another"
says "out/deep/extra.c: is extra"
says "out/stage.ld: is missing"
expect 3 "$cut" cut --tests "$here/records" "$here/3-demo" out
says "deep/extra.c: is not made from the stage"
[ ! -e out/stage.ld ] || fail "something was written in spite of the refusal"
expect 0 "$cut" cut --prune --tests "$here/records" "$here/3-demo" out
diff -r out "$here/expected" || fail "not repaired"
ls --full-time out/queue.c | cmp - before || fail "a file that was right was written again"
chmod -x out/run.sh
expect 1 "$cut" check --tests "$here/records" "$here/3-demo" out
says "must be executable"

# --- the list of answers ---
expect 0 "$cut" answers "$here/3-demo"
[ "$(awk '/^3/ { print $1 }' output | tr '\n' ' ')" = "3.1 3.2 3.3 3.10 " ] || fail "numbers or their order are wrong"
says "queue.c:6-15 (5 lines)"
expect 0 "$cut" answers --json "$here/3-demo"
says '"title": "place the sections"'

# --- wrong marks: refused with file and line, nothing written. Standard input is the file. ---
refuses() { # LINE MESSAGE
    rm -rf wrong
    mkdir -p wrong/3-x
    cat >"wrong/3-x/${file:-x.c}"
    expect 2 "$cut" cut wrong/3-x never
    says "wrong/3-x/${file:-x.c}:$1: error: $2"
    [ ! -e never ] || fail "something was written"
}
good='//! skeleton: not_implemented("3.1 title");'
printf '\n//! answer 3.1 begin\n%s\n' "$good" | refuses 2 "answer 3.1 begins here and never ends"
printf '//! answer 3.1 end\n' | refuses 1 "answer 3.1 ends here but did not begin"
printf '//! answer 3.1 begin\n%s\n//! answer 3.2 begin\n//! answer 3.1 end\n' "$good" |
    refuses 3 "answer 3.2 begins inside answer 3.1, which is open since line 1"
printf '//! answer 3.1 begin\n%s\n//! answer 3.2 end\n' "$good" | refuses 3 "answer 3.2 ends here, but answer 3.1 is open"
printf '//! answer 4.1 begin: t\n//! skeleton: nothing\n//! answer 4.1 end\n' | refuses 1 "answer 4.1 is in stage 3"
printf '//! answer 3.1 begin: t\ncode;\n//! answer 3.1 end\n' | refuses 1 "answer 3.1 leaves nothing in the skeleton"
printf '//! answer 3.1 begin\n//! skeleton: nothing\n//! answer 3.1 end\n' | refuses 1 "answer 3.1 has no title"
printf '//! answer 3.1 begin: other\n%s\n//! answer 3.1 end\n' "$good" | refuses 2 'answer 3.1 is titled "title" here'
printf '//! answer 3.2 begin\n%s\n//! answer 3.2 end\n' "$good" | refuses 2 'this is answer 3.2, so write not_implemented("3.2'
printf '%s\n' "$good" | refuses 1 "skeleton text outside an answer"
printf '//! anwser 3.1 begin\n' | refuses 1 "unknown mark"
printf 'code; //! answer 3.1 begin\n' | refuses 1 "this mark needs a line of its own"
printf '//! answer begin\n' | refuses 1 "an answer needs its number"
printf '//! answer 3.1 bgin\n' | refuses 1 "write 'answer N.M begin'"
printf '//! answer 3.1 begin: t\n//! skeleton:\n//! answer 3.1 end\n' | refuses 2 "a skeleton mark without text"
printf '//! slide: a begin\n' | refuses 1 "slide a begins here and never ends"
printf '//! slide: a end\n' | refuses 1 "slide a ends here but did not begin"
printf '/*! answer 3.1 begin\n*/\n' | refuses 1 "a mark is one line"
printf '\n;! answer 3.1 begn\n' | file=x.asm refuses 2 "write 'answer N.M begin'"
printf '/*! answer 3.1 begin: t */\n' | file=x.ld refuses 1 "answer 3.1 begins here and never ends"

# --- other trouble ---
expect 3 "$cut" cut "$here/records" never
says "a stage's folder is named N-name"
expect 3 "$cut" cut "$here/no-such-stage" never
expect 64 "$cut" cut "$here/3-demo"
mkdir 3-y badrecords
printf '<!-- tests -->\n<!-- tests -->\n' >3-y/HANDOUT.md
expect 3 "$cut" cut --tests "$here/records" 3-y never
says "has 2 lines '<!-- tests -->'"
printf 'text\n' >3-y/HANDOUT.md
expect 3 "$cut" cut --tests "$here/records" 3-y never
says "has 0 lines"
expect 0 "$cut" cut --tests "$here/no-such-records" 3-y fine
echo '{ "id": "3-a" }' >badrecords/a.json
expect 3 "$cut" cut --tests badrecords 3-y never
says 'badrecords/a.json: error: a test record needs the string "title"'
echo text >3-y/README.md
expect 3 "$cut" cut 3-y never
says "move this text to HANDOUT.md"
