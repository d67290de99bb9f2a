/*
 * Exceptions, start-up and recall as messages: kernel/ABI.md §9, rule R16.
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* ---- A handler that keeps the message and answers what the test wants ------------------------------------------------- */

struct catcher {
    struct portal portal;
    uint64_t descriptor, word[EVENT_WORDS];
    uint64_t reply, reply_word[EVENT_WORDS];
    uint64_t count;
};

static uint64_t catch_event(struct portal *portal, uint64_t descriptor)
{
    struct catcher *c = (struct catcher *)portal;
    struct utcb *u = utcb();

    c->count++;
    c->descriptor = descriptor;
    for (unsigned i = 0; i < EVENT_WORDS; i++) {
        c->word[i] = u->word[i];
        u->word[i] = c->reply_word[i];
    }
    return c->reply;
}

/* A thread in a domain of its own, with a handler in root. */
struct scene {
    struct domain *d;
    uint64_t handler;
    struct thread *t;
    struct catcher catcher;
};

static struct scene scene;

static struct scene *scene_new(unsigned event, uint64_t transfer, function *f, uint64_t a)
{
    struct scene *s = &scene;
    int place;

    *s = (struct scene){ .d = domain_new(DOMAIN_QUOTA), .catcher = { .portal = { catch_event } } };
    s->handler = server_new(0, &place);
    s->t = thread_new(s->d, f, a, 0, 1, 0); /* does not run before root sleeps */
    event_portal(s->d, s->t->place, event, s->handler, &s->catcher.portal, transfer);
    return s;
}

static void reply_rip(struct catcher *c, void (*to)(void))
{
    c->reply = DESCRIPTOR(EVENT_RIP + 1, 0);
    c->reply_word[EVENT_TRANSFER] = TRANSFER_RIP;
    c->reply_word[EVENT_RIP] = (uint64_t)to;
}

void event_int3_after(void);
extern uint64_t event_registers[16];

/* Registers with a pattern, then int3, then all of them to event_registers: rax, rcx, rdx, rbx, rbp, rsi, rdi, r8 … r15, rflags.
 */
__asm__(".pushsection .text\n"
        ".globl event_pattern, event_int3_after\n"
        "event_pattern:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "  mov %rsp, event_rsp\n"
        "  mov $0x101, %rax; mov $0x102, %rcx; mov $0x103, %rdx; mov $0x104, %rbx; mov $0x105, %rbp; mov $0x106, %rsi\n"
        "  mov $0x107, %rdi; mov $0x108, %r8; mov $0x109, %r9; mov $0x10a, %r10; mov $0x10b, %r11; mov $0x10c, %r12\n"
        "  mov $0x10d, %r13; mov $0x10e, %r14; mov $0x10f, %r15\n"
        "  int3\n"
        "event_int3_after:\n"
        "  mov %rax, event_registers\n"
        "  mov %rcx, event_registers + 8\n"
        "  mov %rdx, event_registers + 16\n"
        "  mov %rbx, event_registers + 24\n"
        "  mov %rbp, event_registers + 32\n"
        "  mov %rsi, event_registers + 40\n"
        "  mov %rdi, event_registers + 48\n"
        "  mov %r8, event_registers + 56\n"
        "  mov %r9, event_registers + 64\n"
        "  mov %r10, event_registers + 72\n"
        "  mov %r11, event_registers + 80\n"
        "  mov %r12, event_registers + 88\n"
        "  mov %r13, event_registers + 96\n"
        "  mov %r14, event_registers + 104\n"
        "  mov %r15, event_registers + 112\n"
        "  mov %rsp, event_rsp + 8\n"
        "  mov event_rsp, %rsp\n"
        "  pushfq; pop %rax; mov %rax, event_registers + 120; cld\n"
        "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
        "  ret\n"
        ".popsection\n");
void event_pattern(void);
uint64_t event_registers[16], event_rsp[2];

static uint64_t run_pattern(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    event_pattern();
    return 0;
}

/* ---- The message ------------------------------------------------------------------------------------------------------ */

