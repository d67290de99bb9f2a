# From `nm -n` of the kernel to the table of kernel/symbols.c, in NASM.
BEGIN { print "bits 64\nsection .symbols progbits alloc noexec nowrite align=8\nglobal symbol_table, symbol_count\nsymbol_table:" }
$2 ~ /[tT]/ && $3 !~ /^(kernel_|\.|\.\.@)/ { printf "    dq 0x%s, name_%d\n", $1, n; name[n++] = $3 }
END {
    printf "symbol_count: dq %d\n", n
    for (i = 0; i < n; i++)
        printf "name_%d: db \"%s\", 0\n", i, name[i]
}
