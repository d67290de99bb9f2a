/*
 * The first program on the whole kernel: tries a little of everything, and measures the paths that matter.
 *
 * It is the root task. What fails is named; the exact rules are tried elsewhere, one by one.
 */
#include "test/smoke/smoke.h"

#include "test/smoke/measure.h"

enum {
    PAGE = 4096,
    SERVER_CODE = 0x20000000,
    OTHER_UTCB = 0x20001000,
    WINDOW = 0x30000000, /* where frames are looked at */
    STARTER = 1, /* its place */
    PLACES = 8, /* for threads and servers */
    QUOTA = 16,
    PRIORITY = 64,
    BUDGET = 10000,
    NUMBERS = 16, /* of an object window */
};

enum selector {
    SEL_EVENTS = ROOT_EVENTS,
    SEL_LOCAL = ROOT_SEL_FREE,
    SEL_PORTAL,   /* into SEL_LOCAL, the shortest server */
    SEL_TAKE,     /* into SEL_LOCAL, takes a capability */
    SEL_PD,
    SEL_OTHER,    /* a local EC in SEL_PD */
    SEL_OTHER_PORTAL,
    SEL_UP,
    SEL_PING,
    SEL_PONG,
    SEL_THREAD,
    SEL_THREAD_SC,
    SEL_STARTER,  /* a local EC that answers the starts of threads */
    SEL_THREAD_EVENTS = 200,
    SEL_WINDOW = 300,
    SEL_CONVERSATIONS = 400,
};

bool good = true;
static char stacks[PLACES][STACK_SIZE] __attribute__((aligned(16)));

void main(const void *given);

bool check(bool ok, const char *what, uint64_t number)
{
    if (!ok)
        print("  FAILED %s (%lx)\n", what, number);
    good = good && ok;
    return ok;
}

bool success(result r, const char *what)
{
    return check(r.rax == SUCCESS, what, r.rax | r.rdx << 8);
}

bool status(result r, enum status expected, const char *what)
{
    return check(r.rax == expected, what, r.rax | r.rdx << 8);
}

struct utcb *utcb_of(unsigned n)
{
    return (struct utcb *)(uint64_t)(UTCBS + n * PAGE);
}

result make_local(uint32_t new, unsigned n)
{
    return create_ec(new, 0, ROOT_SEL_PD, ROOT_SEL_PD, EC_PLACE((uint64_t)utcb_of(n), EC_LOCAL, 0), stacks[n] + STACK_SIZE, NULL);
}

/* ---- Calls ---------------------------------------------------------------------------------------------------------- */

/* Gives back what came, each word plus one. */
static uint64_t add_one(uint64_t descriptor)
{
    for (unsigned i = 0; i < DESCRIPTOR_WORDS(descriptor); i++)
        utcb_of(0)->word[i]++;
    return DESCRIPTOR_WORDS(descriptor);
}

static void try_calls(void)
{
    success(make_local(SEL_LOCAL, 0), "create a local EC");
    success(create_pt(SEL_TAKE, ROOT_SEL_PD, SEL_LOCAL, (uint64_t)portal_entry, portal_id(add_one), 0), "create a portal");
    success(create_pt(SEL_PORTAL, ROOT_SEL_PD, SEL_LOCAL, (uint64_t)reply_stub, 0, 0), "create another portal");

    for (unsigned words = 0; words <= WORD_COUNT; words = words * 2 + 1) {
        for (unsigned i = 0; i < words; i++)
            root_utcb->word[i] = i * 7;
        result r = call(SEL_TAKE, words);
        bool right = r.rax == SUCCESS && r.rdx == words;
        for (unsigned i = 0; i < words; i++)
            right = right && root_utcb->word[i] == i * 7 + 1;
        check(right, "words come back plus one", words);
    }
    status(call(SEL_WINDOW, 0), BAD_CAP, "a call to nothing");
    status(call(SEL_PORTAL, WORD_COUNT + 1), BAD_PAR, "too many words");
    status(syscall(CALL_REPLY, 0, 0, 0, 0, 0), BAD_CALL, "a reply of a global EC");
    status(syscall(14, 0, 0, 0, 0, 0), BAD_CALL, "call 14");
    status(syscall(99, 0, 0, 0, 0, 0), BAD_CALL, "call 99");
}

/* ---- Another protection domain --------------------------------------------------------------------------------------- */

/* A frame that nobody has, at page `page` of ours. Returns whether there was one. */
static bool take_frame(const struct info_page *info, uint64_t page)
{
    for (uint32_t i = info->region_count; i-- > 0;)
        for (uint64_t at = info->region[i].base / PAGE; at < (info->region[i].base + info->region[i].size) / PAGE; at += 16) {
            result r = kernel_control(ROOT_SEL_KERNEL, KERNEL_MEMORY, RANGE(at, 0), page, MEMORY_READ | MEMORY_WRITE);
            if (r.rax != BAD_PAR)
                return success(r, "take a frame");
        }
    return check(false, "there is a free frame", 0);
}

