/*
 * A dump of the kernel's trace ring, as records in the order in which they were made.
 */
#pragma once

#include <stddef.h>

#include "../../kernel/trace.h"

struct log {
    struct trace_ring ring;
    struct trace_record *record; /* ascending sequence numbers; there may be gaps */
    size_t count;
    uint64_t overwritten; /* older ones, for which the ring had no room */
    uint64_t torn;        /* being written when the machine was stopped, or not a record at all */
};

/*
 * Reads the dump: struct trace_ring, then as many records as it says. Returns NULL, or what is wrong with it and what
 * to do; log is then empty.
 */
const char *log_parse(struct log *log, const void *bytes, size_t size);
const char *log_read(struct log *log, const char *path);

void log_free(struct log *log);
