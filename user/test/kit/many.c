#include "kit/many.h"

enum { TABLE = 64000 }; /* the event table that all of them have */

#define MANY_PAGES 0x100000000

/* Without a stack they only enter the kernel. rsi, rdx, r10 come from the start-up message. Who was woken by an up
 * spins, the others pause. */
extern void many_begin(void);
__asm__(".pushsection .text\n"
        "many_begin:\n"
        "  mov $12, %eax\n"
        "  mov $1, %edx\n"
        "  syscall\n"
        "  test %eax, %eax\n"
        "1: jz 1b\n"
        "2: mov $9, %eax\n"
        "  xor %esi, %esi\n"
        "  mov $1, %edx\n"
        "  syscall\n"
        "  jmp 2b\n"
        ".popsection\n");

_Static_assert(CALL_SM_CONTROL == 12 && SM_DOWN == 1 && CALL_EC_CONTROL == 9 && EC_PAUSE == 1, "what many_begin calls");

static struct starter {
    struct portal portal;
    uint64_t sm, deadline, step, started;
} starter;

static uint64_t start(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    for (unsigned i = 0; i < EVENT_WORDS; i++)
        u->word[i] = 0;
    u->word[EVENT_TRANSFER] = TRANSFER_RIP | TRANSFER_LOW | TRANSFER_HIGH;
    u->word[EVENT_RIP] = (uint64_t)many_begin;
    u->word[EVENT_RSI] = starter.sm;
    u->word[EVENT_R10] = starter.deadline;
    starter.started++;
    if (starter.deadline)
        starter.deadline += starter.step;
    return DESCRIPTOR(EVENT_R15 + 1, 0);
}

uint64_t many_new(uint64_t count, uint64_t sm, uint64_t deadline, uint64_t step)
{
    int place;
    const uint64_t handler = server_new(0, &place);

    starter = (struct starter){ { start }, sm, deadline, step, 0 };
    CHECK_OK(create_pt(TABLE + EVENT_STARTUP, SEL_PD, handler, (uint64_t)portal_entry, (uint64_t)&starter, 0x7f));
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t page = MANY_PAGES + i * 0x1000, ec = MANY_FIRST + 2 * i;
        if (!CHECK_OK(create_ec(ec, TABLE, SEL_PD, SEL_PD, EC_PLACE(page, EC_GLOBAL, 0), 0, page)))
            return starter.started;
        CHECK_OK(create_sc(ec + 1, SEL_PD, ec, 10, 1000, 0, 0));
    }
    sleep_us(count * 20 + 1000);
    CHECK(starter.started == count || !starter.deadline); /* who does not wait spins, and others have to wait */
    return starter.started;
}

void many_settle(void)
{
    const uint64_t ec = MANY_FIRST;

    for (uint64_t i = 0; i < 2 * MANY_SETTLED; i += SELECTORS_PER_TABLE) {
        CHECK_OK(create_ec(ec + i, 0, SEL_PD, SEL_PD, EC_PLACE(MANY_PAGES + i / 2 * 0x1000, EC_LOCAL, 0), 0, 0));
        CHECK_OK(destroy(ec + i));
        CHECK_OK(delete (ec + i));
    }
    CHECK_OK(create_sm(TABLE, SEL_PD, 0));
    CHECK_OK(destroy(TABLE));
    CHECK_OK(delete (TABLE));
}

void many_drop(uint64_t count)
{
    for (uint64_t i = 0; i < 2 * count; i++) {
        destroy(MANY_FIRST + i);
        delete (MANY_FIRST + i);
    }
    destroy(TABLE + EVENT_STARTUP);
    delete (TABLE + EVENT_STARTUP);
}

/* ---- The longest pass
 * ------------------------------------------------------------------------------------------------- */

static volatile bool watching;
static uint64_t latest;

/* The time to sleep goes up in steps that do not divide it, so that a deadline comes soon after the beginning of every
 * long pass. */
static uint64_t watch(uint64_t sm, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    for (uint64_t n = 0; watching; n++) {
        const uint64_t deadline = ticks() + 600 + n * 37 % 1200;
        sm_down(sm, deadline);
        const uint64_t late = ticks() - deadline;
        latest = late > latest ? late : latest;
    }
    return 0;
}

enum { USUAL_MOST = 5000 };

static void (*watched)(uint64_t);

static uint64_t run_watched(uint64_t argument, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    watched(argument);
    return 0;
}

static void nothing(uint64_t argument)
{
    (void)argument;
    for (const uint64_t end = in_us(100); ticks() < end;)
        ;
}

static uint64_t latest_while(void (*operation)(uint64_t), uint64_t argument)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    watching = true;
    latest = 0;
    watched = operation;
    struct thread *watcher = thread_new(0, watch, sm, 0, PRIORITY_MAX, 20000);
    struct thread *worker = thread_new(0, run_watched, argument, 0, PRIORITY_MAX - 1, 20000);
    CHECK(thread_join(worker));
    watching = false;
    CHECK(thread_join(watcher));
    return latest;
}

/* In an old round root may have no claim left to give to the two, and then neither would be urgent. */
uint64_t longest_pass(void (*operation)(uint64_t), uint64_t argument)
{
    sleep_us(SUPER_PERIOD_US);
    const uint64_t usual = latest_while(nothing, 0);
    CHECK_AT_MOST(usual, USUAL_MOST);
    const uint64_t all = latest_while(operation, argument);

    return all > usual ? all - usual : 0;
}
