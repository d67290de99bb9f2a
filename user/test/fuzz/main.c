/*
 * The fuzzer: threads and servers in several PDs make random calls, while root destroys, pauses and recalls what it likes. After
 * each round everything is destroyed, and the accounts have to be what they were.
 *
 * Options: calls=N seed=N (the seed is printed; the same gives the same run, as time is counted in instructions)
 */
#include "fuzz/fuzz.h"

#include "lib/print.h"

void main(const void *given);

enum { PDS = 3, THREADS_EACH = 2, ROUND_CALLS = 20000, SLICE_US = 1500, SLICES = 200, SMALL_QUOTA = 64, ENOUGH_CALLS = 1000000 };

uint64_t fuzz_frame;

static volatile uint64_t calls, statuses[STATUS_COUNT + 1], numbers[CALL_COUNT], succeeded[CALL_COUNT];
static volatile bool stop;
static uint64_t seed, streams;

/* ---- In ring 3 of the PDs --------------------------------------------------------------------------------------------- */

static void count(uint64_t number, uint64_t status)
{
    const uint64_t kind = number < CALL_COUNT ? number : CALL_COUNT - 1;

    calls++;
    numbers[kind]++;
    statuses[status < STATUS_COUNT ? status : STATUS_COUNT]++;
    succeeded[kind] += status == SUCCESS;
}

static result one_call(struct random *r)
{
    struct measured c;

    fuzz_call(r, &c, utcb());
    if (c.rax == CALL_REPLY) /* refused in a thread; in a server it must not be left out of the middle */
        c.rax = CALL_COUNT;
    const result got = syscall(c.rax, c.rsi, c.rdx, c.r10, c.r8, c.r9);
    count(c.rax, got.rax);
    return got;
}

static uint64_t fuzz(uint64_t stream, uint64_t b, uint64_t c, uint64_t d)
{
    struct random r = { random_seed(seed, stream) };

    (void)b, (void)c, (void)d;
    while (!stop)
        one_call(&r);
    return 0;
}

static bool is_reply(uint64_t descriptor)
{
    return !(descriptor & ~(DESCRIPTOR_KNOWN & ~DESCRIPTOR_NO_BLOCK)) && DESCRIPTOR_WORDS(descriptor) <= WORD_COUNT &&
           DESCRIPTOR_ITEMS(descriptor) <= ITEM_COUNT;
}

/* A server that makes a few calls itself before it replies, with anything. */
static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    struct random r = { random_seed(seed, streams++) };

    (void)portal, (void)descriptor;
    for (uint64_t i = random_below(&r, 4); i; i--)
        one_call(&r);
    const uint64_t reply = fuzz_message(&r, utcb());
    utcb()->word[0] &=
        TRANSFER_EVENT | TRANSFER_FLAGS; /* an event's sender keeps its stack and its way: all programs share their memory */
    if (is_reply(reply))
        return reply;
    /* Refused, so it comes back; what succeeds would leave this frame on the stack at each call. */
    count(CALL_REPLY, reply_now(reply).rax);
    return 0;
}

static struct portal server = { serve };

/* ---- Root ------------------------------------------------------------------------------------------------------------- */

static struct domain *pds[PDS];
static struct thread *threads[PDS * THREADS_EACH];

static uint64_t all_rights(unsigned i, struct random *r)
{
    return random_below(r, 8) ? i : i | RIGHT_DESTROY;
}

static uint64_t fuzz_number(enum cap_type type, unsigned i)
{
    return FUZZ_FIRST + 5 * i + type - 1;
}

/* What each PD begins with: itself, the others, things to play with. */
static void populate(struct domain *d, unsigned index, struct random *r)
{
    give(d, SEL_KERNEL, KERNEL_RIGHTS & ~KERNEL_RIGHT_STOP, FUZZ_KERNEL);
    give(d, pds[(index + 1) % PDS]->pd, all_rights(PD_RIGHTS & ~RIGHT_DESTROY, r), SEL_PD + 1);
    for (unsigned i = 0; i < 4; i++) {
        const uint64_t sm = selector_new(),
                       portal = portal_new(pds[i % PDS]->ec, portal_entry, &server, random_below(r, TRANSFER_ALL + 1));
        CHECK_OK(create_sm(sm, SEL_PD, 1));
        give(d, sm, all_rights(SM_RIGHTS & ~RIGHT_DESTROY, r), fuzz_number(TYPE_SM, i));
        give(d, portal, all_rights(PT_RIGHTS & ~RIGHT_DESTROY, r), fuzz_number(TYPE_PT, i));
    }
    give(d, pds[(index + 2) % PDS]->ec, all_rights(EC_RIGHTS & ~RIGHT_DESTROY, r), fuzz_number(TYPE_EC, 10));
    CHECK_OK(
        pd_grant(d->pd, RANGE((uint64_t)frame_contents(fuzz_frame) >> 12, 4), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 3, SCRATCH_PAGE)));
}

