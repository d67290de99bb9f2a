/*
 * Asks for what its address space must refuse beyond the forms (see ../refusals/): places that are somebody else's, more
 * regions than there is room for, more pages than its account pays; and whether all is there again afterwards.
 */
#include "lib/log.h"
#include "lib/region_map.h"
#include "lib/service/cap.h"
#include "lib/service/cpu.h"
#include "lib/service/ram.h"
#include "lib/string.h"

enum { PAGE = 4096, LARGE = 512, MAPS = 100 };

#define PROGRAM 0x400000ull /* where we lie ourselves */
#define FAR     0x600000000000ull

static struct env *own;

static enum outcome attach_at(struct capability dataspace, uint64_t offset, uint64_t size, uint64_t at, uint32_t rights)
{
    uint64_t address;
    return region_map_attach(own->address_space, dataspace, offset, size, at, rights, &address);
}

static void tell(const char *what, enum outcome outcome)
{
    log_line(own, "%s: %s", what, outcome_name(outcome));
}

static uint64_t caps_used(void)
{
    uint64_t quota, used = 0;

    if (cap_figures(own->caps, &quota, &used) != OK)
        log_line(own, "no figures");
    return used;
}

static void ask_places(struct capability d)
{
    tell("over the program", attach_at(d, 0, 0, PROGRAM, ATTACH_READ));
    tell("over a thread's UTCB", attach_at(d, 0, 0, UTCB_AREA, ATTACH_READ));
    tell("behind the end", attach_at(d, 0, 0, ATTACH_END, ATTACH_READ));
    tell("across the end", attach_at(d, 0, 0, ATTACH_END - PAGE, ATTACH_READ));
    tell("up to the end", attach_at(d, 0, 0, ATTACH_END - 2 * PAGE, ATTACH_READ));
    tell("and away", region_map_detach(own->address_space, ATTACH_END - 2 * PAGE));
    tell("in the kernel's half", attach_at(d, 0, 0, 0xffff800000000000ull, ATTACH_READ));
    tell("the last page of all", attach_at(d, 0, 0, UINT64_MAX - PAGE + 1, ATTACH_READ));
}

static void ask_forms(struct capability d)
{
    tell("a size beyond all numbers", attach_at(d, PAGE, UINT64_MAX - PAGE + 1, ATTACH_ANYWHERE, ATTACH_READ));
    tell("half a page", attach_at(d, 0, PAGE / 2, ATTACH_ANYWHERE, ATTACH_READ));
    tell("from within a page", attach_at(d, 8, 0, ATTACH_ANYWHERE, ATTACH_READ));
    tell("without rights", attach_at(d, 0, 0, ATTACH_ANYWHERE, 0));
    tell("to write, not to read", attach_at(d, 0, 0, ATTACH_ANYWHERE, ATTACH_WRITE));
    tell("with rights that are none", attach_at(d, 0, 0, ATTACH_ANYWHERE, ATTACH_READ | 8));
    tell("no dataspace", attach_at(NO_CAPABILITY, 0, 0, ATTACH_ANYWHERE, ATTACH_READ));
    tell("detach the UTCB", region_map_detach(own->address_space, UTCB_AREA));
    tell("detach between pages", region_map_detach(own->address_space, FAR + 1));
}

/* One page again and again, until there is no room for regions. Returns why not more. */
static enum outcome fill(struct capability d, unsigned *made)
{
    enum outcome outcome = OK;

    for (*made = 0; *made < MAPS; ++*made)
        if ((outcome = attach_at(d, 0, PAGE, FAR + *made * PAGE, ATTACH_READ)) != OK)
            break;
    return outcome;
}

static void clear(unsigned made)
{
    while (made--)
        if (region_map_detach(own->address_space, FAR + made * PAGE) != OK)
            log_line(own, "one is missing");
}

static void ask_many(struct capability d)
{
    unsigned first, again;

    tell("until there is no room", fill(d, &first));
    clear(first);
    const uint64_t before = caps_used();
    const enum outcome outcome = fill(d, &again);
    clear(again);
    log_line(own, "again: %s, %s", outcome_name(outcome), again == first && first > 30 ? "as many" : "not as many");
    log_line(own, "the account is %s before", caps_used() == before ? "as" : "not as");
}

/* Pieces of 2 MiB, each with a table of its own, until the account has no more; what was mapped of the last is taken back. */
static void ask_account(struct capability large, struct capability small)
{
    const uint64_t size = (uint64_t)LARGE * PAGE;
    unsigned made = 0;
    enum outcome outcome;

    while ((outcome = attach_at(large, 0, 0, FAR + made * size, ATTACH_READ | ATTACH_WRITE)) == OK)
        made++;
    log_line(own, "until the account is empty: %s, %s", outcome_name(outcome),
             rpc_lacking() && rpc_lacking() % PAGE == 0 ? "pages are missing" : "nothing is missing");
    volatile char *const first = (char *)FAR;
    first[0] = 1;
    log_line(own, "what was attached before is %s", made && first[0] ? "there" : "not there");
    const uint64_t full = caps_used();
    tell("once more", attach_at(large, 0, 0, FAR + made * size, ATTACH_READ));
    log_line(own, "which costs %s", caps_used() == full ? "nothing" : "something");
    tell("another page where that was refused", attach_at(small, 0, PAGE, FAR + made * size, ATTACH_READ));
    tell("and away", region_map_detach(own->address_space, FAR + made * size));
    tell("detach one", region_map_detach(own->address_space, FAR));
    tell("attach it again", attach_at(large, 0, 0, FAR, ATTACH_READ));
    for (unsigned i = 0; i < made; i++)
        if (region_map_detach(own->address_space, FAR + i * size) != OK)
            log_line(own, "one is missing");
    tell("detach what was refused", region_map_detach(own->address_space, FAR + made * size));
}

void construct(struct env *env)
{
    struct capability small, large;

    own = env;
    if (ram_allocate(env->ram, 2 * PAGE, &small) != OK || ram_allocate(env->ram, (uint64_t)LARGE * PAGE, &large) != OK)
        log_line(env, "nothing to begin with");
    ask_places(small);
    ask_forms(small);
    ask_many(small);
    ask_account(large, small);
    env_exit(env, 0);
}
