/*
 * Asks core's IO_MEM for a device's memory, and for what nobody gets. The device is the HPET, which every machine of
 * ours has and nobody uses: its first register says who made it and how fast it counts (IA-PC HPET specification,
 * §2.3.4).
 */
#include "lib/log.h"
#include "lib/region_map.h"
#include "lib/service/cap.h"
#include "lib/service/dataspace.h"
#include "lib/service/io_mem.h"
#include "lib/service/ram.h"
#include "lib/session.h"
#include "lib/string.h"

enum { PAGE = 4096, MAIN_COUNTER = 0xf0 / 8, CONFIGURATION = 0x10 / 8, MANY = 40 };

#define HPET "base=0xfed00000, size=4096"

static struct env *own;

static void tell(const char *what, enum outcome outcome)
{
    log_line(own, "%s: %s", what, outcome_name(outcome));
}

static enum outcome open_with(struct session *s, const char *args, uint64_t caps)
{
    return session_open(own, s, &(struct session_request){ "IO_MEM", "", args, IO_MEM_RAM, caps });
}

static void ask(const char *args)
{
    struct session s;
    const enum outcome outcome = open_with(&s, args, IO_MEM_CAPS);

    tell(args, outcome);
    if (outcome == OK)
        session_close(own, &s);
}

static struct capability dataspace_in(const struct session *s)
{
    struct capability dataspace;

    if (io_mem_dataspace(s->capability, &dataspace) != OK)
        log_line(own, "no dataspace");
    return dataspace;
}

/* ---- What must be refused ---------------------------------------------------------------------------------------------- */

static void ask_odd(void)
{
    ask("");
    ask("base=0xfed00000");
    ask("size=4096");
    ask("base=0xfed00000, size=0");
    ask("base=0xfed00000, size=4095");
    ask("base=0xfed00008, size=4096");
    ask("base=0xfffffffffffff000, size=8192");
    ask("base=hpet, size=4096");
    ask(HPET ", write=perhaps");
}

/* Ordinary memory, some of it the kernel's, with the hole below 1 MiB between; interrupt controllers; where nothing can
 * be; too much. */
static void ask_forbidden(void)
{
    ask("base=0x100000, size=4096");
    ask("base=0x1000, size=4096");
    ask("base=0x9e000, size=0x10000");
    ask("base=0x4000000, size=4096");
    ask("base=0xfec00000, size=4096");
    ask("base=0xfee00000, size=4096");
    ask("base=0xfebff000, size=8192");
    ask("base=0xfed00000, size=0x200000");
    ask("base=0x1000000000000000, size=4096");
    ask("base=0xc0000000, size=0x3000000");
}

/* ---- What is given ----------------------------------------------------------------------------------------------------- */

/* Where it was: nobody can read it there any more. */
static const volatile uint64_t *was;

static void read_registers(void)
{
    struct session s;
    enum outcome outcome;
    uint64_t size, at;
    uint32_t flags;

    tell("to read", open_with(&s, HPET, IO_MEM_CAPS));
    const struct capability dataspace = dataspace_in(&s);
    outcome = dataspace_figures(dataspace, &size, &flags);
    log_line(own, "figures: %s, %lu bytes, %s, %s", outcome_name(outcome), size, flags & DATASPACE_DEVICE ? "a device" : "memory",
             flags & DATASPACE_WRITABLE ? "to be written" : "to be read");
    tell("attach to write",
         region_map_attach(own->address_space, dataspace, 0, 0, ATTACH_ANYWHERE, ATTACH_READ | ATTACH_WRITE, &at));
    tell("attach to execute",
         region_map_attach(own->address_space, dataspace, 0, 0, ATTACH_ANYWHERE, ATTACH_READ | ATTACH_EXECUTE, &at));
    const volatile uint64_t *hpet = attach(own, dataspace, ATTACH_READ, &outcome);
    tell("attach", outcome);
    if (hpet)
        log_line(own, "vendor %lx, %lu femtoseconds", hpet[0] >> 16 & 0xffff, hpet[0] >> 32);
    ask(HPET);
    was = hpet;
    session_close(own, &s);
    tell("attach after the close", region_map_attach(own->address_space, dataspace, 0, 0, ATTACH_ANYWHERE, ATTACH_READ, &at));
    capability_release(dataspace);
}

/* Where a device was there is room again. */
static void put_memory(uint64_t place)
{
    struct capability memory;
    uint64_t at;

    enum outcome outcome = ram_allocate(own->ram, PAGE, &memory);
    if (outcome == OK)
        outcome = region_map_attach(own->address_space, memory, 0, 0, place, ATTACH_READ, &at);
    tell("attach memory in its place", outcome);
    if (ram_free(own->ram, memory) != OK)
        log_line(own, "the memory cannot be freed");
    capability_release(memory);
}

/* Switches the counter on, sees it count, and switches it off. */
static void write_registers(void)
{
    struct session s;
    enum outcome outcome;

    tell("to write", open_with(&s, HPET ", write=yes", IO_MEM_CAPS));
    const struct capability dataspace = dataspace_in(&s);
    volatile uint64_t *hpet = attach(own, dataspace, ATTACH_READ | ATTACH_WRITE, &outcome);
    if (hpet) {
        const uint64_t stands = hpet[MAIN_COUNTER];
        hpet[CONFIGURATION] |= 1;
        for (volatile unsigned i = 0; i < 100000; i++)
            ;
        hpet[CONFIGURATION] &= ~1ull;
        log_line(own, "its counter has %s", hpet[MAIN_COUNTER] > stands ? "counted" : "stood still");
    }
    capability_release(dataspace);
    session_close(own, &s);
    put_memory((uint64_t)hpet);
}

/* 65 pages, that begin and end anywhere in the window's pieces. */
static void ask_large(void)
{
    struct session s;

    tell("65 pages, paid for one", open_with(&s, "base=0xd0003000, size=0x41000", IO_MEM_CAPS));
    log_line(own, "%lu bytes are missing", rpc_lacking());
    tell("65 pages, paid", open_with(&s, "base=0xd0003000, size=0x41000", IO_MEM_CAPS + 64 * IO_MEM_PAGE_CAPS));
    ask("base=0xd0043000, size=4096");
    ask("base=0xd0044000, size=4096");
    ask("base=0xd0002000, size=4096");
    session_close(own, &s);
    ask("base=0xd0000000, size=4096"); /* in core's window it lies where the HPET was */
}

/* ---- Accounts ---------------------------------------------------------------------------------------------------------- */

struct figures {
    uint64_t ram, ram_used, caps, caps_used;
};

static struct figures look(void)
{
    struct figures f = { 0 };

    if (ram_figures(own->ram, &f.ram, &f.ram_used) != OK || cap_figures(own->caps, &f.caps, &f.caps_used) != OK)
        log_line(own, "no figures");
    return f;
}

static void all(void)
{
    read_registers();
    write_registers();
    ask_large();
    ask_odd();
    ask_forbidden();
}

/* The first time buys tables of our own; nothing does afterwards. */
void construct(struct env *env)
{
    own = env;
    all();
    const struct figures before = look();
    struct session s;
    unsigned given = 0;
    for (unsigned i = 0; i < MANY; i++)
        if (open_with(&s, HPET, IO_MEM_CAPS) == OK) {
            given++;
            session_close(own, &s);
        }
    log_line(own, "%u times more: given %u times", MANY, given);
    const struct figures after = look();
    log_line(own, "the accounts are %s before", memcmp(&before, &after, sizeof before) ? "not as" : "as");
    log_line(env, "and reads where it was, %lx", was ? *was : 0);
    env_exit(env, 1);
}