static void begin_round(struct random *r)
{
    fuzz_frame = frames_new(64);
    for (unsigned i = 0; i < PDS; i++)
        pds[i] = domain_new(SMALL_QUOTA);
    for (unsigned i = 0; i < PDS; i++)
        populate(pds[i], i, r);
    for (unsigned i = 0; i < PDS * THREADS_EACH; i++) {
        struct thread *t = thread_new(pds[i % PDS], fuzz, streams++, 0, 20 + (unsigned)random_below(r, 3), 2000);
        CHECK_OK(sc_priority(t->sc, 20, 5 + (unsigned)random_below(r, 200)));
        give(pds[i % PDS], t->ec, all_rights(EC_RIGHT_CONTROL, r), fuzz_number(TYPE_EC, i));
        give(pds[i % PDS], t->sc, SC_RIGHT_CONTROL | SC_RIGHT_TIME | SC_RIGHT_DONATE, fuzz_number(TYPE_SC, i));
        threads[i] = t;
    }
}

/* Concurrent destruction: something ends at a moment that nobody has prepared for. */
static void disturb(struct random *r)
{
    const struct thread *t = threads[random_below(r, PDS * THREADS_EACH)];
    const struct domain *d = pds[random_below(r, PDS)];

    for (unsigned i = 0; i < PDS * THREADS_EACH; i++)
        ec_control(threads[i]->ec, EC_RESUME, 0);
    switch (random_below(r, 120)) {
    case 0:
        destroy(t->ec);
        break;
    case 1:
        destroy(d->ec);
        break;
    case 2:
        destroy(d->pd);
        break;
    case 3:
        destroy(t->sc);
        break;
    case 4:
        revoke(random_below(r, 2) ? d->pd : SEL_KERNEL, 1 + random_below(r, 255));
        break;
    case 5:
        ec_control(t->ec, EC_RECALL, 0);
        break;
    case 6:
        ec_control(t->ec, EC_PAUSE, 0);
        break;
    case 7:
        remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE((uint64_t)frame_contents(fuzz_frame) >> 12, 4), 1 + random_below(r, 7));
        break;
    case 8:
        pd_quota(d->pd, (int64_t)random_below(r, 20) - 10, SEL_PD);
        break;
    default:
        break;
    }
    kernel_counter(SEL_KERNEL, 1); /* a kernel built with CHECK looks at itself */
}

static struct random root_random;
static uint64_t round_end;

static void run_round(void)
{
    struct random *r = &root_random;
    uint64_t last = calls;
    unsigned quiet = 0;

    stop = false;
    round_wait(); /* the threads must not begin before they have been given everything */
    begin_round(r);
    for (unsigned i = 0; i < SLICES && calls < round_end && quiet < 4; i++) {
        sleep_us(SLICE_US);
        disturb(r);
        quiet = calls == last ? quiet + 1 : 0;
        last = calls;
    }
    stop = true;
}

/*
 * A fuzzer whose calls are all refused at the first check would find nothing and pass. So each call has to be made and to
 * succeed, and each status to be seen: BAD_CPU, too, as an EC may ask for a CPU that the machine does not have. A reply that
 * succeeds does not come back: a call that succeeds has been replied to. Fewer calls than ENOUGH_CALLS may by chance not meet
 * what is rare (PINNED: a dozen in a million).
 */
static void check_reached(void)
{
    for (unsigned status = 0; status < STATUS_COUNT; status++)
        if (!CHECK(statuses[status] > 0))
            print("status %u was not seen\n", status);
    for (unsigned number = 0; number < CALL_COUNT; number++) {
        const bool can_return = number != CALL_REPLY && number <= CALL_KERNEL_CONTROL;
        if (!CHECK(numbers[number] > 0))
            print("call %u was not made\n", number);
        if (!CHECK((succeeded[number] > 0) == can_return))
            print("call %u has %s\n", number, can_return ? "never succeeded" : "succeeded, which cannot be");
    }
}

void main(const void *given)
{
    struct snapshot first, after;
    uint64_t rounds = 0;

    kit_init(given);
    seed = option_number("seed", 1);
    const uint64_t wanted = option_number("calls", 200000);
    print("fuzz: seed=%lu calls=%lu\n", seed, wanted);
    root_random.state = random_seed(seed, 1ull << 40);
    snapshot_take(&first);
    while (calls < wanted && !checks_failed) {
        round_end = calls + ROUND_CALLS < wanted ? calls + ROUND_CALLS : wanted;
        kit_run(run_round);
        kit_clean();
        snapshot_take(&after);
        CHECK_EQ(after.figure[FIGURE_QUOTA], first.figure[FIGURE_QUOTA]);
        CHECK_EQ(after.figure[FIGURE_USED], first.figure[FIGURE_USED]);
        CHECK_EQ(after.figure[FIGURE_CELLS], first.figure[FIGURE_CELLS]);
        rounds++;
        if (option("verbose"))
            print("round %lu: %lu calls\n", rounds, calls);
    }
    print("%lu calls in %lu rounds\n", calls, rounds);
    for (unsigned i = 0; i <= STATUS_COUNT; i++)
        print("  status %u: %lu\n", i, statuses[i]);
    for (unsigned i = 0; i < CALL_COUNT; i++)
        print("  call %u: %lu, good %lu\n", i, numbers[i], succeeded[i]);
    CHECK_EQ(statuses[STATUS_COUNT], 0);
    if (calls >= ENOUGH_CALLS)
        check_reached();
    finish();
}
