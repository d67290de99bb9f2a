/*
 * The end of the kernel: it says why, shows where, and halts with interrupts off. Nothing is retried.
 */
#pragma once

#include <stdint.h>
#include <stdnoreturn.h>

#include "ec.h"

/*
 * Prints `panic: ` and the message, then a backtrace of the caller. Any context with a stack; does not need GS.
 */
noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same for an exception that struck the kernel: cause, registers and the backtrace from where it struck.
 */
noreturn void panic_frame(const struct frame *frame, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Says that a part of the student's stage is still to be written, and halts. title: number and title of the task as in the
 * handout, e.g. "1.4 leave through iretq". NASM: the macro NOT_IMPLEMENTED in x86/not_implemented.inc.
 */
noreturn void not_implemented(const char *title);

/* Where every end ends: halted, interrupts off, so that somebody outside can tell death from waiting. */
noreturn void halt_forever(void);
