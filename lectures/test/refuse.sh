# What must not be on a slide stops the build, with file, slide and remedy; what may be is there as it stands in the file.
. "$srcdir/lectures/test/lib.sh"
empty_reveal

# A kit of its own, so that the marks are those of this test.
mkdir -p kit/from/bad kit/code
cp -R "$srcdir/lectures" kit
sed "s|^srcdir := .*|srcdir := $PWD/kit|; s|^CHROMIUM := .*|CHROMIUM :=|" "$CONFIG" >config.mk
CONFIG=$PWD/config.mk

cat >kit/code/marks.c <<'C'
//! slide: plain begin
    int one;
//! slide: plain end
int four;
//! slide: twice begin
//! slide: twice end
//! slide: twice begin
//! slide: backwards end
//! slide: backwards begin
//! slide: empty begin
//! slide: empty end
//! slide: open begin
//! slide: solved begin
void f(void)
{
    //! answer 3.2 begin: the work
    work();       //! skeleton: not_implemented("3.2 the work");
    more_work();
    //! answer 3.2 end
    puts("//!slide: is no mark");
}
//! slide: solved end
C
printf '        ;! slide: nasm begin\n        mov eax, 0xC0000080 ; EFER\n        ;! slide: nasm end\n' >kit/code/marks.asm
printf '/*! slide: ld begin */\n. = 1M;\n/*! slide: ld end */\n#! slide: sh begin\necho\n#! slide: sh end\n' >kit/code/marks.ld
echo 'one 12345' >kit/from/bad/good.values
printf 'one 1\none 2\nnonsense\n' >kit/from/bad/bad.values

# deck TEXT: what is on the one slide. front TEXT: in the front matter.
front='values: good.values'
deck() {
    printf -- '---\ntitle: A lecture\n%s\n---\n\n# The slide%s\n\n%s\n' "$front" "${slide:-}" "$1" >kit/from/bad/slides.md
}
build() { lectures FROM="$PWD/kit/from" OUT="$PWD/out" REVEALJS="$REVEALJS" bad; }
refused() { # TEXT: the message; the deck's text is $2
    rm -rf out
    deck "$2"
    expect 2 build
    says "$1"
    says "on the slide 'The slide'"
    says "remedy: "
    [ ! -e out/bad/index.html ] || fail "a deck was written all the same"
}
listing() { printf '```{.c include="%s" slide="%s"}\n```\n' "$1" "$2"; }
picture() { printf '```%s\n%s\n```\n' "$1" "$2"; }

refused "code/none.c: cannot be read" "$(listing code/none.c plain)"
refused "code/marks.c: there is no mark 'slide: nowhere begin'" "$(listing code/marks.c nowhere)"
refused "code/marks.c: there is no mark 'slide: open end'" "$(listing code/marks.c open)"
refused "code/marks.c:7: the mark 'slide: twice begin' is there already, in line 5" "$(listing code/marks.c twice)"
refused "code/marks.c:8: 'slide: backwards end' comes before its begin" "$(listing code/marks.c backwards)"
refused "nothing stands between the marks of 'empty'" "$(listing code/marks.c empty)"
refused "code/marks.c:13: 'solved' shows answer 3.2 of an exercise" "$(listing code/marks.c solved)"
refused "a listing without a name" "$(printf '```{.c include="code/marks.c"}\n```')"
refused "a picture without alternative text" "$(picture dot 'digraph { a }')"
refused "a picture without alternative text" "$(picture mscgen 'alt:

msc { a; }')"
refused "a picture without alternative text" '![](picture.svg)'
refused "dot cannot draw this" "$(picture dot 'alt: a graph

digraph { a -> }')"
refused "'one' is not 'NAME  LABEL'" "$(picture bars 'alt: bars

one')"
refused "remedy: write [one]{.value}" 'A figure: @{one}.'
refused "there is no measured value 'two'" '[two]{.value}'
refused "this picture's text cannot be read" "$(picture '{.dot include="none.dot"}' 'alt: a graph

')"
front='values: bad.values'
deck 'Words.'
expect 2 build
says "bad.values:2: one has a value already"
says "bad.values:3: not a line 'NAME VALUE'"
front='values: good.values'

# What is right: the lines of the file with their numbers, without marks and indentation; figures; no red hexadecimal numbers.
slide=' {answers=yes}'
rm -rf out
deck "$(listing code/marks.c plain; echo; listing code/marks.c solved; echo; listing code/marks.asm nasm; echo
    listing code/marks.ld ld; echo; listing code/marks.ld sh; echo
    picture dot 'alt: a graph of @{one}

digraph { a [label="@{one}"] }'; echo; picture bars 'alt: bars

one  its label'; echo; echo 'So many: [one]{.value}.

::: notes
The prose of [one]{.value}.
:::')"
expect 0 build
page=out/bad/index.html
has() { grep -qF -- "$1" "$page" || { cat "$page"; fail "the deck has no $1"; }; }
has_not() { ! grep -qF -- "$1" "$page" || fail "the deck has $1"; }
has 'code/marks.c:2–2'
has 'code/marks.c:14–21'
has 'code/marks.ld:5–5'
has 'counter-reset: source-line 13;'
has '#listing-2-16{counter-increment:source-line 2 !important}'
number=$(printf '12\342\200\257345')      # with a narrow blank, as it is set
has "alt=\"a graph of $number\""
has "$number</span>"
has '<aside class="notes">'
has '<a aria-hidden="true"></a>'
has_not 'href="#listing'
for mark in 'skeleton' 'not_implemented' 'answer 3.2' 'slide: plain'; do has_not "$mark"; done
has 'is no mark'
grep -q ">$number<" out/bad/dot-*.svg || fail "the value is not in the diagram"
grep -q 'its label' out/bad/bars-*.svg || fail "the bars have no label"
grep -q '<div class="prose">' out/bad/handout.html || fail "the notes are not the handout's prose"
has_not 'class="prose"'
! grep -q 'class="notes"' out/bad/handout.html || fail "the handout has notes"

# A change of the code that is shown makes the deck anew, and only then.
expect 0 build
says_not DECK
sed -i 's/int one;/int uno;/' kit/code/marks.c
expect 0 build
says DECK
has 'uno'
