/*
 * The root task while stages 1 and 2 stand alone: shows what the kernel told it, and tries the ways in and out.
 *
 * It runs on the stand-in body; the component system takes its place later. Its last line is the verdict that the
 * scripts around it wait for.
 */
#include <stdbool.h>

#include "cairn/info.h"
#include "lib/pattern.h"
#include "lib/print.h"
#include "lib/stand_in.h"

enum {
    TIMER_ENTRIES = 1000,
    TIMER_TICKS = 5000, /* between two interrupts */
    PATTERN_ROUNDS = 200,
    WORD_VECTOR = 15, /* index of the vector in struct frame */
    WORD_ERROR = 16,
    WORD_RIP = 17,
    WORD_ADDRESS = 22,
};

#define UNKNOWN_CALL 16
#define FORBIDDEN    0xffff800000000000 /* the kernel's: physical address 0 */

void main(const void *given);
void fault_handler(void);

static bool good = true;

static void say(bool ok, const char *what)
{
    print("%s %s\n", ok ? "  ok    " : "  FAILED", what);
    good = good && ok;
}

static void show_machine(const struct info_page *info)
{
    print("\nmemory:\n");
    for (uint32_t i = 0; i < info->region_count; i++)
        print("  %p - %p  %lu KiB\n", (void *)info->region[i].base,
              (void *)(info->region[i].base + info->region[i].size), info->region[i].size / 1024);
    print("modules:\n");
    for (uint32_t i = 0; i < info->module_count; i++)
        print("  %p  %lu bytes  \"%s\"\n", (void *)info->module[i].base, info->module[i].size, info->module[i].cmdline);
    print("timer: %lu ticks a second\n\n", info->timer_hz);
}

/* Registers must come through a thousand interrupts that strike wherever they like. */
static void try_interrupts(void)
{
    uint64_t changed = 0;
    uint64_t before = control(STANDIN_TICKS, 0);

    while (!changed && control(STANDIN_TICKS, 0) - before < TIMER_ENTRIES) {
        uint64_t ticks = control(STANDIN_TICKS, 0);
        control(STANDIN_TIMER, TIMER_TICKS + ticks % 97);
        while (!changed && control(STANDIN_TICKS, 0) == ticks)
            changed = pattern_loop(ticks * 0x9e3779b97f4a7c15, PATTERN_ROUNDS);
    }
    if (changed)
        print("register %lu changed under an interrupt\n", changed);
    say(!changed, "1000 timer interrupts left every register as it was");
}

static void try_system_call(void)
{
    struct syscall_result r = syscall(3, 1, 2, 3, 4, 5);
    uint64_t answer = standin_answer(0, 3, 1, 2, 3, 4, 5);
    say(r.rax == answer && r.rdx == standin_mix(answer, 0),
        "a system call carries five arguments in and two results out");
    r = syscall(UNKNOWN_CALL, 0, 0, 0, 0, 0);
    say(r.rax == STANDIN_UNKNOWN, "an unknown system call is refused");
}

/* Nobody wants the processor: the kernel halts, and the timer's interrupt strikes ring 0. */
static void try_idle(uint64_t hz)
{
    uint64_t before = control(STANDIN_TICKS, 0);
    control(STANDIN_TIMER, hz / 100); /* long enough to get there before it fires */
    say(control(STANDIN_IDLE, 0) == before + 1, "an interrupt wakes the kernel from its idle loop");
    say(control(STANDIN_RING0, 0) == 0, "every vector strikes the kernel itself and leaves its registers alone");
}

/* A page of the kernel: reading it must raise #PF, and the report must say where. */
static void try_fault(void)
{
    uint64_t ip = (uint64_t)fault_handler;
    control(STANDIN_HANDLER, ip);
    __asm__ volatile("movb (%0), %%al\n"
                     ".global fault_handler\n"
                     "fault_handler:"
                     :
                     : "r"(FORBIDDEN)
                     : "rax", "memory");
    control(STANDIN_HANDLER, 0);
    print("fault: vector %lu, error %lx, at rip %p, address %p\n", control(STANDIN_FIELD, WORD_VECTOR),
          control(STANDIN_FIELD, WORD_ERROR), (void *)control(STANDIN_FIELD, WORD_RIP),
          (void *)control(STANDIN_FIELD, WORD_ADDRESS));
    say(control(STANDIN_FIELD, WORD_VECTOR) == 14 && control(STANDIN_FIELD, WORD_ADDRESS) == FORBIDDEN,
        "reading the kernel's memory raises a page fault");
}

void main(const void *given)
{
    const struct info_page *info = given;

    print("\nThis is Cairn's root task, in ring 3. The kernel under it has its entries, its boot code, and a stand-in "
          "for the rest.\n");
    if (info->magic != INFO_MAGIC || info->version != INFO_VERSION)
        say(false, "the information page is of this version");
    show_machine(info);
    try_system_call();
    try_interrupts();
    try_fault();
    try_idle(info->timer_hz);
    print("\nverdict: %s\n", good ? "pass" : "fail");
    for (;;)
        control(STANDIN_IDLE, 0);
}
