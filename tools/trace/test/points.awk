# usage: points.awk WITHOUT WITH: of two disassembled kernels, the second with trace points and the first compiled without: what a trace
# point costs when tracing is off. Fails when it is more than three instructions somewhere.
#
# Two of them are the test of trace_on and its jump. The compiler may put work of the function's own between them, which the function
# does in the kernel without trace points, too: the same instruction, but for the registers. One more may be the trace point's.
# SPDX-License-Identifier: BSD-2-Clause

function shape(  text) {
    text = $0
    sub(/^[^:]*:[ \t]*/, "", text)
    sub(/ *[#<].*/, "", text)
    gsub(/[ \t]+/, " ", text)
    gsub(/%[a-z0-9]+/, "%r", text)
    return text
}

function wrong(why) { print at ": " why; bad = 1 }

# Of one function gcc may make several: its name is the part before the first full stop.
/^[0-9a-f]+ <.*>:$/ { at = $2; gsub(/[<>:]/, "", at); sub(/\..*/, "", at); next }
FILENAME == ARGV[1] { own[at, shape()] = 1; next }

/cmpb .*<trace_on>/ { if (due) wrong("a test without a jump"); tests++; due = 1; others = 0; next }
due && $2 ~ /^jn?e$/ { if (others > 1) wrong(others " more instructions than without trace points, and a test and a jump"); due = 0 }
due && $2 !~ /^(mov|lea|push|pop|set|rep)/ { wrong("no jump behind a test: " $0); due = 0 }
due && !((at, shape()) in own) { others++ }
/call .*<trace_write>/ { calls++ }

END { print tests " tests, " calls " calls"; exit bad || tests < 30 || calls < tests }
