# Every form of the sample must be as expected, byte for byte; every flaw must be refused with its reason and exit code.
# `sh test.sh --accept` (with OUT and srcdir set) takes what the tool writes now for what is expected.
# SPDX-License-Identifier: BSD-2-Clause
. "$srcdir/tools/test/lib.sh"
trace=$OUT/tools/trace
sample=$OUT/tools/trace_sample
expected=$srcdir/tools/trace/test/expected

"$sample" >sample.dump
expect 0 "$trace" --title sample --format all --output all sample.dump
if [ "${1:-}" = --accept ]; then
    mkdir -p "$expected"
    cp all/* "$expected"
fi
for file in "$expected"/*; do
    cmp "$file" "all/${file##*/}" || fail "${file##*/} is not as expected (diff $file)"
done
[ "$(ls all)" = "$(ls "$expected")" ] || fail "other files than expected: $(ls all)"
for form in text chart tree timeline speedscope chrome; do
    expect 0 "$trace" --title sample -f "$form" sample.dump
    [ -s output ] || fail "nothing is written as $form"
done
cmp output all/chrome.json || fail "standard output and a file differ"

# The JSON forms against their rules, and the checker against what breaks them.
json=$OUT/tools/trace_json
for dir in all "$expected"; do
    "$json" speedscope "$dir/speedscope.json" || fail "speedscope.json"
    "$json" chrome "$dir/chrome.json" || fail "chrome.json"
done
sed '0,/"type": "O"/s//"type": "C"/' all/speedscope.json >bad.json
expect 1 "$json" speedscope bad.json
sed '0,/"ph": "f"/s//"ph": "s"/' all/chrome.json >bad.json
expect 1 "$json" chrome bad.json

# The programs that these are for take them, where they are installed.
if command -v mscgen >/dev/null; then expect 0 mscgen -T svg -i all/chart.msc -o chart.svg; fi
if command -v dot >/dev/null; then expect 0 dot -T svg -o tree.svg all/tree.dot; fi
if command -v xmllint >/dev/null; then expect 0 xmllint --noout all/timeline.svg; fi

refused() { # CODE TEXT FLAW
    "$sample" "$3" >flawed.dump
    expect "$1" "$trace" flawed.dump
    says "$2"
}
refused 1 "does not begin with a trace ring" magic
refused 1 "another version" version
refused 1 "boot it with trace=N" no-ring
refused 1 "none that the kernel makes" odd
refused 1 "records are missing" short
refused 1 "too short" header
refused 0 "2 records were not complete" torn
refused 0 "taken for a nanosecond" no-hz

expect 1 "$trace" nowhere.dump
says "cannot be opened"
expect 2 "$trace"
says "usage:"
expect 2 "$trace" --format picture sample.dump
says "there are text, chart"
expect 2 "$trace" --format all sample.dump
says "into which folder"
expect 2 "$trace" --name nothing sample.dump
expect 2 "$trace" --last many sample.dump
expect 3 "$trace" --output /nowhere/at/all sample.dump
expect 3 "$trace" --kernel sample.dump sample.dump
says "no ELF file"
expect 0 "$trace" --help
says "usage:"

expect 0 "$trace" --name 0xffff800000104000=server --last 40 sample.dump
says "to server of PD 1"
says_not "create_pd"
expect 0 "$trace" --first 24 --until 25 sample.dump
[ "$(grep -vc '#' output)" = 2 ] || fail "--first and --until: $(cat output)"

# Windows of time and of marks, a choice of names; names and times stay those of the whole.
expect 0 "$trace" --window 2..2.6 sample.dump
[ "$(grep -vc '#' output)" = 3 ] || fail "--window in us: $(cat output)"
expect 0 "$trace" --instructions --window 2000..2600 sample.dump
[ "$(grep -vc '#' output)" = 3 ] || fail "--window in instructions: $(cat output)"
expect 0 "$trace" --window hello..the\ end sample.dump
says "a mark: hello"
says "PD 2       call "
says_not "create_pd"
expect 0 "$trace" --window marks sample.dump
says "unknown call"
expect 0 "$trace" --only "worker" sample.dump
says "worker"
says_not "create_pd"
expect 4 "$trace" --window 900000.. sample.dump
says "nothing is left to be shown: there are 64 records, over 16 units"
says 'Its marks: "hello"; "the end"'
expect 4 "$trace" --window hullo..x sample.dump
says '"hullo" is neither a time nor a mark'
expect 4 "$trace" --only "client,EC 99" sample.dump
says 'nothing is called "client"'
says "There are: EC 1; PD 1;"
expect 2 "$trace" --window 5 sample.dump
says "write it as FROM..TO"
expect 2 "$trace" --size a3 sample.dump
says "there are slide and a4"
for size in slide a4; do
    expect 0 "$trace" --size "$size" --format all --output "$size" sample.dump
done
grep -q 'width="1280" height="720"' slide/timeline.svg || fail "a slide is not 1280 x 720"
grep -q 'width="1123" height="794"' a4/timeline.svg || fail "a sheet of A4 sideways is not 1123 x 794"
