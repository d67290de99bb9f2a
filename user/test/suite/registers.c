/*
 * What a call lets through, and nothing else: registers (rule R15.1), words (R15.2) and the portal's id. kernel/ABI.md §2, §8.2.
 */
#include "kit/kit.h"
#include "suite/suite.h"

/* ---- Registers -------------------------------------------------------------------------------------------------------- */

/* What the registers hold before a call: all bits, every other one, each byte another, and what looks like chance. */
static const struct fill {
    uint64_t first, step;
} fills[] = {
    { ~0ull, 0 },
    { 0xaaaaaaaaaaaaaaaa, 0 },
    { 0x5555555555555555, 0 },
    { 0xa5a5000000000000, 0x0101010101010101 },
    { 0x9e3779b97f4a7c15, 0x2545f4914f6cdd1d },
};

static void fill(struct registers *r, const struct fill *f)
{
    uint64_t *word = (uint64_t *)r;

    for (unsigned i = 0; i < sizeof *r / 8; i++)
        word[i] = f->first + f->step * i;
}

/* All registers but rax, rdx, rcx and r11 are 0, whatever they held and whatever the call was. */
static void check_scrubbed(const struct registers *r, const char *what)
{
    const uint64_t other = r->rbx | r->rsi | r->rdi | r->rbp | r->r8 | r->r9 | r->r10 | r->r12 | r->r13 | r->r14 | r->r15;
    check_equal(__FILE__, __LINE__, what, other, 0);
    CHECK_EQ(r->r11 & ~0x8d5ull, 0x202);
    CHECK(r->rcx >= (uint64_t)portal_entry && r->rcx < (uint64_t)portal_entry + 0x1000);
}

static void registers_refused(const struct fill *f)
{
    struct registers r;

    for (uint64_t number = 0; number <= 16; number++) {
        fill(&r, f);
        r.rax = number == CALL_REPLY ? 15 : number;
        r.rsi = SELECTOR_COUNT; /* nothing that could succeed */
        r.rdx = number == CALL_PD_CONTROL || number == CALL_EC_CONTROL ? 1 : ~0ull;
        syscall_registers(&r);
        CHECK(r.rax != SUCCESS || number == CALL_REMOVE);
        check_scrubbed(&r, "registers after a refused call");
        CHECK_EQ(r.rdx, 0);
    }
}

/* A call that returns this status; arguments that are ANY keep what the fill puts there. */
#define RETURNS(status, f, number, ...) RETURNS5(#number " " #__VA_ARGS__, status, f, number, __VA_ARGS__, ANY, ANY, ANY, ANY)
#define RETURNS5(what, status, f, number, a1, a2, a3, a4, a5, ...)                                                               \
    registers_return(what, status, f, (uint64_t[]){ number, a1, a2, a3, a4, a5 })

static void registers_return(const char *what, enum status status, const struct fill *f, const uint64_t argument[6])
{
    struct registers r;
    uint64_t *const to[] = { &r.rax, &r.rsi, &r.rdx, &r.r10, &r.r8, &r.r9 };

    fill(&r, f);
    for (unsigned i = 0; i < 6; i++)
        if (argument[i] != ANY)
            *to[i] = argument[i];
    syscall_registers(&r);
    check_status(__FILE__, __LINE__, what, r.rax, status);
    check_scrubbed(&r, what);
}

