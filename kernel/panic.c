#include "panic.h"

#include <stdbool.h>

#include "cpu.h"
#include "print.h"
#include "symbols.h"
#include "x86/paging.h"
#include "x86/registers.h"
#include "x86/vectors.h"

enum { BACKTRACE_DEPTH = 16 };

static const char *const exception_name[VECTOR_EXCEPTIONS] = {
    [0] = "#DE divide error",        [1] = "#DB debug",
    [2] = "NMI",                     [3] = "#BP breakpoint",
    [4] = "#OF overflow",            [5] = "#BR bound",
    [6] = "#UD invalid opcode",      [7] = "#NM no FPU",
    [8] = "#DF double fault",        [10] = "#TS invalid TSS",
    [11] = "#NP segment not present", [12] = "#SS stack segment",
    [13] = "#GP general protection", [14] = "#PF page fault",
    [16] = "#MF x87 error",          [17] = "#AC alignment check",
    [18] = "#MC machine check",      [19] = "#XM SIMD error",
};

//! slide: panic-stop begin
noreturn void halt_forever(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}
//! slide: panic-stop end

static void print_place(uint64_t address)
{
    uint64_t offset;
    const char *name = symbol_lookup(address, &offset);
    print("  %p  %s+0x%lx\n", (void *)address, name, offset);
}

/*
 * Whether the instruction before address is a call: e8 and four bytes, or ff /2, which has two to seven (SDM vol. 2A, CALL).
 * There is code before all code that is called from: the Multiboot header's.
 */
static bool follows_call(uint64_t address)
{
    const uint8_t *code = (const uint8_t *)address;

    if (!symbol_is_text(address - 7))
        return false;
    if (code[-5] == 0xe8)
        return true;
    for (int length = 2; length <= 7; length++)
        if (code[-length] == 0xff && (code[1 - length] >> 3 & 7) == 2)
            return true;
    return false;
}

/*
 * Whatever lies on the stack and looks like a return address: the kernel keeps no frame pointers, which would cost each way in and out
 * two to ten instructions. So a line may be of a call that has returned long since.
 */
static void print_backtrace(uint64_t rsp)
{
    int depth = 0;

    for (uint64_t at = rsp & ~7ul; depth < BACKTRACE_DEPTH && stack_holds(at); at += sizeof(uint64_t)) {
        uint64_t word = *(const uint64_t *)at;
        if (symbol_is_text(word) && follows_call(word)) {
            print_place(word);
            depth++;
        }
    }
}

noreturn void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print("\npanic: ");
    print_list(format, arguments);
    print("\nbacktrace:\n");
    print_backtrace((uint64_t)__builtin_frame_address(0));
    va_end(arguments);
    halt_forever();
}

static void print_registers(const struct frame *f)
{
    print("rip %p  cs %04lx  rflags %08lx\nrsp %p  ss %04lx  cr2 %p  cr3 %p\n", (void *)f->rip, f->cs, f->rflags,
          (void *)f->rsp, f->ss, (void *)read_cr2(), (void *)read_cr3());
    print("rax %p  rbx %p  rcx %p  rdx %p\n", (void *)f->rax, (void *)f->rbx, (void *)f->rcx, (void *)f->rdx);
    print("rsi %p  rdi %p  rbp %p  r8  %p\n", (void *)f->rsi, (void *)f->rdi, (void *)f->rbp, (void *)f->r8);
    print("r9  %p  r10 %p  r11 %p  r12 %p\n", (void *)f->r9, (void *)f->r10, (void *)f->r11, (void *)f->r12);
    print("r13 %p  r14 %p  r15 %p\n", (void *)f->r13, (void *)f->r14, (void *)f->r15);
}

noreturn void panic_frame(const struct frame *frame, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *name = frame->vector < VECTOR_EXCEPTIONS ? exception_name[frame->vector] : "interrupt";
    print("\npanic: ");
    print_list(format, arguments);
    print("\n%s (vector %lu, error %lx)\n", name ? name : "reserved exception", frame->vector, frame->error);
    print_registers(frame);
    print("backtrace:\n");
    print_place(frame->rip);
    print_backtrace(frame->rsp);
    va_end(arguments);
    halt_forever();
}

noreturn void not_implemented(const char *title)
{
    __asm__ volatile("cli");
    print("not implemented: %s\n", title);
    halt_forever();
}