static void event_message(void)
{
    struct scene *s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    const struct catcher *c = &s->catcher;

    CHECK(thread_join(s->t));
    CHECK_EQ(c->count, 1);
    CHECK_EQ(c->descriptor, DESCRIPTOR(EVENT_WORDS, 0));
    CHECK_EQ(c->word[EVENT_TRANSFER], TRANSFER_ALL);
    CHECK_EQ(c->word[EVENT_NUMBER], 3);
    CHECK_EQ(c->word[EVENT_ERROR], 0);
    CHECK_EQ(c->word[EVENT_ADDRESS], 0);
    CHECK_EQ(c->word[EVENT_RIP], (uint64_t)event_int3_after); /* a trap: behind the instruction */
    CHECK_EQ(c->word[EVENT_RSP], event_rsp[0]);
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(c->word[EVENT_RAX + i], 0x101 + i);
    CHECK_EQ(c->word[EVENT_FS_BASE], ec_utcb(s->t->place));
    CHECK_EQ(c->word[EVENT_GS_BASE], 0);
    for (unsigned i = 0; i < 15; i++) /* an empty reply: goes on as it was */
        CHECK_EQ(event_registers[i], 0x101 + i);
}

/* Each group alone: as many words as its last needs, others 0. */
static void event_groups(void)
{
    static const struct {
        uint64_t transfer;
        unsigned first, last;
    } group[] = {
        { 0, 1, 0 },
        { TRANSFER_EVENT, 1, 3 },
        { TRANSFER_RIP, 4, 4 },
        { TRANSFER_FLAGS, 5, 5 },
        { TRANSFER_RSP, 6, 6 },
        { TRANSFER_LOW, 7, 13 },
        { TRANSFER_HIGH, 14, 21 },
        { TRANSFER_BASES, 22, 23 },
    };

    for (unsigned g = 0; g < sizeof group / sizeof *group; g++) {
        struct scene *s = scene_new(3, group[g].transfer, run_pattern, 0);
        CHECK(thread_join(s->t));
        CHECK_EQ(s->catcher.descriptor, group[g].transfer ? DESCRIPTOR(group[g].last + 1, 0) : 0);
        if (group[g].transfer)
            CHECK_EQ(s->catcher.word[0], group[g].transfer);
        for (unsigned i = 1; i <= group[g].last; i++)
            if (i < group[g].first)
                CHECK_EQ(s->catcher.word[i], 0);
        if (group[g].transfer & (TRANSFER_LOW | TRANSFER_HIGH))
            CHECK_EQ(s->catcher.word[group[g].last], 0x101u + group[g].last - EVENT_RAX);
        kit_clean();
    }
}

/* ---- The reply -------------------------------------------------------------------------------------------------------- */

/* All groups set: registers become what the reply says, flags are masked, bases checked. */
static void event_reply_all(void)
{
    struct scene *s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    struct catcher *c = &s->catcher;

    c->reply = DESCRIPTOR(EVENT_WORDS, 0);
    c->reply_word[EVENT_TRANSFER] = TRANSFER_ALL;
    c->reply_word[EVENT_NUMBER] = 99;
    c->reply_word[EVENT_RIP] = (uint64_t)event_int3_after;
    c->reply_word[EVENT_FLAGS] = ~0ull & ~0x4100ull; /* all but NT and TF: IOPL, VM, VIF, VIP, reserved ones */
    c->reply_word[EVENT_RSP] = ec_stack(s->t->place) - 4096;
    for (unsigned i = 0; i < 15; i++)
        c->reply_word[EVENT_RAX + i] = 0x777000 + i;
    c->reply_word[EVENT_FS_BASE] = 0xffff800000000000; /* the kernel's: kept as it was */
    c->reply_word[EVENT_GS_BASE] = 0x1234;
    CHECK(thread_join(s->t));
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x777000 + i);
    CHECK_EQ(event_rsp[1], ec_stack(s->t->place) - 4096);
    CHECK_EQ(event_registers[15] & ~0x10000ull, (EVENT_FLAGS_SETTABLE & ~0x14100ull) | 0x202);
}

