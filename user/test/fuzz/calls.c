/*
 * One random call. Arguments are mostly of the kind that the call wants, so that most of what it does is reached, sometimes at a
 * limit, and sometimes anything.
 */
#include "fuzz/fuzz.h"

static uint64_t choose(struct random *r, const uint64_t *from, unsigned count)
{
    return from[random_below(r, count)];
}

static uint64_t any(struct random *r)
{
    static const uint64_t limits[] = {
        0,
        1,
        2,
        63,
        64,
        65,
        127,
        128,
        255,
        256,
        448,
        449,
        511,
        512,
        4095,
        4096,
        0x7fffffff,
        0x80000000,
        0xffffffff,
        0x100000000,
        SELECTOR_COUNT - 1,
        SELECTOR_COUNT,
        0x7fffffffffff,
        0x800000000000,
        0x7fffffffffffffff,
        0x8000000000000000,
        ~0ull,
        ~1ull,
    };
    return random_below(r, 2) ? choose(r, limits, sizeof limits / sizeof *limits) : random_next(r) >> random_below(r, 64);
}

/* All PDs share their memory, root's too: what could be a stack or an entry must lie where nothing is, or a wild EC spoils the
 * test. */
static uint64_t far(struct random *r)
{
    return random_next(r) >> 18 | 1ull << 45;
}

/* Each type has its numbers, every fifth one, so that a random number is often good for something. */
static uint64_t selector_of(struct random *r, enum cap_type type)
{
    return random_below(r, 16) ? FUZZ_FIRST + random_below(r, FUZZ_COUNT / 5) * 5 + type - 1 : any(r);
}

static uint64_t selector(struct random *r)
{
    return selector_of(r, TYPE_PD + random_below(r, 5));
}

/* Who pays, and where things happen: mostly the PD itself. */
static uint64_t pd(struct random *r)
{
    return random_below(r, 3) ? SEL_PD + random_below(r, 2) : selector_of(r, TYPE_PD);
}

static uint64_t rights(struct random *r)
{
    static const uint64_t some[] = { 1, 2, 3, 4, 7, 0x0f, 0x1f, 0x3f, 0x7f, 0x80, 0x87, 0x9f, 0xff };
    return random_below(r, 16) ? choose(r, some, sizeof some / sizeof *some) : any(r);
}

/* Of pages where nothing of the program lies; seldom anywhere, which can unmap the program under the EC. */
static uint64_t page(struct random *r)
{
    return random_below(r, 2000) ? SCRATCH_PAGE + random_below(r, 96) : any(r) >> 12;
}

static uint64_t order(struct random *r)
{
    return random_below(r, 8) ? random_below(r, 3) : random_below(r, 40);
}

static uint64_t range(struct random *r, uint64_t type)
{
    if (type == TYPE_OBJECT)
        return RANGE(selector(r), random_below(r, 32) ? 0 : 1);
    const uint64_t o = order(r), base = type == TYPE_PORTS ? 0x300 + random_below(r, 64) : page(r);
    return RANGE(random_below(r, 16) ? base >> o << o : base, o);
}

static uint64_t type(struct random *r)
{
    static const uint64_t types[] = { TYPE_OBJECT, TYPE_OBJECT, TYPE_OBJECT, TYPE_MEMORY, TYPE_MEMORY, TYPE_PORTS };
    return random_below(r, 32) ? choose(r, types, 6) : random_below(r, 16);
}

static struct item item(struct random *r)
{
    const uint64_t t = type(r), kind = random_below(r, 16) ? 1 + random_below(r, 2) : random_below(r, 16);
    const uint64_t spot = t == TYPE_MEMORY ? page(r) : random_below(r, 16) ? 0 : any(r);

    return (struct item){ range(r, t), ITEM(kind, kind == ITEM_TRANSLATE ? TYPE_OBJECT : t,
                                            kind == ITEM_TRANSLATE ? 0 : rights(r) & 0xff, spot) };
}

void fuzz_windows(struct random *r, struct utcb *u)
{
    u->object_base = (uint32_t)selector(r);
    u->object_count = (uint32_t)(random_below(r, 16) ? random_below(r, 20) : any(r));
    u->records = (uint32_t)random_below(r, 12);
    u->memory_window = random_below(r, 16) ? RANGE(SCRATCH_PAGE + random_below(r, 6) * 16, 4) : any(r);
    u->port_base = (uint32_t)random_below(r, 0x10000);
    u->port_count = (uint32_t)any(r);
}

uint64_t fuzz_message(struct random *r, struct utcb *u)
{
    const uint64_t items = random_below(r, 3) ? 0 : random_below(r, 6);

    if (!random_below(r, 64))
        return any(r) & ~DESCRIPTOR_NO_BLOCK;
    fuzz_windows(r, u);
    for (unsigned i = 0; i < items; i++)
        u->item[i] = item(r);
    return DESCRIPTOR(random_below(r, 8) ? random_below(r, 4) : random_below(r, 449), items);
}

/* Never for long: nobody would wake it. */
static uint64_t deadline(struct random *r)
{
    return random_below(r, 2) ? 1 : in_us(random_below(r, 100));
}

