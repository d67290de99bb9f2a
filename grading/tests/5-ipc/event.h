/*
 * A thread that raises an exception with random registers, and what it finds in them afterwards; and the handler of it.
 */
#pragma once

#include "told/told.h"

#include "message_words.h"
#include "suite/catch.h"

enum { REGISTERS = 15, FLAGS_ARITHMETIC = 0x8d5, GROUPS = 7 };

/* The words of each group of a transfer descriptor, in the order of its bits. */
static const struct group {
    unsigned first, last;
} groups[GROUPS] = {
    { EVENT_NUMBER, EVENT_ADDRESS }, { EVENT_RIP, EVENT_RIP }, { EVENT_FLAGS, EVENT_FLAGS },     { EVENT_RSP, EVENT_RSP },
    { EVENT_RAX, EVENT_RDI },        { EVENT_R8, EVENT_R15 },  { EVENT_FS_BASE, EVENT_GS_BASE },
};

/* The registers in the order of the words: rax rcx rdx rbx rbp rsi rdi r8 ... r15, then flags, rsp, FS and GS base. */
enum { AT_FLAGS = REGISTERS, AT_RSP, AT_FS, AT_GS, AT_ELSEWHERE, AT_COUNT };

static const char *const register_after[AT_COUNT] = {
    "rax after the exception",         "rcx after the exception",      "rdx after the exception",
    "rbx after the exception",         "rbp after the exception",      "rsi after the exception",
    "rdi after the exception",         "r8 after the exception",       "r9 after the exception",
    "r10 after the exception",         "r11 after the exception",      "r12 after the exception",
    "r13 after the exception",         "r14 after the exception",      "r15 after the exception",
    "the flags after the exception",   "rsp after the exception",      "the FS base after the exception",
    "the GS base after the exception", "whether it goes on elsewhere",
};

/* before: loaded before the int3, but rsp, which is noted. after: what there was behind it. */
uint64_t before[AT_COUNT], after[AT_COUNT], event_fs;

void event_run(void);
void event_after(void);
void event_elsewhere(void);

#define EACH(move)                                                                                                               \
    move(rax, 0) move(rcx, 8) move(rdx, 16) move(rbx, 24) move(rbp, 32) move(rsi, 40) move(rdi, 48) move(r8, 56) move(r9, 64)    \
        move(r10, 72) move(r11, 80) move(r12, 88) move(r13, 96) move(r14, 104) move(r15, 112)
#define LOAD(register, at)  "  mov before + " #at ", %" #register "\n"
#define STORE(register, at) "  mov %" #register ", after + " #at "\n"

__asm__(".pushsection .text\n"
        ".globl event_run, event_after, event_elsewhere\n"
        "event_run:\n"
        "  push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "  mov before + 144, %rax; wrgsbase %rax\n"
        "  rdfsbase %rax; mov %rax, event_fs\n"
        "  mov before + 136, %rax; wrfsbase %rax\n"
        "  mov %rsp, before + 128\n"
        "  push before + 120; popfq\n" EACH(LOAD) "  int3\n"
                                                  "event_after:\n" EACH(
                                                      STORE) "  mov %rsp, after + 128\n"
                                                             "  mov before + 128, %rsp\n"
                                                             "  pushfq; cld; pop %rax; mov %rax, after + 120\n"
                                                             "  rdfsbase %rax; mov %rax, after + 136\n"
                                                             "  rdgsbase %rax; mov %rax, after + 144\n"
                                                             "  mov event_fs, %rax; wrfsbase %rax\n"
                                                             "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
                                                             "  ret\n"
                                                             "event_elsewhere:\n"
                                                             "  movq $1, after + 152\n"
                                                             "  jmp event_after\n"
                                                             ".popsection\n");

static uint64_t run_event(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    event_run();
    return 0;
}

/* ---- The handler: keeps the message and the rest of its page, and answers what the test wants -------------------------- */

static struct catcher handler;
static void (*handler_meanwhile)(void); /* is called before it answers */
static uint64_t handler_old;            /* what is in each word of its page before the message comes */
static uint64_t handler_ec;
static struct utcb *handler_page; /* root sees it */

static uint64_t handle(struct portal *portal, uint64_t descriptor)
{
    catch_event(portal, descriptor);
    if (handler_meanwhile)
        handler_meanwhile();
    return handler.reply;
}

static void handler_new(void)
{
    int place;

    handler_ec = server_new(0, &place);
    handler_page = (struct utcb *)ec_utcb(place);
}

/* The next event begins with random registers, a page full of random words, and an empty answer. */
static void handler_reset(void)
{
    handler = (struct catcher){ .portal = { handle } };
    handler_meanwhile = NULL;
    handler_old = told_random();
    for (unsigned i = 0; i < EVENT_WORDS; i++) {
        handler_page->word[i] = handler_old;
        handler.reply_word[i] = handler_old;
    }
    for (unsigned i = 0; i < REGISTERS; i++)
        before[i] = told_random();
    before[AT_FLAGS] = (told_random() & FLAGS_ARITHMETIC) | 0x202;
    before[AT_FS] = told_random() >> 17;
    before[AT_GS] = told_random() >> 17;
    for (unsigned i = 0; i < AT_COUNT; i++)
        after[i] = 0;
}

/* A thread in d raises the exception; its portal shows transfer. Returns the portal. */
static uint64_t handler_hears(struct domain *d, uint64_t transfer, struct thread **thread)
{
    *thread = thread_new(d, run_event, 0, 0, 1, 0); /* begins when root waits */
    return event_portal(d, (*thread)->place, 3, handler_ec, &handler.portal, transfer);
}