/* R16.2: the portal's descriptor bounds what a reply sets; so does the number of words. */
static void event_reply_bounded(void)
{
    struct scene *s = scene_new(3, TRANSFER_RIP, run_pattern, 0);

    s->catcher.reply = DESCRIPTOR(EVENT_WORDS, 0);
    s->catcher.reply_word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_RSP | TRANSFER_LOW;
    s->catcher.reply_word[EVENT_RIP] = (uint64_t)event_int3_after;
    CHECK(thread_join(s->t));
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x101 + i);
    CHECK_EQ(event_rsp[1], event_rsp[0]);
    kit_clean();

    s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    s->catcher.reply = DESCRIPTOR(EVENT_FLAGS, 0); /* rip yes, flags no */
    s->catcher.reply_word[EVENT_TRANSFER] = TRANSFER_ALL;
    s->catcher.reply_word[EVENT_RIP] = (uint64_t)event_int3_after;
    s->catcher.reply_word[EVENT_FLAGS] = 0x400;
    CHECK(thread_join(s->t));
    CHECK_EQ(event_registers[15] & 0x400, 0);
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x101 + i);
    kit_clean();

    s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
    s->catcher.reply = DESCRIPTOR(EVENT_RDI, 0); /* one word too few for the group */
    s->catcher.reply_word[EVENT_TRANSFER] = TRANSFER_LOW;
    CHECK(thread_join(s->t));
    for (unsigned i = 0; i < 15; i++)
        CHECK_EQ(event_registers[i], 0x101 + i);
}

/* ---- Many times ------------------------------------------------------------------------------------------------------- */

static uint64_t run_often(uint64_t times, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t wrong = 0;

    (void)b, (void)c, (void)d;
    for (uint64_t n = 0; n < times; n++) {
        event_pattern();
        for (unsigned i = 0; i < 15; i++)
            wrong += event_registers[i] != 0x101 + i;
        wrong += event_rsp[1] != event_rsp[0];
    }
    return wrong;
}

/* Registers are kept however often a handler of another PD answers with nothing in between. */
static void event_often(void)
{
    const uint64_t times = option_number("races", 3000);
    struct scene *s = scene_new(3, TRANSFER_ALL, run_often, times);

    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, times);
    CHECK_EQ(s->t->result, 0);
}

/* ---- Faults ----------------------------------------------------------------------------------------------------------- */

static uint64_t poke(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    *(volatile uint64_t *)address = 7;
    return 1;
}

static uint64_t peek(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return *(volatile uint64_t *)address;
}

static uint64_t jump(uint64_t address, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    ((void (*)(void))address)();
    return 1;
}

/* Where a thread goes on that cannot go on where it was. */
static void thread_out(void)
{
    struct scene *s = &scene;

    s->t->result = 4711;
    sm_up(s->t->done);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

static void fault(function *f, uint64_t address, unsigned vector, uint64_t error, bool told)
{
    struct scene *s = scene_new(vector, TRANSFER_ALL, f, address);

    reply_rip(&s->catcher, thread_out);
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1);
    CHECK_EQ(s->catcher.word[EVENT_NUMBER], vector);
    if (error != ANY)
        CHECK_EQ(s->catcher.word[EVENT_ERROR], error);
    CHECK_EQ(s->catcher.word[EVENT_ADDRESS], told ? address : 0);
    CHECK_EQ(s->t->result, 4711);
    kit_clean();
}

static void event_faults(void)
{
    fault(peek, SCRATCH_AREA, 14, 4, true);
    fault(poke, SCRATCH_AREA + 8, 14, 6, true);
    fault(poke, (uint64_t)event_faults, 14, 7, true); /* text is not writable */
    fault(jump, (uint64_t)&scene, 14, 0x15, true);    /* data is not executable */
    fault(peek, 0xffff800000000000, 14, 5, true);     /* the kernel's */
    fault(peek, 0x8000000000000000, 13, 0, false);    /* no address at all */
}

static uint64_t divide(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    __asm__ volatile("xor %%edx, %%edx; mov $1, %%eax; div %0" : : "r"(a) : "rax", "rdx");
    return 0;
}

static uint64_t undefined(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("ud2");
    return 0;
}

static uint64_t port(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "d"((uint16_t)a));
    return value;
}

static uint64_t interrupt_flag(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("cli");
    return 0;
}

static uint64_t halt(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("hlt");
    return 0;
}

static uint64_t software_interrupt(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("int $0x20");
    return 0;
}

static uint64_t counter(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("rdpmc" : : "c"(0) : "rax", "rdx");
    return 0;
}

static uint64_t overflow(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    __asm__ volatile("int $4");
    return 0;
}

/* What ring 3 may not do. */
static void event_privileged(void)
{
    fault(divide, 0, 0, 0, false);
    fault(undefined, 0, 6, 0, false);
    fault(port, 0x80, 13, 0, false);
    fault(port, 0x3f8, 13, 0, false); /* root's, and nobody has given it */
    fault(interrupt_flag, 0, 13, 0, false);
    fault(halt, 0, 13, 0, false);
    fault(software_interrupt, 0, 13, ANY, false); /* QEMU 7.2 tells twice the vector */
    fault(counter, 0, 13, 0, false);
    fault(overflow, 0, 4, 0, false);
}