/* Everything that can be made, and what can be done to it. The EC has no handler, so it must not start. */
static void registers_made(const struct fill *f)
{
    const uint64_t pd = selector_new(), local = selector_new(), ec = selector_new(), sc = selector_new(), pt = selector_new();

    RETURNS(SUCCESS, f, CALL_CREATE_PD, pd, SEL_PD, 3);
    RETURNS(SUCCESS, f, CALL_CREATE_EC, PAIR(local, 0), PAIR(SEL_PD, SEL_PD), EC_PLACE(UTCB_FREE, EC_LOCAL, 0), 0, 0);
    RETURNS(SUCCESS, f, CALL_CREATE_EC, PAIR(ec, 0), PAIR(SEL_PD, SEL_PD), EC_PLACE(UTCB_FREE + 0x1000, EC_GLOBAL, 0), 0, 0);
    RETURNS(SUCCESS, f, CALL_EC_CONTROL, ec, EC_PAUSE);
    RETURNS(SUCCESS, f, CALL_EC_CONTROL, ec, EC_RECALL);
    RETURNS(SUCCESS, f, CALL_EC_CONTROL, ec, EC_EVENTS, 0);
    RETURNS(SUCCESS, f, CALL_CREATE_SC, sc, PAIR(SEL_PD, ec), PAIR(1, 1000), SEL_SC, 0);
    RETURNS(SUCCESS, f, CALL_SC_CONTROL, sc, SC_TIME);
    RETURNS(SUCCESS, f, CALL_SC_CONTROL, sc, SC_QUOTA, 10, SEL_SC);
    RETURNS(SUCCESS, f, CALL_SC_CONTROL, sc, SC_PRIORITY, PAIR(2, 2000));
    RETURNS(SUCCESS, f, CALL_CREATE_PT, pt, PAIR(SEL_PD, local), (uint64_t)portal_reply_at_once, 0, 0);
    RETURNS(SUCCESS, f, CALL_PT_CONTROL, pt, PT_SET, 1, 0);
    RETURNS(SUCCESS, f, CALL_CALL, pt, 0); /* and a reply */
    RETURNS(SUCCESS, f, CALL_PD_CONTROL, pd, PD_QUOTA, 1, SEL_PD);
    RETURNS(SUCCESS, f, CALL_PD_CONTROL, pd, PD_FIGURES, FIGURE_USED);
    RETURNS(SUCCESS, f, CALL_PD_CONTROL, pd, PD_GRANT, RANGE(pt, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, PT_RIGHT_CALL, 200));
    RETURNS(SUCCESS, f, CALL_PD_CONTROL, ANY, PD_LOOKUP, RANGE(pt, 0), TYPE_OBJECT);
    RETURNS(SUCCESS, f, CALL_PD_CONTROL, ANY, PD_ACK, pt, 0);
    RETURNS(SUCCESS, f, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(pt, 0), 0xff);
    RETURNS(SUCCESS, f, CALL_REMOVE, REMOVE(REMOVE_DESTROY, TYPE_OBJECT), RANGE(pd, 0), 0xff);
    RETURNS(SUCCESS, f, CALL_REMOVE, REMOVE(REMOVE_SELF, TYPE_OBJECT), RANGE(pd, 0), 0xff);
    kit_clean();
}

/* Those that wait, or could, and the kernel object's. */
static void registers_waited(const struct fill *f)
{
    const uint64_t sm = selector_new();

    RETURNS(SUCCESS, f, CALL_CREATE_SM, sm, SEL_PD, 9);
    RETURNS(SUCCESS, f, CALL_SM_CONTROL, sm, SM_UP);
    RETURNS(SUCCESS, f, CALL_SM_CONTROL, sm, SM_DOWN, DEADLINE_NEVER);
    RETURNS(SUCCESS, f, CALL_SM_CONTROL, sm, SM_ZERO, DEADLINE_NEVER);
    RETURNS(TIMEOUT, f, CALL_SM_CONTROL, sm, SM_DOWN, in_us(20));
    RETURNS(SUCCESS, f, CALL_EC_CONTROL, ROOT_SEL_EC, EC_RESUME); /* remembered */
    RETURNS(SUCCESS, f, CALL_EC_CONTROL, 0, EC_PAUSE);
    RETURNS(SUCCESS, f, CALL_EC_CONTROL, ANY, EC_YIELD);
    RETURNS(SUCCESS, f, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_COUNTER, 1);
    RETURNS(SUCCESS, f, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_MEMORY, RANGE(frames_new(1), 0), SCRATCH_PAGE, MEMORY_READ);
    RETURNS(SUCCESS, f, CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_INTERRUPT, sm, INTERRUPT(0, 0, INTERRUPT_MSI));
    kit_clean();
}

/* Of all calls: refused, and good. Only KERNEL_STOP does not come back. */
static void registers_after_call(void)
{
    for (unsigned i = 0; i < sizeof fills / sizeof *fills; i++) {
        registers_refused(&fills[i]);
        registers_made(&fills[i]);
        registers_waited(&fills[i]);
    }
}

