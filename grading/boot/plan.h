/*
 * The plan: what the kit's boot loader does for one run. The host composes it, and QEMU gives it to the loader as a module.
 *
 * A struct plan, then its steps, then the bytes that they copy. All numbers are physical addresses, bytes, or offsets into the plan.
 * Shared by the host (64 bits) and the loader (32 bits).
 */
#pragma once

#include <stdint.h>

#define PLAN_MAGIC     0x6e616c70u
#define PLAN_MEMORY    (64u << 20) /* the machine's memory */
#define PLAN_LOADER    (48u << 20) /* from here up lie the loader and the plan while it works */
#define PLAN_SPRINKLED 64u         /* PLAN_SPRINKLE dirties one word in so many bytes */

enum plan_kind {
    PLAN_COPY,     /* length bytes from offset of the plan */
    PLAN_DIRTY,    /* every word: plan_dirty of its address */
    PLAN_SPRINKLE, /* one word in PLAN_SPRINKLED bytes */
};

struct plan_step {
    uint32_t kind, to, length, offset;
};

/* The registers at the kernel's entry; Multiboot 0.6.96 §3.2 leaves most of them open. */
struct plan_registers {
    uint32_t eax, ebx, ecx, edx, esi, edi, ebp, esp, eflags, eip;
};

struct plan {
    uint32_t magic, step_count;
    uint32_t key; /* of the dirt */
    struct plan_registers registers;
};

/* What dirty memory holds at an address that is a multiple of 4. Never 0. */
static inline uint32_t plan_dirty(uint32_t address, uint32_t key)
{
    uint32_t h = (address ^ key) * 0x9e3779b1u;
    return (h ^ h >> 15) | 1;
}
