# All lectures: they build, a second build has the same bytes, and there is nothing to say against any slide.
. "$srcdir/lectures/test/lib.sh"
needs CHROMIUM chromium
real_reveal

sed 's/^CHROMIUM := .*/CHROMIUM :=/' "$CONFIG" >config.mk
CONFIG=$PWD/config.mk
for out in one two; do expect 0 lectures OUT="$PWD/$out" REVEALJS="$REVEALJS" all; done
diff -r one two || fail "built twice, and not the same"
for folder in one/*/; do
    name=$(basename "$folder")
    grep -q '<aside class="notes">' "$folder/index.html" || fail "$name has no speaker notes"
    ! grep -q 'src="http' "$folder/index.html" || fail "$name needs a network"
done
sh "$srcdir/lectures/tool/check.sh" "$CHROMIUM" one/*/
