/*
 * Switching syscall and sysret on (SDM vol. 3A §5.8.8): four MSRs, from a table.
 */
#include "entry.h"

/* Whatever flag a program sets, the kernel starts without it. */
#define EVERY_FLAG (RFLAGS_USER | RFLAGS_IF | RFLAGS_IOPL)

/* sysretq adds 8 for SS and 16 for CS, and takes the RPL from here on some processors. */
#define SYSRET_BASE (SEL_USER_DATA - 8)

_Static_assert(SYSRET_BASE + 16 == SEL_USER_CODE, "SDM vol. 2B, SYSRET");

void syscall_enable(void)
{
    const struct {
        uint32_t msr;
        uint64_t value;
    } registers[] = {
        { MSR_LSTAR, (uint64_t)syscall_entry },
        { MSR_SFMASK, EVERY_FLAG },
        { MSR_STAR, (uint64_t)SYSRET_BASE << 48 | (uint64_t)SEL_KERNEL_CODE << 32 },
        { MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE },
    };

    for (unsigned i = 0; i < sizeof registers / sizeof registers[0]; i++)
        wrmsr(registers[i].msr, registers[i].value);
}
