/*
 * Writes a dump with a bit of everything, for the tests: two programs, a portal, a semaphore; times and addresses are
 * made up. usage: sample [FLAW]; writes to standard output. FLAW: one of the words in main. SPDX-License-Identifier:
 * BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "../../../kernel/include/cairn/abi.h"
#include "../../../kernel/trace.h"

enum { CAPACITY = 64, PAGE_FAULT = 14 };

#define ADDRESS(n) (0xffff800000100000ull + (n)*0x1000ull)
#define ROOT       ADDRESS(0) /* PDs */
#define CLIENT     ADDRESS(1)
#define ROOT_EC    ADDRESS(2) /* ECs */
#define CLIENT_EC  ADDRESS(3)
#define SERVER_EC  ADDRESS(4)
#define CLIENT_SC  ADDRESS(5)
#define PORTAL     ADDRESS(6)
#define SEMAPHORE  ADDRESS(7)
#define FRAME      0x200000ull

#define MARK 0x4d4b000000000000ull /* user/lib/trace.h */
#define TEXT(a, b, c, d, e, f, g, h)                                                                                   \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | (uint64_t)(e) << 32 |            \
     (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

static struct {
    struct trace_ring ring;
    struct trace_record record[CAPACITY];
} dump = { .ring = { TRACE_MAGIC, TRACE_VERSION, sizeof(struct trace_record), CAPACITY, 0, 1000000000, NULL, { 0 } } };

static uint64_t now = 5000;

static void record(unsigned event, uint64_t ec, uint64_t pd, uint64_t object, uint64_t a, uint64_t b, uint32_t detail)
{
    uint64_t n = dump.ring.written++;
    now += 250;
    dump.record[n % CAPACITY] = (struct trace_record){ n + 1, now, event, 0, detail, ec, pd, object, a, b };
}

#define BY_ROOT(event, ...)   record(TRACE_##event, ROOT_EC, ROOT, __VA_ARGS__)
#define BY_CLIENT(event, ...) record(TRACE_##event, CLIENT_EC, CLIENT, __VA_ARGS__)
#define BY_SERVER(event, ...) record(TRACE_##event, SERVER_EC, ROOT, __VA_ARGS__)

static void build(void)
{
    for (unsigned i = 0; i < 6; i++) /* will be overwritten */
        BY_ROOT(EXIT, 0, i, 0, SUCCESS);
    BY_ROOT(ENTRY, 0, 100, 2, CALL_CREATE_PD);
    BY_ROOT(CREATE, CLIENT, ROOT, 100, TYPE_PD);
    BY_ROOT(EXIT, 0, 0, 0, SUCCESS);
    BY_ROOT(CREATE, CLIENT_EC, ROOT, 101, TYPE_EC);
    BY_ROOT(CREATE, CLIENT_SC, ROOT, 102, TYPE_SC);
    BY_ROOT(READY, CLIENT_SC, CLIENT_EC, 10000, 5);
    BY_ROOT(CREATE, SERVER_EC, ROOT, 103, TYPE_EC);
    BY_ROOT(CREATE, PORTAL, ROOT, 104, TYPE_PT);
    BY_ROOT(DELEGATE, PORTAL, CLIENT, 7, TRACE_PLACE(PT_RIGHT_CALL | PT_RIGHT_EVENT, TYPE_PT, 0));
    BY_ROOT(CREATE, SEMAPHORE, ROOT, 105, TYPE_SM);
    BY_ROOT(DELEGATE, SEMAPHORE, CLIENT, 8, TRACE_PLACE(SM_RIGHT_DOWN, TYPE_SM, 0));
    BY_ROOT(DELEGATE, FRAME, CLIENT, 0x400, TRACE_PLACE(MEMORY_READ | MEMORY_WRITE, TYPE_MEMORY, 2));
    BY_ROOT(ENTRY, 0, 105, SM_DOWN, CALL_SM_CONTROL);
    BY_ROOT(SM_DOWN, SEMAPHORE, 0, 0, 1);
    BY_ROOT(CHOSEN, CLIENT_SC, CLIENT_EC, 10000, 5);
    BY_ROOT(SWITCH, CLIENT_EC, CLIENT, 0, 0);
    BY_ROOT(ENTRY, 0, TEXT('h', 'e', 'l', 'l', 'o', 0, 0, 0), MARK, CALL_PT_CONTROL);
    BY_ROOT(ENTRY, 0, TEXT('1', '0', '3', '=', 'w', 'o', 'r', 'k'), MARK | TEXT('e', 'r', 0, 0, 0, 0, 0, 0),
            CALL_PT_CONTROL);
    BY_CLIENT(ENTRY, 0, 7, DESCRIPTOR(3, 1), CALL_CALL);
    BY_CLIENT(CALL, PORTAL, SERVER_EC, DESCRIPTOR(3, 1), 0);
    BY_CLIENT(SWITCH, SERVER_EC, ROOT, 0, 0);
    BY_SERVER(TRAP, 0, 0x401000, 0, 240);
    BY_SERVER(TIMER, 0, 0, 0, 0);
    BY_SERVER(RESUME, 0, 0x401000, 0, 0);
    BY_SERVER(SM_UP, SEMAPHORE, 0, 0, 0);
    BY_SERVER(SM_WAKE, SEMAPHORE, ROOT_EC, 0, SUCCESS);
    BY_SERVER(EXIT, 0, 0, 0, SUCCESS);
    BY_SERVER(REPLY, CLIENT_EC, DESCRIPTOR(1, 0), 0, SUCCESS);
    BY_SERVER(SWITCH, CLIENT_EC, CLIENT, 0, 0);
    BY_CLIENT(TRAP, 0, 0x402000, 6, PAGE_FAULT);
    BY_CLIENT(EVENT, PORTAL, SERVER_EC, 0x402000, PAGE_FAULT);
    BY_CLIENT(SWITCH, SERVER_EC, ROOT, 0, 0);
    BY_SERVER(REFUSED, CLIENT, 3, 0, 1);
    BY_SERVER(REPLY, CLIENT_EC, DESCRIPTOR(0, 0), 0, SUCCESS);
    BY_SERVER(SWITCH, CLIENT_EC, CLIENT, 0, 0);
    BY_CLIENT(HELP, PORTAL, SERVER_EC, ROOT_EC, 0);
    BY_CLIENT(PARKED, CLIENT_SC, ROOT_EC, 0, 1);
    BY_CLIENT(SWITCH, ROOT_EC, ROOT, 0, 0);
    BY_ROOT(REVOKE, PORTAL, 0, 104, TRACE_PLACE(0xff, TYPE_PT, 0));
    BY_ROOT(GONE, PORTAL, CLIENT, 7, TRACE_PLACE(0xff, TYPE_PT, 0));
    BY_ROOT(DELETE, FRAME, 0, 0x400, TRACE_PLACE(0xff, TYPE_MEMORY, 2));
    BY_ROOT(GONE, FRAME, CLIENT, 0x400, TRACE_PLACE(MEMORY_WRITE, TYPE_MEMORY, 2));
    BY_ROOT(DESTROY, SEMAPHORE, 0, 0, TYPE_SM);
    BY_ROOT(CREATE, SEMAPHORE, ROOT, 106, TYPE_SM); /* another one, at the same address */
    BY_ROOT(SM_DOWN, SEMAPHORE, 2, 0, 0);
    BY_ROOT(ENTRY, 0, TEXT('t', 'h', 'e', ' ', 'e', 'n', 'd', 0), MARK, CALL_PT_CONTROL);
    BY_ROOT(IDLE, 0, 0, 0, 0);
    record(TRACE_BUSY, ROOT_EC, ROOT, 0, 0, 0, 33);
    record(TRACE_INTERRUPT, ROOT_EC, ROOT, SEMAPHORE, 0, 0, 33);
    record(TRACE_EXIT, ROOT_EC, ROOT, 0, 1, 0, SUCCESS);
    record(TRACE_ENTRY, ROOT_EC, ROOT, 0, 1, 0, 99);
    record(77, ROOT_EC, ROOT, 1, 2, 3, 4); /* an event that this version does not know */
}

int main(int argc, char **argv)
{
    const char *flaw = argc > 1 ? argv[1] : "";
    size_t size = sizeof dump;

    build();
    for (unsigned i = 0; dump.ring.written < CAPACITY + 2; i++)
        BY_ROOT(EXIT, 0, i, 0, BAD_CAP);
    if (!strcmp(flaw, "magic"))
        dump.ring.magic++;
    if (!strcmp(flaw, "version"))
        dump.ring.version++;
    if (!strcmp(flaw, "no-ring"))
        dump.ring.capacity = 0;
    if (!strcmp(flaw, "odd"))
        dump.ring.capacity = 63;
    if (!strcmp(flaw, "short"))
        size -= 1;
    if (!strcmp(flaw, "header"))
        size = 20;
    if (!strcmp(flaw, "torn"))
        dump.record[10].sequence = 0, dump.record[11].sequence = 7777;
    if (!strcmp(flaw, "no-hz"))
        dump.ring.tsc_hz = 0;
    return fwrite(&dump, 1, size, stdout) != size;
}
