/*
 * Recalls: one event for however many, before the next instruction of the program, with the results of what it waited for.
 */
#include "told/told.h"
#include "message_words.h"
#include "part.h"

struct heard {
    struct portal portal;
    uint64_t count, descriptor, word[EVENT_WORDS];
};

static struct heard heard;

static uint64_t hear(struct portal *portal, uint64_t descriptor)
{
    struct heard *h = (struct heard *)portal;

    h->count++;
    h->descriptor = descriptor;
    for (unsigned i = 0; i < EVENT_WORDS; i++)
        h->word[i] = utcb()->word[i];
    return 0;
}

/* A message about somebody who was behind a system call: nothing is in the registers but what the call has left there. */
static void check_behind_call(uint64_t rax, uint64_t rdx)
{
    const uint64_t *w = heard.word;

    CHECK_EQ(heard.count, 1);
    CHECK_EQ(heard.descriptor, EVENT_WORDS);
    CHECK_EQ(w[EVENT_NUMBER], EVENT_RECALL);
    CHECK_EQ(w[EVENT_ERROR], 0);
    CHECK_EQ(w[EVENT_ADDRESS], 0);
    CHECK_EQ(w[EVENT_RAX], rax);
    CHECK_EQ(w[EVENT_RDX], rdx);
    CHECK_EQ(w[EVENT_RCX], w[EVENT_RIP]);
    CHECK_EQ(w[EVENT_R11], w[EVENT_FLAGS]);
    CHECK_EQ(w[EVENT_RBX] | w[EVENT_RBP] | w[EVENT_RSI] | w[EVENT_RDI] | w[EVENT_R8] | w[EVENT_R9] | w[EVENT_R10], 0);
    CHECK_EQ(w[EVENT_R12] | w[EVENT_R13] | w[EVENT_R14] | w[EVENT_R15] | w[EVENT_GS_BASE], 0);
}

/* ---- Oneself: the mark is seen on the way out of the very call that sets it ------------------------------------------- */

static void recall_oneself(void)
{
    int place;

    heard = (struct heard){ .portal = { hear } };
    CHECK_OK(create_pt(ROOT_EVENTS + EVENT_RECALL, SEL_PD, server_new(0, &place), (uint64_t)portal_entry, (uint64_t)&heard.portal,
                       TRANSFER_ALL));
    CHECK_RESULT(ec_control(ROOT_SEL_EC, EC_RECALL, 0), SUCCESS, 0);
    check_behind_call(SUCCESS, 0);
    for (unsigned i = 0; i < 3; i++) {
        sleep_us(50);
        CHECK_EQ(heard.count, 1);
    }
    CHECK_RESULT(ec_control(ROOT_SEL_EC, EC_RECALL, 0), SUCCESS, 0);
    CHECK_EQ(heard.count, 2);
}

/* ---- Somebody who waits for a reply: what he waits for goes on, and is in the message ---------------------------------- */

static uint64_t nap, answer, words;

static uint64_t serve(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    sm_down(nap, 0);
    utcb()->word[0] = answer;
    return words;
}

/* An exception before it, with an error code, and a GS base: both are of the past when it is recalled. */
static uint64_t call(uint64_t portal, uint64_t gs, uint64_t c, uint64_t d)
{
    (void)c, (void)d;
    __asm__ volatile("wrgsbase %0; int $0x20" : : "r"(gs));
    const result r = portal_call(portal, 1);
    return r.rax == SUCCESS && r.rdx == words ? utcb()->word[0] : 0;
}

/* int 0x20 is two bytes long. */
static uint64_t step_over(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    CHECK(u->word[EVENT_ERROR] != 0);
    u->word[EVENT_TRANSFER] = TRANSFER_RIP;
    u->word[EVENT_RIP] += 2;
    return EVENT_RIP + 1;
}

