/* From what is known about a death to what may have caused it. Each cause is one test on the facts and one sentence
 * that says where to look; the order is that of how much each says. See autopsy.h.
 */
#include "autopsy.h"

#include "x86/paging.h"

#include <string.h>

static bool in_kernel(const struct autopsy *a)
{
    return !(a->at.cs & 3);
}

static bool is_exception(const struct autopsy *a, uint64_t vector)
{
    return a->has_vector && a->vector == vector;
}

/* The instruction's bytes without the prefixes 0x66 and REX. */
static const uint8_t *opcode(const struct autopsy *a)
{
    const uint8_t *code = a->code;
    while (code < a->code + 4 && (*code == 0x66 || (*code & 0xf0) == 0x40))
        code++;
    return code;
}

static bool no_idt(const struct autopsy *a)
{
    return a->end.kind == MACHINE_SHUTDOWN && !a->panicked && !a->low_code && a->idt_limit < 14 * 16;
}

/* The processor in 32-bit code: the upper halves of all registers are gone, those of rip and rsp too. */
static bool cut_to_32(const struct autopsy *a)
{
    return in_kernel(a) && a->at.rip >> 31 == 1 && a->at.rsp >> 31 == 1;
}

static bool low_code(const struct autopsy *a)
{
    return a->low_code;
}

static bool null_jump(const struct autopsy *a)
{
    return !cut_to_32(a) && !a->low_code && in_kernel(a) && a->at.rip < USER_END;
}

static bool gs_access(const struct autopsy *a)
{
    return a->has_code && in_kernel(a) && (a->code[0] == 0x65 || (a->code[0] == 0x66 && a->code[1] == 0x65));
}

static bool at_iretq(const struct autopsy *a)
{
    return a->has_code && in_kernel(a) && *opcode(a) == 0xcf;
}

static bool at_sysretq(const struct autopsy *a)
{
    return a->has_code && in_kernel(a) && opcode(a)[0] == 0x0f && opcode(a)[1] == 0x07;
}

/* lretq; mov to a segment register; ltr and lldt. */
static bool segment_load(const struct autopsy *a)
{
    const uint8_t *code = opcode(a);
    return a->has_code && in_kernel(a) && (*code == 0xcb || *code == 0x8e || (code[0] == 0x0f && code[1] == 0x00));
}

/* movaps and its kind are the only instructions of compiled code that want 16-byte alignment. */
static bool misaligned(const struct autopsy *a)
{
    const uint8_t *code = opcode(a);
    bool aligned_move = code[0] == 0x0f && (code[1] == 0x28 || code[1] == 0x29 || code[1] == 0x6f || code[1] == 0x7f);
    return a->has_code && aligned_move && is_exception(a, 13);
}

static bool user_stack(const struct autopsy *a)
{
    return !cut_to_32(a) && !a->low_code && in_kernel(a) && a->at.rsp < USER_END;
}

static bool bad_stack(const struct autopsy *a)
{
    return !a->low_code && in_kernel(a) && !a->stack_mapped && (a->end.kind == MACHINE_SHUTDOWN || is_exception(a, 8));
}

static bool gate_missing(const struct autopsy *a)
{
    return (is_exception(a, 13) || is_exception(a, 11)) && (a->error & 2);
}

static bool selector_fault(const struct autopsy *a)
{
    return a->has_vector && a->vector >= 10 && a->vector <= 13 && a->error && !(a->error & 2);
}

static bool smap(const struct autopsy *a)
{
    return is_exception(a, 14) && in_kernel(a) && (a->error & 1) && a->at.cr2 < USER_END;
}

static bool null_pointer(const struct autopsy *a)
{
    return is_exception(a, 14) && a->at.cr2 < 4096;
}

static bool fpu_off(const struct autopsy *a)
{
    return is_exception(a, 7) && in_kernel(a);
}

static bool undefined(const struct autopsy *a)
{
    return is_exception(a, 6);
}

static bool single_step(const struct autopsy *a)
{
    return is_exception(a, 1) && in_kernel(a);
}

static bool double_fault(const struct autopsy *a)
{
    return is_exception(a, 8);
}

static bool interrupt_in_kernel(const struct autopsy *a)
{
    return a->has_vector && a->vector >= 32 && in_kernel(a);
}

static bool user_astray(const struct autopsy *a)
{
    return a->has_vector && (a->vector == 13 || a->vector == 14) && !in_kernel(a) && !a->has_code;
}

static bool user_fault(const struct autopsy *a)
{
    return a->has_vector && a->vector < 32 && !in_kernel(a);
}

static bool dead(const struct autopsy *a)
{
    return a->end.kind == MACHINE_DEAD && !a->panicked;
}

static bool idle(const struct autopsy *a)
{
    return a->end.kind == MACHINE_IDLE;
}

/* In the scheduler's own wait. */
static bool nobody_ready(const struct autopsy *a)
{
    return idle(a) && strstr(a->place, "sched_idle");
}

