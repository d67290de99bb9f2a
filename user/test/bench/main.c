/*
 * The benchmarks: guest instructions of what the kernel does, by the time-stamp counter, and what they become with more of
 * everything.
 *
 * Prints lines `bench NAME VALUE` and `size NAME COUNT VALUE`; kernel/bench/ makes the tables. Needs -icount shift=0.
 */
#include "kit/kit.h"
#include "kit/sizes.h"

#include "cairn/info.h"
#include "lib/print.h"

void main(const void *given);
void bench_sizes(void);

enum { N = 1000 };

static void figure(const char *name, uint64_t value)
{
    print("bench %s %lu\n", name, value);
}

/* ---- Calls ------------------------------------------------------------------------------------------------------------ */

/* One call, averaged over n: by itself, or with the whole stub of a C program. */
static uint64_t one(const struct measured *call, uint64_t n, bool stub)
{
    if (stub)
        return (measure_stub(call, n) - measure_no_stub(call, n)) / n;
    return (measure_call(call, n) - measure_no_call(call, n)) / n;
}

/* Two figures: NAME, and NAME_stub. */
static void figures(const char *name, uint64_t alone, uint64_t stub)
{
    figure(name, alone);
    print("bench %s_stub %lu\n", name, stub);
}

static void call_figures(const char *name, const struct measured *call)
{
    figures(name, one(call, N, false), one(call, N, true));
}

static void bench_refused(void)
{
    const struct measured number = { .rax = 15 }, empty = { .rax = CALL_CALL, .rsi = 5000 };

    call_figures("refused_number", &number);
    call_figures("refused_selector", &empty);
}

/* The cost of each word and way, in hundredths, of messages of n words. */
static uint64_t per_word_100(uint64_t echo, uint64_t n)
{
    const struct measured none = { .rax = CALL_CALL, .rsi = echo }, words = { .rax = CALL_CALL, .rsi = echo, .rdx = n };

    return (instructions(&words, N) - instructions(&none, N)) * 100 / (2 * n);
}

static void bench_call(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t near = portal_new(server_new(0, &place), portal_reply_at_once, 0, 0);
    const uint64_t far = portal_new(b->ec, portal_reply_at_once, 0, 0), echo = portal_new(b->ec, portal_reply_same, 0, 0);
    const struct measured same = { .rax = CALL_CALL, .rsi = near }, cross = { .rax = CALL_CALL, .rsi = far };
    const struct measured many = { .rax = CALL_CALL, .rsi = echo, .rdx = 64 };

    call_figures("call_same_pd", &same);
    call_figures("call_cross_pd", &cross);
    call_figures("call_64_words", &many);
    figure("per_word_1_100", per_word_100(echo, 1));
    figure("per_word_4_100", per_word_100(echo, 4));
    figure("per_word_8_100", per_word_100(echo, 8));
    figure("per_word_100", per_word_100(echo, 64));
}

static uint64_t int3_loop(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    const struct measured nothing = { 0 };

    (void)a, (void)b, (void)c, (void)d;
    return (measure_int3(&nothing, N) - measure_no_call(&nothing, N)) / N;
}

static void bench_exception(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    int place;
    const uint64_t portal = portal_new(server_new(0, &place), portal_reply_at_once, 0, 0);
    struct thread *t = thread_new(b, int3_loop, 0, 0, 100, 100000);

    give(b, portal, PT_RIGHT_EVENT, ec_events(t->place) + 3);
    thread_join(t);
    figure("exception", t->result);
}

/* ---- Semaphores ------------------------------------------------------------------------------------------------------- */

static void bench_semaphore(void)
{
    const uint64_t sm = sm_new();
    const struct measured up = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_UP };
    const struct measured down = { .rax = CALL_SM_CONTROL, .rsi = sm, .rdx = SM_DOWN };
    const uint64_t ups = one(&up, N, false), downs = one(&down, N, false);
    const uint64_t stub_ups = one(&up, N, true), stub_downs = one(&down, N, true);

    figures("up_down", ups + downs, stub_ups + stub_downs);
}

static void bench_ping_pong(void)
{
    figure("ping_pong", change(N, 100000));
}

/* ---- Capabilities and memory ------------------------------------------------------------------------------------------ */

/* One call that delegates, and the revoke of it, each by itself. */
static void delegate(const char *name, const char *revoke_name, struct item item, const struct measured *take)
{
    const struct delegation d = delegate_beside(0, item, take);

    figures(name, d.call, d.call_stub);
    figures(revoke_name, d.revoke, d.revoke_stub);
}

static void bench_delegate(void)
{
    const uint64_t sm = sm_new(), page = (uint64_t)frame_contents(frames_new(1)) >> 12;
    const struct measured take = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(sm, 0), 0xff, 0, 0 };
    const struct measured take_page = { CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_MEMORY), RANGE(page, 0), 0x7f, 0, 0 };

    delegate("delegate_capability", "revoke_capability", (struct item){ RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 3, 0) },
             &take);
    delegate("delegate_page", "revoke_page", (struct item){ RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, 3, 0) }, &take_page);
}

/* Creating: the second of its kind, so that tables and cells are there; the third with the stub. */
static void bench_create(void)
{
    cells_make_room();
    uint64_t last[3] = { 0 };
    for (int i = 0; i < 3; i++) {
        const struct measured pd = { CALL_CREATE_PD, selector_new(), SEL_PD, 4, 0, 0 };
        const struct measured ec = {
            CALL_CREATE_EC, selector_new(), PAIR(SEL_PD, SEL_PD), EC_PLACE(UTCB_FREE + 0x1000 * (uint64_t)i, EC_LOCAL, 0), 0, 0
        };
        const struct measured sm = { CALL_CREATE_SM, selector_new(), SEL_PD, 0, 0, 0 };
        const uint64_t pds = one(&pd, 1, i == 2), ecs = one(&ec, 1, i == 2), sms = one(&sm, 1, i == 2);
        if (i == 2) {
            figures("create_pd", last[0], pds);
            figures("create_ec", last[1], ecs);
            figures("create_sm", last[2], sms);
        }
        last[0] = pds, last[1] = ecs, last[2] = sms;
    }
}

void main(const void *given)
{
    static void (*const benches[])(void) = {
        bench_refused, bench_call, bench_exception, bench_semaphore, bench_ping_pong, bench_delegate, bench_create, bench_sizes,
    };

    kit_init(given);
    for (unsigned i = 0; i < sizeof benches / sizeof *benches; i++) {
        kit_run(benches[i]);
        kit_clean();
    }
    finish();
}
