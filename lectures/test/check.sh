# The look at the slides must find what is wrong with them, each on the slide where it is, and leave what is right alone.
. "$srcdir/lectures/test/lib.sh"
needs CHROMIUM chromium
real_reveal

mkdir -p from/bad from/good
long='a_line_of_code_that_is_very_much_longer_than_any_slide_can_show_without_a_smaller_letter_than_people_can_read'
points=$(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo "* point $i"; done)
cat >from/bad/slides.md <<END
---
title: Bad
---

# Too tall

$points

# Too wide

\`\`\`c
$long
\`\`\`

# Too small

[small print]{style="font-size: 12px"}

# No words

<img src="there.svg"> <svg width="10" height="10"></svg>

# Not there

![a picture that is missing](missing.svg)

# Dead ends

[a](#nowhere) [b](missing.html) [c](#too-tall) [d](handout.html) [e](https://example.org/missing)

# An answer too tall

::: answer
$points
:::

# A script

<script>console.error("a message from the deck"); no_such_function();</script>
END
printf '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>\n' >from/bad/there.svg
cat >from/good/slides.md <<'END'
---
title: Good
---

# One

A [link](#two), and ![a small picture](there.svg)

# Two

    code
END
cp from/bad/there.svg from/good
sed 's/^CHROMIUM := .*/CHROMIUM :=/' "$CONFIG" >config.mk
CONFIG=$PWD/config.mk
expect 0 lectures FROM="$PWD/from" OUT="$PWD/out" REVEALJS="$REVEALJS" all
says "good: no PDF, because Chromium was not found (package chromium)"

expect 0 "$srcdir/lectures/tool/check.sh" "$CHROMIUM" out/good
says "looked at 3 slides of $PWD/out/good at 1280x720"
says "looked at 3 slides of $PWD/out/good at 1024x768"

expect 1 "$srcdir/lectures/tool/check.sh" "$CHROMIUM" out/good out/bad
says "looked at 9 slides of $PWD/out/bad at 1024x768"
found() { grep -q "out/bad: $1" output || { cat output; fail "did not find: $1"; }; }
for size in 1280x720 1024x768; do
    found "'Too tall': runs over the bottom edge by .* pixels: .* (at $size)"
    found "'An answer too tall': runs over the bottom edge by .* (at $size)"
    found "'Too wide': runs over the right edge by .* (at $size)"
done
found "'Too small': has text of 12 pixels"
found "'No words': has a picture without alternative text: there.svg"
found "'No words': has a <svg> without aria-label"
found "'Not there': has a picture that cannot be loaded: missing.svg"
found "'Dead ends': has a link that leads nowhere: #/nowhere"
found "'Dead ends': has a link that leads nowhere: missing.html"
found "the handout has a link that leads nowhere: missing.html"
says 'console: "a message from the deck"'
says 'console: "Uncaught ReferenceError: no_such_function'
for good in ': #/too-tall' ': handout.html' example.org 'out/good: '; do says_not "$good"; done
