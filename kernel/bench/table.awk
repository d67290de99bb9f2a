# From rows.txt and a run's lines `bench NAME VALUE` and `size NAME COUNT VALUE`: the tables, or with -v json=1 one JSON object.
# SPDX-License-Identifier: BSD-2-Clause

function trim(s) { gsub(/^[ \t]+|[ \t\r]+$/, "", s); return s }

FILENAME == ARGV[1] {
    if ($0 ~ /^#/ || $0 !~ /\|/)
        next
    n = split($0, field, "|")
    name = trim(field[1])
    row[++rows] = name
    what[name] = trim(field[2])
    for (i = 3; i <= 8; i++)
        peer[name, i - 2] = trim(field[i])
    target[name] = trim(field[9])
    next
}

$1 == "bench" {
    value[$2] = $3 + 0
    if (sub(/_100$/, "", $2)) # in hundredths
        value[$2] = $3 / 100
}

$1 == "size" {
    if (!($2 in known)) {
        known[$2] = 1
        series[++all] = $2
    }
    if (!($3 in column)) {
        column[$3] = 1
        size[++sizes] = $3
    }
    cost[$2, $3] = $4 + 0
}

function verdict(name) {
    if (!(name in value))
        return "not measured"
    if (target[name] == "-")
        return ""
    return value[name] <= target[name] + 0 ? "ok" : "over"
}

function tables(  i, j) {
    print "Guest instructions. Peers: measured in the same set-up (kernel/bench/rows.txt).\n"
    printf "%-36s %9s %9s %-5s %9s", "", "Cairn", "at most", "", "with stub"
    for (i = 1; i <= 6; i++)
        printf " %10s", title[i]
    print ""
    for (j = 1; j <= rows; j++) {
        name = row[j]
        stub = name "_stub"
        printf "%-36s %9s %9s %-5s %9s", what[name], (name in value ? value[name] : "-"), target[name], verdict(name), \
            (stub in value ? value[stub] : "-")
        for (i = 1; i <= 6; i++)
            printf " %10s", peer[name, i]
        print ""
    }
    printf "\nCost against size\n%-36s", ""
    for (i = 1; i <= sizes; i++)
        printf " %9s", size[i]
    print ""
    for (j = 1; j <= all; j++) {
        printf "%-36s", series[j]
        for (i = 1; i <= sizes; i++)
            printf " %9s", cost[series[j], size[i]]
        print ""
    }
}

function object(  i, j) {
    printf "{\n  \"unit\": \"guest instructions\",\n  \"rows\": [\n"
    for (j = 1; j <= rows; j++) {
        name = row[j]
        printf "    {\"name\": \"%s\", \"what\": \"%s\", \"value\": %s, \"with_stub\": %s, \"target\": %s, \"peers\": {", name, what[name], \
            (name in value ? value[name] : "null"), (name "_stub" in value ? value[name "_stub"] : "null"), (target[name] == "-" ? "null" : target[name])
        for (i = 1; i <= 6; i++)
            printf "%s\"%s\": \"%s\"", (i > 1 ? ", " : ""), title[i], peer[name, i]
        printf "}}%s\n", (j < rows ? "," : "")
    }
    printf "  ],\n  \"sizes\": {\n"
    for (j = 1; j <= all; j++) {
        printf "    \"%s\": {", series[j]
        for (i = 1; i <= sizes; i++)
            printf "%s\"%s\": %s", (i > 1 ? ", " : ""), size[i], cost[series[j], size[i]]
        printf "}%s\n", (j < all ? "," : "")
    }
    print "  }\n}"
}

BEGIN { split("NOVA-24.08 NOVA-2014 Genode's seL4-fast seL4-slow Pistachio", title, " ") }

END {
    if (json)
        object()
    else
        tables()
}