/* A port that is given and taken away. */
static uint64_t port_often(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    for (int i = 0; i < 3; i++)
        port(a, b, c, d);
    return 9;
}

static void event_port(void)
{
    struct scene *s = scene_new(13, TRANSFER_ALL, port_often, 0x3fd);

    CHECK_OK(pd_grant(s->d->pd, RANGE(0x3fd, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3fd)));
    CHECK(thread_join(s->t));
    CHECK_EQ(s->t->result, 9);
    CHECK_EQ(s->catcher.count, 0);
    CHECK_OK(remove_range(REMOVE_BELOW, TYPE_PORTS, RANGE(0x3f8, 3), 1));
    kit_clean();
    s = scene_new(13, TRANSFER_ALL, port_often, 0x3fe);
    CHECK_OK(pd_grant(s->d->pd, RANGE(0x3fd, 0), ITEM(ITEM_DELEGATE, TYPE_PORTS, 1, 0x3fd)));
    reply_rip(&s->catcher, thread_out);
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1); /* its neighbour is not open */
}

/* R16.1: a reply with a rip that is no user address: #GP there. */
static void event_bad_rip(void)
{
    static const uint64_t rip[] = { 0x0000800000000000, 0xffff800000000000, 0xffffffffffffffff, 0x8000000000000000 };

    for (unsigned i = 0; i < 4; i++) {
        static struct catcher second;
        struct scene *s = scene_new(3, TRANSFER_ALL, run_pattern, 0);
        second = (struct catcher){ .portal = { catch_event } };
        reply_rip(&s->catcher, (void (*)(void))rip[i]);
        reply_rip(&second, thread_out);
        event_portal(s->d, s->t->place, 13, s->handler, &second.portal, TRANSFER_ALL);
        CHECK(thread_join(s->t));
        CHECK_EQ(second.count, 1);
        CHECK_EQ(second.word[EVENT_RIP], rip[i]);
        CHECK_EQ(s->t->result, 4711);
        kit_clean();
    }
}

/* ---- Recall and start-up ---------------------------------------------------------------------------------------------- */

static volatile uint64_t spins;

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    for (spins = 0;;)
        spins++;
    return 0;
}

static void event_recall(void)
{
    struct scene *s = scene_new(EVENT_RECALL, TRANSFER_ALL, spin, 0);

    wait_until(&spins, 1);
    CHECK_EQ(s->catcher.count, 0);
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0));
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0)); /* several are one */
    reply_rip(&s->catcher, thread_out);
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1);
    CHECK_EQ(s->catcher.word[EVENT_NUMBER], EVENT_RECALL);
    CHECK(s->catcher.word[EVENT_RIP] >= (uint64_t)spin && s->catcher.word[EVENT_RIP] < (uint64_t)spin + 200);
}

static uint64_t wait_once(uint64_t sm, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return sm_down(sm, 0).rax + 100;
}

/* §9.4: behind the end of the wait, with its results in the registers. */
static void event_recall_in_wait(void)
{
    struct scene *s = scene_new(EVENT_RECALL, TRANSFER_ALL, wait_once, 200);
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    give(s->d, sm, SM_RIGHT_DOWN, 200);
    thread_rests(s->t);
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0));
    sleep_us(1000);
    CHECK_EQ(s->catcher.count, 0);
    CHECK_OK(sm_up(sm));
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 1);
    CHECK_IS(s->catcher.word[EVENT_RAX], SUCCESS);
    CHECK_EQ(s->catcher.word[EVENT_RDX], 1);
    CHECK_EQ(s->catcher.word[EVENT_RBX] | s->catcher.word[EVENT_RSI] | s->catcher.word[EVENT_RDI] | s->catcher.word[EVENT_R15],
             0);
    CHECK_EQ(s->t->result, 100);
}

/* ---- Nobody to tell: R16.3 -------------------------------------------------------------------------------------------- */

static uint64_t dies_of_it(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    __asm__ volatile("ud2");
    return 0;
}