static void arguments_create(struct random *r, struct measured *c)
{
    static const enum cap_type types[] = { TYPE_PD, TYPE_EC, TYPE_SC, TYPE_PT, TYPE_SM };
    const uint64_t payer = pd(r), new = selector_of(r, types[c->rax - CALL_CREATE_PD]);

    c->rsi = new;
    c->rdx = payer;
    switch (c->rax) {
    case CALL_CREATE_PD:
        c->r10 = random_below(r, 8) ? random_below(r, 8) : any(r);
        break;
    case CALL_CREATE_EC:
        c->rsi = PAIR(new, random_below(r, 2) ? 0 : FUZZ_FIRST);
        c->rdx = PAIR(payer, pd(r));
        c->r8 = far(r);
        c->r9 = random_below(r, 16) ? 0 : any(r);
        c->r10 = random_below(r, 16) ? EC_PLACE(UTCB_FREE + 0x1000 * random_below(r, 64), random_below(r, 2), 0) : any(r);
        break;
    case CALL_CREATE_SC:
        c->rdx = PAIR(payer, selector_of(r, TYPE_EC));
        c->r10 = random_below(r, 16) ? PAIR(random_below(r, 100), random_below(r, 1000)) : any(r);
        c->r8 = random_below(r, 2) ? selector_of(r, TYPE_SC) : 0;
        c->r9 = c->r8 ? random_below(r, random_below(r, 4) ? 1000 : 4000) : 0; /* a thread of the fuzzer has 2000 */
        break;
    case CALL_CREATE_PT:
        c->rdx = PAIR(payer, selector_of(r, TYPE_EC));
        c->r10 = random_below(r, 16) ? (uint64_t)portal_reply_same : far(r);
        c->r9 = random_below(r, 16) ? random_below(r, TRANSFER_ALL + 1) : any(r);
        break;
    default:
        c->r10 = random_below(r, 8) ? random_below(r, 4) : any(r);
    }
}

static void arguments_pd(struct random *r, struct measured *c)
{
    switch (c->rdx) {
    case PD_QUOTA:
        c->r10 = random_below(r, 8) ? random_below(r, 16) - 8 : any(r);
        c->r8 = pd(r);
        break;
    case PD_GRANT: {
        const struct item i = item(r);
        c->r10 = i.range;
        c->r8 = random_below(r, 8)
                    ? (i.how & 0xffff) | (ITEM_TYPE(i.how) == TYPE_OBJECT ? selector(r) : RANGE_BASE(i.range)) << 16
                    : any(r);
        break;
    }
    case PD_LOOKUP:
        c->r8 = type(r);
        c->r10 = range(r, c->r8);
        break;
    case PD_ACK:
        c->r10 = selector(r);
        c->r8 = random_below(r, 3);
        break;
    default:
        c->r10 = random_below(r, 6);
    }
}

void fuzz_call(struct random *r, struct measured *c, struct utcb *u)
{
    static const uint8_t numbers[] = {
        0, 0, 0, 0, 1, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 9, 9, 10, 11, 12, 12, 12, 13, 13,
    };

    *c = (struct measured){ .rax = random_below(r, 100) ? numbers[random_below(r, sizeof numbers)] : any(r),
                            .rsi = selector(r),
                            .rdx = random_below(r, 32) ? random_below(r, 5) : any(r),
                            .r10 = any(r),
                            .r8 = any(r),
                            .r9 = any(r) };
    switch (c->rax) {
    case CALL_CALL:
        c->rsi = selector_of(r, TYPE_PT);
        c->rdx = fuzz_message(r, u) | (random_below(r, 2) ? DESCRIPTOR_NO_BLOCK : 0);
        break;
    case CALL_CREATE_PD:
    case CALL_CREATE_EC:
    case CALL_CREATE_SC:
    case CALL_CREATE_PT:
    case CALL_CREATE_SM:
        arguments_create(r, c);
        break;
    case CALL_REMOVE: {
        const uint64_t t = type(r), kind = random_below(r, 12);
        c->rsi = REMOVE(kind < 7 ? REMOVE_BELOW : kind < 10 ? REMOVE_SELF : random_below(r, 4), t);
        c->rdx = range(r, t);
        c->r10 = t == TYPE_OBJECT ? rights(r) : random_below(r, 8);
        break;
    }
    case CALL_PD_CONTROL:
        c->rsi = pd(r);
        arguments_pd(r, c);
        break;
    case CALL_EC_CONTROL:
        c->rsi = random_below(r, 8) ? selector_of(r, TYPE_EC) : 0;
        if (c->rdx == EC_PAUSE && c->rsi == 0)
            c->rdx = EC_YIELD;
        break;
    case CALL_SC_CONTROL:
        c->rsi = selector_of(r, TYPE_SC);
        c->r10 = c->rdx == SC_QUOTA ? random_below(r, 200) - 100 : PAIR(random_below(r, 100), random_below(r, 1000));
        c->r8 = selector_of(r, TYPE_SC);
        break;
    case CALL_PT_CONTROL:
        c->rsi = selector_of(r, TYPE_PT);
        break;
    case CALL_SM_CONTROL:
        c->rsi = selector_of(r, TYPE_SM);
        c->r10 = deadline(r);
        break;
    case CALL_KERNEL_CONTROL:
        c->rsi = random_below(r, 4) ? FUZZ_KERNEL : selector(r);
        c->r10 = random_below(r, 2) ? RANGE(fuzz_frame + random_below(r, 64), 0) : random_below(r, 6);
        if (c->rdx == KERNEL_INTERRUPT) { /* the numbers of semaphores; lines that nothing is at */
            c->r10 = selector_of(r, TYPE_SM);
            c->r8 = INTERRUPT(random_below(r, 30), 0, random_below(r, 16));
        } else if (c->rdx == KERNEL_COUNTER) {
            c->r10 = 1 + random_below(r, 6); /* not 0: its check is for a moment when nothing is under way */
        } else {
            c->r8 = page(r);
            c->r9 = random_below(r, 16);
        }
        break;
    default:
        break;
    }
}
