#include "panic.h"

#include <stdbool.h>

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
 * Follows the chain of frame pointers that the compiler keeps (-fno-omit-frame-pointer): [rbp] is the caller's rbp, [rbp+8]
 * the return address. Entry code sets rbp to 0, which ends the chain; a chain that leaves the stacks ends it too.
 */
static void print_backtrace(uint64_t rbp)
{
    for (int depth = 0; depth < BACKTRACE_DEPTH && rbp >= KERNEL_BASE && rbp % 8 == 0 && rbp < -16ul; depth++) {
        const uint64_t *link = (const uint64_t *)rbp;
        if (!symbol_is_text(link[1]))
            return;
        print_place(link[1]);
        if (link[0] <= rbp)
            return;
        rbp = link[0];
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
    print_backtrace(frame->rbp);
    va_end(arguments);
    halt_forever();
}

noreturn void not_implemented(const char *title)
{
    __asm__ volatile("cli");
    print("not implemented: %s\n", title);
    halt_forever();
}
