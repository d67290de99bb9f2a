#include "suite/catch.h"

struct scene scene;

uint64_t catch_event(struct portal *portal, uint64_t descriptor)
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

struct scene *scene_new(unsigned event, uint64_t transfer, function *f, uint64_t a)
{
    struct scene *s = &scene;
    int place;

    *s = (struct scene){ .d = domain_new(DOMAIN_QUOTA), .catcher = { .portal = { catch_event } } };
    s->handler = server_new(0, &place);
    s->t = thread_new(s->d, f, a, 0, 1, 0); /* does not run before root sleeps */
    event_portal(s->d, s->t->place, event, s->handler, &s->catcher.portal, transfer);
    return s;
}

void reply_rip(struct catcher *c, void (*to)(void))
{
    c->reply = DESCRIPTOR(EVENT_RIP + 1, 0);
    c->reply_word[EVENT_TRANSFER] = TRANSFER_RIP;
    c->reply_word[EVENT_RIP] = (uint64_t)to;
}

void thread_out(void)
{
    struct scene *s = &scene;

    s->t->result = 4711;
    sm_up(s->t->done);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

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
uint64_t event_registers[16], event_rsp[2];

uint64_t run_pattern(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    event_pattern();
    return 0;
}
