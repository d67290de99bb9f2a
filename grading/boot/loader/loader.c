/*
 * Carries out a plan (../plan.h). 32-bit code, no paging: it must not touch the memory that it prepares in any other way.
 */
#include "../plan.h"

/* What is used of the boot information that QEMU leaves (Multiboot 0.6.96 §3.3). */
struct information {
    uint32_t flags, memory[2], boot_device, cmdline, module_count, modules;
};

const struct plan_registers *loader_main(const struct information *information);

static void copy(uint32_t to, const void *from, uint32_t length)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
}

static void dirty(uint32_t to, uint32_t length, uint32_t step, uint32_t key)
{
    for (uint32_t at = to; at < to + length; at += step)
        *(volatile uint32_t *)at = plan_dirty(at, key);
}

const struct plan_registers *loader_main(const struct information *information)
{
    const uint32_t *module = (const uint32_t *)information->modules; /* its start, its end */
    const struct plan *plan = (const struct plan *)module[0];
    const struct plan_step *step = (const struct plan_step *)(plan + 1);

    if (plan->magic != PLAN_MAGIC)
        for (;;)
            __asm__ volatile("cli; hlt");
    for (uint32_t i = 0; i < plan->step_count; i++, step++)
        if (step->kind == PLAN_COPY)
            copy(step->to, (const char *)plan + step->offset, step->length);
        else
            dirty(step->to, step->length, step->kind == PLAN_DIRTY ? 4 : PLAN_SPRINKLED, plan->key);
    return &plan->registers;
}
