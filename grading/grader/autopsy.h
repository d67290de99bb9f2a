/* After a triple fault, a panic or a hang: what the machine was doing when it died.
 *
 * Explains, and judges nothing: verdicts are the probes'. Everything is read from replays of the recording.
 */
#ifndef CAIRN_GRADER_AUTOPSY_H
#define CAIRN_GRADER_AUTOPSY_H

#include "image.h"
#include "report.h"
#include "verdict.h"

#define AUTOPSY_TRAIL 6

struct autopsy {
    struct machine_outcome end;  /* of the recording */
    struct x86_registers at;     /* at the moment that tells: the exception, or the end */
    bool panicked;               /* the kernel noticed by itself; message says what it printed */
    bool has_vector;             /* an exception: vector and error are known */
    uint64_t vector, error;
    uint8_t code[16];            /* bytes of the instruction at `at` */
    bool has_code;
    bool stack_mapped;           /* at.rsp - 8 can be written */
    bool low_code;               /* the kernel's own code before paging, KERNEL_BASE below its symbols */
    uint32_t idt_limit;
    char message[160];
    char place[160];             /* of at.rip: "trap.asm:57 in trap_entry+0x1c" */
    char trail[AUTOPSY_TRAIL][160]; /* the last places, oldest first; unused ones are empty */
};

/* STATUS_MISUSE when there is nothing to look at: no bad end, no recording. */
struct status autopsy_make(struct autopsy *autopsy, const struct verdict *verdict, const struct image *kernel);

/* What it may have been, in the order of how much speaks for it; returns how many were written to `causes`. */
size_t autopsy_causes(const struct autopsy *autopsy, const char **causes, size_t most);

/* Prints it under a heading that names the test. */
void autopsy_print(const struct report *report, const struct autopsy *autopsy, const struct test *test,
                   const struct verdict *verdict);

#endif