static void registers_at_portal(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, registers_entry, (void *)0x123456789abcdef, 0);
    static const uint64_t words[] = { 0, 1, 2, 64, WORD_COUNT };

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        struct registers r;
        fill(&r, &fills[i]);
        r.rax = CALL_CALL;
        r.rsi = portal;
        r.rdx = words[i];
        syscall_registers(&r);
        CHECK_IS(r.rax, SUCCESS);
        CHECK_EQ(r.rdx, 0);
        check_scrubbed(&r, "registers after a call");
        const struct registers *s = &registers_seen;
        CHECK_EQ(s->rax, 0x123456789abcdef);
        CHECK_EQ(s->rdx, words[i]);
        CHECK_EQ(s->rcx, (uint64_t)registers_entry);
        CHECK_EQ(s->r11 & ~0x8d5ull, 0x202); /* its own flags of arithmetic */
        CHECK_EQ(s->rbx | s->rsi | s->rdi | s->rbp | s->r8 | s->r9 | s->r10 | s->r12 | s->r13 | s->r14 | s->r15, 0);
    }
}

/* ---- Words ------------------------------------------------------------------------------------------------------------ */

/* R15.2: word n and all later ones of the receiver keep what the receiver wrote, and its header too. */
static uint64_t words_out, words_changed;

static uint64_t look_at_words(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();
    const unsigned count = DESCRIPTOR_WORDS(descriptor);

    (void)portal;
    for (unsigned i = 0; i < count; i++)
        words_changed += u->word[i] != 0x1000 + i;
    for (unsigned i = count; i < WORD_COUNT; i++)
        words_changed += u->word[i] != 0x2000 + i;
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        words_changed += u->item[i].range != 3 || u->item[i].how != 4;
    words_changed += u->lost != 5 || u->user[0] != 6 || u->records != 7;
    for (unsigned i = 0; i < WORD_COUNT; i++)
        u->word[i] = 0x2000 + i;
    return DESCRIPTOR(words_out, 0);
}

static uint64_t prepare_words(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    for (unsigned i = 0; i < WORD_COUNT; i++)
        u->word[i] = 0x2000 + i;
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        u->item[i] = (struct item){ 3, 4 };
    u->lost = 5;
    u->user[0] = 6;
    u->records = 7;
    return 0;
}

static void no_leak(void)
{
    static struct portal look = { look_at_words }, prepare = { prepare_words };
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, portal_entry, &look, 0);
    struct utcb *u = utcb();

    CHECK_OK(portal_call(portal_new(b->ec, portal_entry, &prepare, 0), 0));
    words_changed = 0;
    for (unsigned n = 0; n <= WORD_COUNT; n++) {
        unsigned mine = 0;
        words_out = (n * 7) % (WORD_COUNT + 1);
        for (unsigned i = 0; i < WORD_COUNT; i++)
            u->word[i] = 0x1000 + i;
        CHECK_RESULT(portal_call(portal, DESCRIPTOR(n, 0)), SUCCESS, words_out);
        for (unsigned i = 0; i < WORD_COUNT; i++)
            mine += u->word[i] != (i < words_out ? 0x2000u : 0x1000u) + i;
        CHECK_EQ(mine, 0);
    }
    CHECK_EQ(words_changed, 0);
}

/* ---- The portal's id -------------------------------------------------------------------------------------------------- */

/* The id is told as it was when the call came; pt_control changes it for the next one. */
static void portal_id(void)
{
    struct domain *b = domain_new(DOMAIN_QUOTA);
    const uint64_t portal = portal_new(b->ec, registers_entry, (void *)1, 0);

    CHECK_OK(portal_call(portal, 0));
    CHECK_EQ(registers_seen.rax, 1);
    REFUSE(BAD_PAR, 0, CALL_PT_CONTROL, portal, PT_SET, 2, TRANSFER_ALL + 1);
    REFUSE(BAD_PAR, 0, CALL_PT_CONTROL, 0, PT_SET, 2, 1ull << 40);
    REFUSE(BAD_CAP, 0, CALL_PT_CONTROL, SEL_PD, PT_SET, 2, 0);
    CHECK_OK(portal_call(portal, 0));
    CHECK_EQ(registers_seen.rax, 1);
    CHECK_RESULT(pt_set(portal, ~0ull, TRANSFER_ALL), SUCCESS, 0);
    CHECK_OK(portal_call(portal, 0));
    CHECK_EQ(registers_seen.rax, ~0ull);
}

const struct test tests_registers[] = {
    { "registers_after_call", registers_after_call },
    { "registers_at_portal", registers_at_portal },
    { "no_leak", no_leak },
    { "portal_id", portal_id },
    { 0 },
};
