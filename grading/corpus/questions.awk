# The questions of a handout, each with a name: 4.5.2 is the second one of task 4.5, 4.Q7 the seventh at the end of exercise 4.
# SPDX-License-Identifier: BSD-2-Clause
function flush() {
    if (asking && item != "" && (numbered || item ~ /[?]/)) print where (where ~ /Q$/ ? "" : ".") ++n " " item
    item = ""
}
/<details>/ { flush(); inside = 1 }
/<\/details>/ { inside = 0; next }
inside { next }
/^#### / { flush(); asking = 0; next } # a part of a task
/^#/ {
    flush()
    where = ""
    asking = n = 0
    if (/^### Task /) { where = $3; sub(/:$/, "", where); stage = substr(where, 1, 1) }
    if (/^## Questions/) { where = stage ".Q"; asking = 1 }
    next
}
/^\*\*(While it is still wrong|Ask yourself)/ { flush(); asking = 1 }
where == "" { next }
/^[0-9]+\. / { flush(); numbered = 1; item = $0; sub(/^[0-9]+\. /, "", item); next }
/^\* / { flush(); numbered = 0; item = substr($0, 3); next }
/^ / && item != "" { sub(/^ +/, " "); item = item $0; next }
{ flush() }
END { flush() }
