# The example of AUTHORING.md, word for word: deck, handout and PDF, and nothing to say against it.
. "$srcdir/lectures/test/lib.sh"
needs CHROMIUM chromium
real_reveal

mkdir -p from/example
awk '/^~~~~/ { inside = !inside; next } inside' "$srcdir/lectures/AUTHORING.md" >from/example/slides.md
[ "$(grep -c '^# ' from/example/slides.md)" -ge 3 ] || fail "there is no example in AUTHORING.md"
expect 0 lectures FROM="$PWD/from" OUT="$PWD/out" REVEALJS="$REVEALJS" example
for file in index.html handout.html slides.pdf reveal.js/reveal.js theme.css; do
    [ -s "out/example/$file" ] || fail "there is no $file"
done
head -c 5 out/example/slides.pdf | grep -q '%PDF-' || fail "slides.pdf is no PDF"
# A page for each slide: Chromium writes the number of pages into the tree of pages.
pages=$(grep -ac '/Type /Page$' out/example/slides.pdf || :)
slides=$(grep -c '<section ' out/example/index.html)
[ "$pages" = "$slides" ] || fail "$pages pages for $slides slides"
sh "$srcdir/lectures/tool/check.sh" "$CHROMIUM" out/example