static void try_domain(const struct info_page *info)
{
    success(create_pd(SEL_PD, ROOT_SEL_PD, QUOTA), "create a protection domain");
    if (!take_frame(info, WINDOW / PAGE))
        return;
    char *code = (char *)WINDOW;
    for (const char *p = reply_stub; p < reply_stub_end; p++)
        *code++ = *p;
    status(pd_grant(SEL_PD, RANGE(WINDOW / PAGE, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ | MEMORY_EXECUTE, SERVER_CODE / PAGE)),
           BAD_CAP, "grant a right that one has not");
    success(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(WINDOW / PAGE, 0), 0xff), "remove a page");
}

/* The frame again, now as code. */
static void start_other(const struct info_page *info)
{
    for (uint32_t i = info->region_count; i-- > 0;)
        for (uint64_t at = info->region[i].base / PAGE; at < (info->region[i].base + info->region[i].size) / PAGE; at += 16)
            if (kernel_control(ROOT_SEL_KERNEL, KERNEL_MEMORY, RANGE(at, 0), WINDOW / PAGE, MEMORY_READ | MEMORY_EXECUTE).rax ==
                SUCCESS)
                goto found;
found:
    success(pd_grant(SEL_PD, RANGE(WINDOW / PAGE, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ | MEMORY_EXECUTE, SERVER_CODE / PAGE)),
            "grant a page");
    success(create_ec(SEL_OTHER, 0, ROOT_SEL_PD, SEL_PD, EC_PLACE(OTHER_UTCB, EC_LOCAL, 0), NULL, NULL), "create an EC there");
    success(create_pt(SEL_OTHER_PORTAL, ROOT_SEL_PD, SEL_OTHER, SERVER_CODE, 0, 0), "create a portal there");
    success(call(SEL_OTHER_PORTAL, 1), "call another domain");
}

/* ---- Capabilities --------------------------------------------------------------------------------------------------- */

/* The domain's own server does nothing with what it gets; here it is a portal of ours, so the number is told. */
static void try_capabilities(void)
{
    success(create_sm(SEL_UP, ROOT_SEL_PD, 0), "create a semaphore");
    success(pd_grant(SEL_PD, RANGE(SEL_UP, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 5)), "grant a semaphore");
    result before = pd_figure(SEL_PD, 3);
    success(revoke(SEL_UP, 0xff), "revoke it");
    result after = pd_figure(SEL_PD, 3);
    check(before.rdx == after.rdx + 1, "a revoked number gives its record back", after.rdx);

    /* In a message, to the same domain: it has a number already. */
    utcb_admit(utcb_of(0), SEL_WINDOW, NUMBERS, NUMBERS);
    root_utcb->item[0] = item_object(SEL_UP, SM_RIGHT_UP);
    success(call(SEL_TAKE, DESCRIPTOR(0, 1)), "send a capability");
    check(utcb_of(0)->item[0].range == RANGE(SEL_UP, 0), "an object has one number", utcb_of(0)->item[0].range);
    check(pd_lookup(TYPE_OBJECT, SEL_UP).rdx >> 32 == 1, "it is pinned", pd_lookup(TYPE_OBJECT, SEL_UP).rdx);
    status(delete(SEL_UP), PINNED, "delete what is pinned");
    success(pd_acknowledge(SEL_UP, 1), "acknowledge");
    utcb_close(utcb_of(0));
    status(call(SEL_TAKE, DESCRIPTOR(0, 1)), NO_WINDOW, "send to a closed window");
}

/* ---- Threads -------------------------------------------------------------------------------------------------------- */

static volatile unsigned pings;

static void thread(void)
{
    for (;;) {
        sm_down(SEL_PING, DEADLINE_NEVER);
        pings++;
        sm_up(SEL_PONG);
    }
}

static void (*start_function)(void);
static unsigned start_place;

/* The start-up message: says where to begin. */
static uint64_t start_thread(uint64_t descriptor)
{
    struct utcb *utcb = utcb_of(STARTER);

    check(DESCRIPTOR_WORDS(descriptor) == EVENT_RSP + 1, "a start has so many words", descriptor);
    check(utcb->word[EVENT_NUMBER] == EVENT_STARTUP, "a thread's first event is its start", utcb->word[EVENT_NUMBER]);
    utcb->word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_RSP;
    utcb->word[EVENT_RIP] = (uint64_t)start_function;
    utcb->word[EVENT_RSP] = (uint64_t)(stacks[start_place] + STACK_SIZE - 8);
    return EVENT_RSP + 1;
}

