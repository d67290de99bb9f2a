/*
 * What an EC looks like from ring 3: its registers, as the ways in save them and the ways out load them.
 */
#pragma once

#include <stdint.h>

/*
 * The register frame: the processor's five words at the end (SDM vol. 3A §6.12.1), before them what the stub pushes.
 * An interrupt from ring 3 finds TSS.rsp0 at the end of the current EC's frame, so pushing *is* saving.
 * Assembly knows the fields as FRAME_R15 … FRAME_SS and the size as FRAME_SIZE.
 */
//! slide: register-frame begin
struct frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector;
    uint64_t error; /* the processor's, or 0 if it pushes none */
    uint64_t rip, cs, rflags, rsp, ss;
};
//! slide: register-frame end

/* The end must be 16-byte aligned: the processor rounds the stack pointer down before it pushes (SDM vol. 3A §6.14.2). */
//! slide: user-state begin
struct user_state {
    struct frame frame;
    uint64_t gs_base; /* the user's; stage 1 saves it at each trap */
    uint64_t fs_base; /* the user's; goes with the EC */
} __attribute__((aligned(16)));
//! slide: user-state end

_Static_assert(sizeof(struct frame) % 16 == 0, "the frame's end is the stack on which an interrupt from ring 3 starts");