static void recall_caller(void)
{
    static struct portal p = { serve }, over = { step_over };
    int place;
    const uint64_t portal = portal_new(server_new(0, &place), portal_entry, &p, 0);

    nap = selector_new();
    answer = told_random() | 1;
    words = 1 + told_random() % 20;
    CHECK_OK(create_sm(nap, SEL_PD, 0));
    heard = (struct heard){ .portal = { hear } };
    struct thread *t = thread_new(0, call, portal, told_random() >> 17, 50, 1000);
    event_portal(0, t->place, 13, server_new(0, &place), &over, TRANSFER_EVENT | TRANSFER_RIP);
    event_portal(0, t->place, EVENT_RECALL, server_new(0, &place), &heard.portal, TRANSFER_ALL);
    thread_rests(t);
    for (unsigned i = 0; i < 3; i++)
        CHECK_OK(ec_control(t->ec, EC_RECALL, 0));
    sleep_us(200);
    CHECK_EQ(heard.count, 0);
    CHECK_OK(sm_up(nap));
    CHECK(thread_join(t));
    check_behind_call(SUCCESS, words);
    CHECK_EQ(t->result, answer);
}

/* ---- Somebody who computes: all his registers are in the message, and he still has them afterwards ----------------------- */

void spin_loaded(void);
void spin_out(void);
extern uint64_t spin_value, spin_changed, spin_stack;
uint64_t spin_value, spin_changed, spin_stack;

/* All registers but rsp hold the value. spin_out adds up what is in them. */
__asm__(".pushsection .text\n"
        ".globl spin_loaded, spin_out\n"
        "spin_loaded:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "  mov %rsp, spin_stack\n"
        "  mov spin_value, %rax\n"
        "  mov %rax, %rbx; mov %rax, %rcx; mov %rax, %rdx; mov %rax, %rsi; mov %rax, %rdi; mov %rax, %rbp; mov %rax, %r8\n"
        "  mov %rax, %r9; mov %rax, %r10; mov %rax, %r11; mov %rax, %r12; mov %rax, %r13; mov %rax, %r14; mov %rax, %r15\n"
        "1: jmp 1b\n"
        "spin_out:\n"
        "  xor %rax, %rbx; xor %rax, %rcx; xor %rax, %rdx; xor %rax, %rsi; xor %rax, %rdi; xor %rax, %rbp; xor %rax, %r8\n"
        "  xor %rax, %r9; xor %rax, %r10; xor %rax, %r11; xor %rax, %r12; xor %rax, %r13; xor %rax, %r14; xor %rax, %r15\n"
        "  xor spin_value, %rax\n"
        "  or %rbx, %rax; or %rcx, %rax; or %rdx, %rax; or %rsi, %rax; or %rdi, %rax; or %rbp, %rax; or %r8, %rax\n"
        "  or %r9, %rax; or %r10, %rax; or %r11, %rax; or %r12, %rax; or %r13, %rax; or %r14, %rax; or %r15, %rax\n"
        "  mov %rax, spin_changed\n"
        "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
        "  ret\n"
        ".popsection\n");

static uint64_t run_spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    spin_loaded();
    return 1;
}

/* Hears the recall, and sends it out of its loop. */
static uint64_t hear_and_free(struct portal *portal, uint64_t descriptor)
{
    hear(portal, descriptor);
    utcb()->word[EVENT_TRANSFER] = TRANSFER_RIP;
    utcb()->word[EVENT_RIP] = (uint64_t)spin_out;
    return EVENT_RIP + 1;
}

static void recall_computing(void)
{
    int place;

    heard = (struct heard){ .portal = { hear_and_free } };
    spin_value = told_random();
    spin_changed = 1;
    struct thread *t = thread_new(0, run_spin, 0, 0, 50, 1000);
    event_portal(0, t->place, EVENT_RECALL, server_new(0, &place), &heard.portal, TRANSFER_ALL);
    sleep_us(300);
    CHECK_OK(ec_control(t->ec, EC_RECALL, 0));
    CHECK(thread_join(t));
    CHECK_EQ(heard.count, 1);
    for (unsigned i = EVENT_RAX; i <= EVENT_R15; i++)
        CHECK_NAMED(message_word[i], heard.word[i], spin_value);
    CHECK_EQ(heard.word[EVENT_RSP], spin_stack);
    CHECK_EQ(spin_changed, 0);
}

static void recall(void)
{
    recall_oneself();
    recall_caller();
    recall_computing();
    part(tests_events, "event_recall", "exceptions");
    part(tests_events, "event_recall_in_wait", "exceptions");
    part(tests_events, "event_table_moved", "exceptions");
    told_enough();
}

static const struct test tests_recall[] = { { "recall", recall }, { 0 } };

const struct told_test told_tests[] = {
    { "recall", tests_recall, "exceptions" },
    { 0 },
};
