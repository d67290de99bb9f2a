/*
 * What the given parts expect from the body of the kernel: stages 3 to 7, or the stand-in that takes their place while
 * stages 1 and 2 are built and graded alone (grading/standin). The body also defines what stage 1 calls
 * (contract/1-entry.h): the traps and the table of system calls.
 */
#pragma once

#include <stdnoreturn.h>

#include "contract/2-boot.h"

/* Makes the first protection domain from the boot modules and leaves to it. On the boot stack, interrupts off. */
noreturn void body_start(const struct boot_info *boot);
