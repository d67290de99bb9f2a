#include "log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_sequence(const void *a, const void *b)
{
    const struct trace_record *x = a, *y = b;
    return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

static const char *ring_check(const struct trace_ring *ring, size_t size)
{
    if (size < sizeof *ring)
        return "it is too short for a trace: dump the kernel's trace_ring first, then its records (tools/trace-run.sh "
               "does)";
    if (ring->magic != TRACE_MAGIC)
        return "it does not begin with a trace ring: dump from the kernel's symbol trace_ring on (tools/trace-run.sh "
               "does)";
    if (ring->version != TRACE_VERSION || ring->record_size != sizeof(struct trace_record))
        return "its format has another version than this tool's: build kernel and tools from the same tree";
    if (!ring->capacity)
        return "the kernel made no ring: boot it with trace=N on its command line, e.g. CMDLINE=trace=4096";
    if (ring->capacity & (ring->capacity - 1) || ring->capacity > TRACE_RECORDS_MAX)
        return "its size is none that the kernel makes: the ring's header was overwritten";
    if ((size - sizeof *ring) / sizeof(struct trace_record) < ring->capacity)
        return "records are missing: append all of trace_ring.records[0 ... trace_ring.capacity - 1]";
    return NULL;
}

const char *log_parse(struct log *log, const void *bytes, size_t size)
{
    struct trace_ring ring = { 0 };

    *log = (struct log){ 0 };
    memcpy(&ring, bytes, size < sizeof ring ? size : sizeof ring);
    const char *error = ring_check(&ring, size);
    if (error)
        return error;

    const char *records = (const char *)bytes + sizeof ring;
    log->ring = ring;
    log->record = malloc(ring.capacity * sizeof *log->record);
    if (!log->record)
        return "there is not enough memory on this machine to read it";
    for (uint64_t i = 0; i < ring.capacity; i++) {
        struct trace_record r;
        memcpy(&r, records + i * sizeof r, sizeof r);
        if (!r.sequence && i >= ring.written)
            continue;
        if (!r.sequence || r.sequence > ring.written || ((r.sequence - 1) & (ring.capacity - 1)) != i)
            log->torn++;
        else
            log->record[log->count++] = r;
    }
    qsort(log->record, log->count, sizeof *log->record, by_sequence);
    log->overwritten = ring.written > ring.capacity ? ring.written - ring.capacity : 0;
    return NULL;
}

const char *log_read(struct log *log, const char *path)
{
    const size_t limit = sizeof(struct trace_ring) + TRACE_RECORDS_MAX * sizeof(struct trace_record);
    FILE *file = fopen(path, "rb");
    char *bytes = file ? malloc(limit) : NULL;
    const char *error;

    *log = (struct log){ 0 };
    if (!file)
        return "it cannot be opened: give the file that tools/trace-run.sh or `cairn trace save` in GDB has written";
    if (!bytes) {
        error = "there is not enough memory on this machine to read it";
    } else {
        size_t size = fread(bytes, 1, limit, file);
        error = ferror(file) ? "it cannot be read" : log_parse(log, bytes, size);
    }
    free(bytes);
    fclose(file);
    return error;
}

void log_free(struct log *log)
{
    free(log->record);
    *log = (struct log){ 0 };
}
