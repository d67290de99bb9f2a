# Pictures of real runs, made when the lecture is built: ways in and out on the stand-in kernel as a timeline, and one conversation
# on the whole kernel as a sequence chart.
# usage: pictures.sh DIR        with srcdir, CONFIG and MAKE in the environment
set -eu

# run NAME VARIABLE...: a traced run, in the folder NAME.
run() {
    name=$1
    shift
    "$MAKE" -s -f "$srcdir/tools/tools.mk" CONFIG="$CONFIG" trace TRACE_OUT="$PWD/$name" "$@"
}

cd "$1"
trace=$(sed -n "s/^builddir := //p" "$CONFIG")/out/tools/trace
run traced-entries BODY=standin
fault=$(awk '/#PF/ { print $1; exit }' traced-entries/trace.txt)
[ -n "$fault" ] || { echo "pictures.sh: no page fault in the trace" >&2; exit 1; }
"$trace" --format timeline --instructions --size slide --title "System calls, the timer, a page fault" --first $((fault - 14)) --until $((fault + 5)) \
    --output entries.svg traced-entries/trace.dump
# A slide's letters, without the empty part of the slide.
sed -i 's|viewBox="0 0 1280 720"|viewBox="0 0 1280 250"|; s|height="720"|height="250"|' entries.svg

# From the reader's call to its reply.
run traced-scene
number() { awk -v from="$1" -v what="$2" -v whom="$3" '$4 == from && $6 == what && index($0, whom) { print $1; exit }' traced-scene/trace.txt; }
first=$(number reader call files) last=$(number files reply reader)
[ -n "$first" ] && [ -n "$last" ] || { echo "pictures.sh: the reader's call is not in the trace" >&2; exit 1; }
"$trace" --format chart --instructions --size slide --only reader,files,disk --first "$first" --until "$last" --title "A client reads a file" \
    --output all.msc traced-scene/trace.dump

# Three columns can be read from the last row: only these, and what passes between them.
awk '
    /^ *width=/ { print "  width=\"680\", wordwraparcs=on;"; next }
    /^  time \[/ {
        n = split($0, entity, /\], /)
        line = entity[1]
        for (i = 2; i <= n; i++)
            if (entity[i] ~ /label="(reader|files|disk)/) { split(entity[i], id, " "); kept[id[1]]; line = line "], " entity[i] }
        sub(/\]?;?$/, "];", line)
        print line
        next
    }
    /"a[0-9]+"/ { n = split($0, part, "\""); for (i = 1; i <= n; i++) if (part[i] ~ /^a[0-9]+$/ && !(part[i] in kept)) next }
    { print }' all.msc >read.msc
rm -rf traced-entries traced-scene all.msc
