#include "trace.h"

#include "contract/2-boot.h"
#include "panic.h"
#include "x86/lapic.h"
#include "x86/paging.h"
#include "x86/registers.h"

/* The ring's own addresses, between the stacks and the device registers: contiguous, whatever pages phys_alloc gives. */
#define TRACE_AREA 0xffffffffd0000000

struct trace_ring trace_ring = {
    .magic = TRACE_MAGIC,
    .version = TRACE_VERSION,
    .record_size = sizeof(struct trace_record),
};
uint8_t trace_on;

void trace_init(uint64_t records, bool on)
{
    if (!records)
        return;
    if (records < TRACE_RECORDS_MIN || records > TRACE_RECORDS_MAX || records & (records - 1))
        panic("trace=%lu: it must be a power of two, from %u to %u", records, TRACE_RECORDS_MIN, TRACE_RECORDS_MAX);
    for (uint64_t at = 0; at < records * sizeof(struct trace_record); at += PAGE_SIZE) {
        uint64_t phys = phys_alloc();
        if (!phys || !paging_map(kernel_space, TRACE_AREA + at, phys, PAGING_WRITE))
            panic("trace=%lu: no memory for so many records", records);
    }
    trace_ring.records = (struct trace_record *)TRACE_AREA;
    trace_ring.tsc_hz = lapic_tsc_hz;
    trace_ring.capacity = records;
    trace_on = on;
}

/*
 * The sequence is taken away first and given last: the machine may be stopped in between, by whoever reads the ring. trace_on
 * may have been set from outside when there is no ring.
 */
__attribute__((no_caller_saved_registers)) void trace_write(long r1, long r2, long r3, long r4, long r5, long r6, uint64_t event,
                                                            uint64_t detail, uint64_t object, uint64_t a, uint64_t b)
{
    if (!trace_ring.capacity)
        return;
    const struct cpu *cpu = this_cpu();
    const struct ec *ec = cpu->current;
    uint64_t n = __atomic_fetch_add(&trace_ring.written, 1, __ATOMIC_RELAXED);
    struct trace_record *r = &trace_ring.records[n & (trace_ring.capacity - 1)];

    __atomic_store_n(&r->sequence, 0, __ATOMIC_RELEASE);
    r->time = read_tsc();
    r->event = event;
    r->cpu = cpu->id;
    r->detail = detail;
    r->ec = (uint64_t)ec;
    r->pd = ec ? (uint64_t)ec->ipc.pd : 0;
    r->object = object;
    r->a = a;
    r->b = b;
    __atomic_store_n(&r->sequence, n + 1, __ATOMIC_RELEASE);
}
