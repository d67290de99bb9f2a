/*
 * A chain of servers in which each calls the next, so that one run shows many calls without a single reply.
 *
 *     root -> server 0 (root's PD) -> server 1 (another PD) -> ... -> the last, which ends the program
 *
 * A server notes the registers it is entered with and calls arrived(n), which is the test's own.
 */
#pragma once

#include "told/told.h"

enum { SERVERS = 9 };

struct entered {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15, rsp, fs, gs;
};

static struct entered entered;

void chain_entry(void);
void chain_entered(void);
extern struct entered *const chain_registers;

struct entered *const chain_registers = &entered;

/* All registers as the kernel has left them; then on with the stack that the server has. */
__asm__(".pushsection .text\n"
        ".globl chain_entry\n"
        "chain_entry:\n"
        "  push %rax\n"
        "  mov chain_registers, %rax\n"
        "  mov %rbx, 8(%rax); mov %rcx, 16(%rax); mov %rdx, 24(%rax); mov %rsi, 32(%rax); mov %rdi, 40(%rax)\n"
        "  mov %rbp, 48(%rax); mov %r8, 56(%rax); mov %r9, 64(%rax); mov %r10, 72(%rax); mov %r11, 80(%rax)\n"
        "  mov %r12, 88(%rax); mov %r13, 96(%rax); mov %r14, 104(%rax); mov %r15, 112(%rax)\n"
        "  rdfsbase %rbx; mov %rbx, 128(%rax)\n"
        "  rdgsbase %rbx; mov %rbx, 136(%rax)\n"
        "  pop %rbx; mov %rbx, (%rax)\n"
        "  mov %rsp, 120(%rax)\n"
        "  call chain_entered\n"
        "  ud2\n"
        ".popsection\n");

struct server {
    struct domain *domain;   /* NULL: root's PD */
    uint64_t ec, portal;     /* root's numbers */
    uint64_t utcb, stack;    /* where it sees them */
    uint64_t next;           /* number of the next server's portal in its own PD */
    uint64_t id, descriptor; /* with which it is called */
};

static struct server server[SERVERS];
static unsigned depth; /* of the server that was entered last */

/* Server n is at work, on its own stack and UTCB. Does not come back when it is the last one. */
static void arrived(unsigned n);

void chain_entered(void)
{
    arrived(depth);
    depth++;
    portal_call(server[depth - 1].next, server[depth].descriptor);
    CHECK(!"a call comes back only with its reply, and nobody has replied");
    told_enough();
}

/* Server n in a PD of its own, or in root's; utcb: where, 0: at a place of the kit's. */
static void server_make(unsigned n, bool apart, uint64_t utcb)
{
    struct server *s = &server[n];
    const int place = ec_place_new();

    s->domain = apart ? domain_new(DOMAIN_QUOTA) : 0;
    s->ec = selector_new();
    s->utcb = utcb ? utcb : ec_utcb(place);
    s->stack = ec_stack(place);
    s->id = told_random();
    s->descriptor = 0;
    CHECK_OK(create_ec(s->ec, 0, SEL_PD, apart ? s->domain->pd : SEL_PD, EC_PLACE(s->utcb, EC_LOCAL, 0), s->stack, s->utcb));
    s->portal = portal_new(s->ec, chain_entry, (void *)s->id, 0);
}

/* Server n can call server n + 1. */
static void server_link(unsigned n)
{
    enum { NUMBER = 200 };

    server[n].next = server[n + 1].portal;
    if (!server[n].domain)
        return;
    give(server[n].domain, server[n + 1].portal, PT_RIGHT_CALL, NUMBER);
    server[n].next = NUMBER;
}
