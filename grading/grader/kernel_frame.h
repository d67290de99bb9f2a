/* The kernel's register frame (struct frame of kernel/ec.h) for code that also uses the machine library: the kernel's headers and
 * the library each have a tag `status`, so no file can include both. kernel_frame.c makes the compiler compare the two.
 */
#ifndef CAIRN_GRADER_KERNEL_FRAME_H
#define CAIRN_GRADER_KERNEL_FRAME_H

#include <stdint.h>

struct kernel_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;
};

#endif
