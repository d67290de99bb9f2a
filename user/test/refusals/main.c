/*
 * Asks core's memory services, and the heap, for what they must refuse; says what they answer, and whether anything is
 * missing afterwards.
 */
#include "lib/dataspace.h"
#include "lib/heap.h"
#include "lib/log.h"
#include "lib/region_map.h"
#include "lib/service/cap.h"
#include "lib/service/ram.h"
#include "lib/service/rom.h"
#include "lib/string.h"

enum { PAGE = 4096 };

#define PLACE 0x50001000ull

static struct env *own;

static void tell(const char *what, enum outcome outcome)
{
    log_line(own, "%s: %s", what, outcome_name(outcome));
}

/* Of an outcome that tells how much is missing. */
static void tell_lacking(const char *what, enum outcome outcome)
{
    log_line(own, "%s: %s, %s missing", what, outcome_name(outcome), rpc_lacking() ? "so much is" : "nothing is");
}

static uint64_t used(void)
{
    uint64_t quota, ram_used = 0, caps_used = 0;

    if (ram_figures(own->ram, &quota, &ram_used) != OK || cap_figures(own->caps, &quota, &caps_used) != OK)
        log_line(own, "no figures");
    return ram_used + (caps_used << 32);
}

static void ask_accounts(struct capability foreign)
{
    struct capability dataspace;

    tell("no bytes", ram_allocate(own->ram, 0, &dataspace));
    tell_lacking("a gigabyte", ram_allocate(own->ram, 1 << 30, &dataspace));
    tell("more than there are numbers", ram_allocate(own->ram, UINT64_MAX, &dataspace));
    tell("free what is of another service", ram_free(own->ram, foreign));
    tell("free nothing", ram_free(own->ram, NO_CAPABILITY));
    tell("a second reference account", ram_set_reference(own->ram, own->ram));
    tell("transfer to what is no account", ram_transfer(own->ram, own->log, PAGE));
    tell("transfer to oneself", ram_transfer(own->ram, own->ram, PAGE));
}

static void ask_regions(struct capability dataspace, struct capability file)
{
    const uint64_t at = PLACE;
    uint64_t address;

    tell("attach", region_map_attach(own->address_space, dataspace, 0, 0, at, ATTACH_READ | ATTACH_WRITE, &address));
    tell("attach in the same place", region_map_attach(own->address_space, dataspace, 0, 0, at, ATTACH_READ, &address));
    tell("attach across it", region_map_attach(own->address_space, dataspace, 0, 0, at - PAGE, ATTACH_READ, &address));
    tell("attach between pages", region_map_attach(own->address_space, dataspace, 0, 0, at + 1, ATTACH_READ, &address));
    tell("attach from behind its end",
         region_map_attach(own->address_space, dataspace, 2 * PAGE, 0, ATTACH_ANYWHERE, ATTACH_READ, &address));
    tell("attach more than it has",
         region_map_attach(own->address_space, dataspace, PAGE, 2 * PAGE, ATTACH_ANYWHERE, ATTACH_READ, &address));
    tell("attach nothing",
         region_map_attach(own->address_space, own->log, 0, 0, ATTACH_ANYWHERE, ATTACH_READ, &address));
    tell("attach to write and execute", region_map_attach(own->address_space, dataspace, 0, 0, ATTACH_ANYWHERE,
                                                          ATTACH_READ | ATTACH_WRITE | ATTACH_EXECUTE, &address));
    tell("attach a file to write",
         region_map_attach(own->address_space, file, 0, 0, ATTACH_ANYWHERE, ATTACH_READ | ATTACH_WRITE, &address));
    tell("detach where nothing begins", region_map_detach(own->address_space, at + PAGE));
    tell("detach", region_map_detach(own->address_space, at));
    tell("detach again", region_map_detach(own->address_space, at));
}

/* A limit of one's own, then the account's. */
static void ask_heap(void)
{
    static struct heap small, large;
    unsigned blocks = 0;

    heap_init(&small, own, 4 * PAGE);
    while (heap_allocate(&small, 1000))
        blocks++;
    log_line(own, "a heap of 16 KiB: %s, then no more",
             blocks >= 12 && blocks <= 16 ? "12 to 16 KB" : "too many, or too few");
    heap_init(&large, own, 0);
    log_line(own, "a heap without limit, a gigabyte: %s", heap_allocate(&large, 1 << 30) ? "given" : "refused");
    void *const block = heap_allocate(&large, 1000);
    log_line(own, "and then 1000 bytes: %s", block ? "given" : "refused");
    heap_free(&large, block);
    log_line(own, "the same again: %s",
             block && heap_allocate(&large, 1000) == block ? "the same place" : "another place");
}

void construct(struct env *env)
{
    static struct rom file;
    struct capability dataspace;

    own = env;
    if (rom_open(env, "refusals", &file) != OK || ram_allocate(env->ram, 2 * PAGE, &dataspace) != OK)
        log_line(env, "nothing to begin with");
    uint64_t at;
    if (region_map_attach(env->address_space, dataspace, 0, 0, PLACE, ATTACH_READ, &at) != OK ||
        region_map_detach(env->address_space, at) != OK)
        log_line(env, "no place"); /* its page tables stay (kernel/ABI.md §5) */
    const uint64_t before = used();
    ask_accounts(file.dataspace);
    ask_regions(dataspace, file.dataspace);
    log_line(env, "the accounts are %s before", used() == before ? "as" : "not as");
    ask_heap();
    env_exit(env, 0);
}