/* It has a little time of its own in each round, so it begins when root waits for something. */
void make_thread(uint32_t new, unsigned n, void (*function)(void))
{
    success(create_ec(new, SEL_THREAD_EVENTS, ROOT_SEL_PD, ROOT_SEL_PD, EC_PLACE((uint64_t)utcb_of(n), EC_GLOBAL, 0), NULL, NULL),
            "create a thread");
    start_function = function;
    start_place = n;
    success(create_sc(new + 1, ROOT_SEL_PD, new, PRIORITY, BUDGET, ROOT_SEL_SC, 1000), "give it time");
}

static void make_starter(void)
{
    success(make_local(SEL_STARTER, STARTER), "create the threads' handler");
    success(create_pt(SEL_THREAD_EVENTS + EVENT_STARTUP, ROOT_SEL_PD, SEL_STARTER, (uint64_t)portal_entry, portal_id(start_thread),
                      TRANSFER_EVENT | TRANSFER_RIP | TRANSFER_RSP),
            "create its portal");
}

static void try_thread(void)
{
    success(create_sm(SEL_PING, ROOT_SEL_PD, 0), "create ping");
    success(create_sm(SEL_PONG, ROOT_SEL_PD, 0), "create pong");
    make_thread(SEL_THREAD, 2, thread);
    for (unsigned i = 0; i < ROUNDS; i++) {
        sm_up(SEL_PING);
        sm_down(SEL_PONG, DEADLINE_NEVER);
    }
    check(pings == ROUNDS, "ping and pong alternate", pings);
    check(sc_time(SEL_THREAD_SC).rdx > 0, "the thread has used time", 0);
    success(destroy(SEL_THREAD), "destroy the thread");
    status(sc_time(SEL_THREAD_SC), BAD_CAP, "its time is gone with it");
}

/* ---- Measuring ------------------------------------------------------------------------------------------------------ */

enum { LOADS = 3 }; /* instructions of a loop's own for each call, besides its end */

static uint64_t per_round(uint64_t ticks, uint64_t own)
{
    return (ticks - measure_nothing(ROUNDS)) / ROUNDS - own;
}

static void measure(void)
{
    static const unsigned words[] = {0, 1, 8, 64};
    uint64_t failing = per_round(measure_call(16, 0, 0, ROUNDS), LOADS);
    uint64_t bad_cap = per_round(measure_call(CALL_CALL, SEL_WINDOW, 0, ROUNDS), LOADS);
    uint64_t semaphore = per_round(measure_calls(CALL_SM_CONTROL, SEL_UP, SM_UP, ROUNDS, SM_DOWN), 2 * LOADS + 1);

    print("\ninstructions, from `syscall` to the next one (if the counter counts instructions)\n");
    print("  refused: unknown number            %4lu\n", failing);
    print("  refused: bad selector              %4lu\n", bad_cap);
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        print("  call with %2u words, empty reply    %4lu in a domain, %4lu between two\n", words[i],
              per_round(measure_call(CALL_CALL, SEL_PORTAL, words[i], ROUNDS), LOADS),
              per_round(measure_call(CALL_CALL, SEL_OTHER_PORTAL, words[i], ROUNDS), LOADS));
    print("  semaphore: up and down             %4lu\n", semaphore);
    if (success(create_pt(SEL_EVENTS + 3, ROOT_SEL_PD, SEL_LOCAL, (uint64_t)reply_stub, 0, 0), "create an exception portal"))
        print("  int3, handler, empty reply         %4lu\n", per_round(measure_breakpoint(ROUNDS), 0));
}

void main(const void *given)
{
    const struct info_page *info = given;

    print("\nCairn's smoke test: one program, the whole kernel.\n");
    check(info->magic == INFO_MAGIC, "the information page", info->magic);
    print("pool: %lu pages, used %lu, %lu cells\n", pd_figure(ROOT_SEL_PD, 0).rdx, pd_figure(ROOT_SEL_PD, 1).rdx,
          pd_figure(ROOT_SEL_PD, 3).rdx);
    try_calls();
    try_domain(info);
    start_other(info);
    try_capabilities();
    make_starter();
    try_thread();
    try_conversations(SEL_CONVERSATIONS);
    measure();
    success(destroy(SEL_PD), "destroy a protection domain");
    success(destroy(SEL_LOCAL), "destroy an EC");
    print("pool: %lu pages, used %lu, %lu cells\n", pd_figure(ROOT_SEL_PD, 0).rdx, pd_figure(ROOT_SEL_PD, 1).rdx,
          pd_figure(ROOT_SEL_PD, 3).rdx);
    print("\nverdict: %s\n", good ? "pass" : "fail");
    kernel_control(ROOT_SEL_KERNEL, KERNEL_STOP, 0, 0, 0);
}