static void event_kills(void)
{
    static struct portal p = { dies_of_it };
    static struct catcher c;

    for (int way = 0; way < 3; way++) {
        struct domain *b = domain_new(DOMAIN_QUOTA);
        const uint64_t portal = portal_new(b->ec, portal_entry, &p, 0);
        c = (struct catcher){ .portal = { catch_event } };
        if (way == 1) { /* a portal there, but with CALL only */
            int place;
            const uint64_t h = portal_new(server_new(0, &place), portal_entry, &c.portal, TRANSFER_ALL);
            CHECK_RESULT(grant_object(b->pd, h, PT_RIGHT_CALL, ec_events(b->place) + 6), SUCCESS, ec_events(b->place) + 6);
        } else if (way == 2) { /* a handler that is dead */
            int place;
            const uint64_t ec = server_new(0, &place);
            event_portal(b, b->place, 6, ec, &c.portal, TRANSFER_ALL);
            CHECK_OK(destroy(ec));
        }
        CHECK_RESULT(portal_call(portal, 0), ABORTED, 0);
        CHECK_STATUS(portal_call(portal, 0), BAD_CAP);
        CHECK_STATUS(ec_control(b->ec, EC_RECALL, 0), BAD_CAP);
        CHECK_EQ(c.count, 0);
        kit_clean();
    }
}

static uint64_t int3_and_on(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    __asm__ volatile("int3"); /* a trap: it would go on behind it */
    return 0;
}

static uint64_t holding, held_by;

static uint64_t hold_event(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    holding++;
    sm_down(held_by, DEADLINE_NEVER);
    return 0;
}

static uint64_t call_it(uint64_t portal, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    return portal_call(portal, 0).rax;
}

/* R16.3: a handler ends while it holds an event: the EC alone, and its whole PD. Who raised it dies, and its client is told. */
static void event_handler_dies(void)
{
    static struct portal victim = { int3_and_on }, holder = { hold_event };
    enum { SM = 200 };

    for (int way = 0; way < 2; way++) {
        struct domain *b = domain_new(DOMAIN_QUOTA), *h = domain_new(DOMAIN_QUOTA);
        const uint64_t sm = selector_new(), portal = portal_new(b->ec, portal_entry, &victim, 0);
        CHECK_OK(create_sm(sm, SEL_PD, 0));
        give(h, sm, SM_RIGHT_DOWN, SM);
        event_portal(b, b->place, 3, h->ec, &holder, TRANSFER_ALL);
        holding = 0;
        held_by = SM;
        struct thread *t = thread_new(0, call_it, portal, 0, 1, 0);
        thread_rests(t);
        CHECK_EQ(holding, 1);
        CHECK_OK(ec_control(b->ec, EC_EVENTS, ec_events(b->place))); /* still there; a recall would be its end */
        CHECK_OK(destroy(way ? h->pd : h->ec));
        CHECK(thread_join(t));
        CHECK_IS(t->result, ABORTED);
        CHECK_STATUS(ec_control(b->ec, EC_RECALL, 0), BAD_CAP);
        CHECK_STATUS(portal_call(portal, 0), BAD_CAP);
        CHECK_EQ(holding, 1);
        kit_clean();
    }
}

/* EC_EVENTS: later events use the new table. */
static void event_table_moved(void)
{
    struct scene *s = scene_new(EVENT_RECALL, TRANSFER_ALL, spin, 0);
    static struct catcher other;
    const uint64_t portal = selector_new();

    other = (struct catcher){ .portal = { catch_event } };
    reply_rip(&other, thread_out);
    CHECK_OK(create_pt(portal, SEL_PD, s->handler, (uint64_t)portal_entry, (uint64_t)&other, TRANSFER_ALL));
    give(s->d, portal, PT_RIGHT_EVENT, 500 + EVENT_RECALL);
    sleep_us(500);
    CHECK_OK(ec_control(s->t->ec, EC_EVENTS, 500));
    CHECK_OK(ec_control(s->t->ec, EC_RECALL, 0));
    CHECK(thread_join(s->t));
    CHECK_EQ(s->catcher.count, 0);
    CHECK_EQ(other.count, 1);
}

const struct test tests_events[] = {
    { "event_message", event_message },
    { "event_groups", event_groups },
    { "event_reply", event_reply_all },
    { "event_reply_bounded", event_reply_bounded },
    { "event_faults", event_faults },
    { "event_privileged", event_privileged },
    { "event_port", event_port },
    { "event_often", event_often },
    { "event_bad_rip", event_bad_rip },
    { "event_recall", event_recall },
    { "event_recall_in_wait", event_recall_in_wait },
    { "event_kills", event_kills },
    { "event_handler_dies", event_handler_dies },
    { "event_table_moved", event_table_moved },
    { 0 },
};
