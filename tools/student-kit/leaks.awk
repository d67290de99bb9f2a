# Finds the text of answers: two lines that follow each other in an answer, or one long line of it, that no skeleton has.
#
#   awk -f leaks.awk answers=1 SOLUTION... answers=0 skeleton=1 SKELETON... skeleton=0 FILE...      prints FILE:LINE: TEXT
#
# Blanks are made equal, and lines of three letters and less (a brace) are not looked at. One short line alone proves nothing: how many
# ways are there to write `return NULL;`?
# SPDX-License-Identifier: BSD-2-Clause
BEGIN { LONG = 72; PAIR = 40 }

FNR == 1 { before = ""; inside = 0 }

{
    gsub(/[ \t\r]+/, " ")
    sub(/^ /, "")
}

answers && /! answer [0-9A.]+ begin/ { inside = 1; before = ""; next }
answers && /! answer [0-9A.]+ end/ { inside = 0; next }
answers { sub(/ *(\/\/|;|\/\*)! .*/, "") }
answers && !inside { next }

{
    sub(/ $/, "")
    if (length($0) <= 3) next
    pair = before == "" ? "" : before " / " $0
    before = $0
}

answers {
    if (length(pair) >= PAIR) telling[pair]
    if (length($0) >= LONG) telling[$0]
    next
}

skeleton {
    delete telling[pair]
    delete telling[$0]
    next
}

pair in telling { print FILENAME ":" FNR ": " pair; next }
$0 in telling { print FILENAME ":" FNR ": " $0 }