static bool endless(const struct autopsy *a)
{
    return a->end.kind == MACHINE_OVER_LIMIT;
}

static bool flood(const struct autopsy *a)
{
    return a->end.kind == MACHINE_FLOOD;
}

static bool storm(const struct autopsy *a)
{
    return a->end.kind == MACHINE_STORM;
}

static const struct {
    bool (*fits)(const struct autopsy *);
    const char *text;
} all[] = {
    { no_idt,
      "No interrupt table was loaded yet when the first exception came. What raised it, and is lidt reached before?" },
    { gs_access,
      "This instruction reads the per-CPU block through GS, and GS did not point there: a swapgs is missing on the "
      "way here, or one was done too many." },
    { low_code,
      "The kernel's own code, still at its physical address: the way to long mode, where every exception is a triple fault. What "
      "does this instruction need that is not there yet: PAE, CR3, EFER.LME, a window of the tables that shows this very page?" },
    { cut_to_32,
      "rip and rsp have lost their upper halves: this is 32-bit code to the processor. The code segment that was loaded last "
      "lacks the flag of 64-bit code (SEGMENT_LONG)." },
    { null_jump,
      "The kernel jumped to an address that is none of its own: a return address was overwritten, a gate's offset "
      "is wrong, or a pointer to a function was null." },
    { at_iretq,
      "iretq checks what it loads while still in ring 0: compare the five words at rsp with the frame you meant - rip, "
      "cs, rflags, rsp, ss, in this order. Eight bytes off is an error code, or a register popped too many or too "
      "few." },
    { at_sysretq, "sysretq takes rip from rcx, and one that is not canonical faults in ring 0. Was rcx checked, and is "
                  "it the saved one?" },
    { segment_load,
      "A descriptor that is loaded here is missing, of the wrong kind or not present: compare the selector with the "
      "order of the GDT, and the GDT's limit with its size." },
    { misaligned, "A move that wants 16-byte alignment: the stack pointer was off by 8 when C was called. How many "
                  "words lie on the "
                  "stack at the call?" },
    { user_stack, "The kernel was working on the program's stack: rsp was not loaded on the way in." },
    { bad_stack, "The stack pointer leads to memory that is not there. A stack that has overflowed, or TSS.rsp0 or an "
                 "interrupt stack "
                 "that was never set." },
    { gate_missing, "The gate for this vector is missing or of the wrong kind, or a program raised a vector that is "
                    "not for programs." },
    { selector_fault, "The error code names a selector: look up what lies there in the GDT." },
    { smap, "The kernel touched a program's page. SMAP forbids that: the address came from a register of the "
            "program's, or AC was "
            "meant to be clear." },
    { null_pointer,
      "An address close to 0: a pointer that was never set, or a field of a structure that GS or cpu->current does not "
      "point to." },
    { fpu_off, "The kernel itself used the FPU while it was switched off (CR0.TS): clts comes before registers are saved or loaded, and "
               "who is said to be their owner has to be it." },
    { undefined, "No instruction, or ud2: the processor has run into data, or C into a place the compiler believes "
                 "cannot be reached "
                 "(a function that must not return did)." },
    { single_step, "The kernel was single-stepping itself: TF was set by the program and not cleared on the way in." },
    { double_fault,
      "An exception struck while another one was being delivered: its gate, its stack or its code segment is not "
      "usable." },
    { interrupt_in_kernel,
      "An interrupt struck in the kernel, where interrupts are off: a trap gate, or IF is missing from SFMASK." },
    { user_astray, "The program went on where there is no code. If its kernel is yours: was its rip restored? If it changes stacks "
                   "itself: `ret` took another word for its address." },
    { user_fault, "The exception is a program's: it found registers, flags or a stack that are not what it left. What "
                  "does the way out restore? In an exercise that is itself a program: what does that do with its stack?" },
    { dead, "It halted by itself with interrupts off, without a panic. Nothing can wake it." },
    { nobody_ready, "Nobody is ready, and nobody waits for a time: each waits for another one. Who was to be released or made "
                    "ready by what was done last, and who has forgotten it?" },
    { idle, "It waits for an interrupt that never comes. Was the last one acknowledged (lapic_eoi is in the given "
            "handler: is it reached?), "
            "was the timer armed, does the gate lead there?" },
    { endless, "A loop without an end. If it stays in the kernel: which condition ends it, and what of that changes from one "
               "round to the next? If it changes between programs and kernel, the same exception or call comes again and again: "
               "what should change in the frame in between?" },
    { flood, "It prints without end." },
    { storm, "The next interrupt comes before anything else is done. Is the timer armed for a moment that has passed, again and "
             "again? Is the interrupt acknowledged before it is taken back?" },
};

size_t autopsy_causes(const struct autopsy *autopsy, const char **causes, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0] && count < most; i++)
        if (all[i].fits(autopsy))
            causes[count++] = all[i].text;
    return count;
}
