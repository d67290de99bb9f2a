/*
 * Switching syscall and sysret on (SDM vol. 3A §5.8.8).
 *
 * syscall does very little, which is why it is fast: it saves rip in rcx and rflags in r11, clears the flags that SFMASK names, and
 * takes CS, SS and rip from MSRs. It does not touch the stack pointer.
 */
#include "entry.h"
#include "panic.h"

void syscall_enable(void)
{
    /* Answer 1.3 goes here: registers of the system call */
    not_implemented("1.3 registers of the system call");
}
