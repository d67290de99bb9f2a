#include "cpu.h"

#include "contract/1-entry.h"
#include "contract/2-boot.h"
#include "panic.h"
#include "x86/paging.h"
#include "x86/registers.h"

struct cpu cpus[CPU_MAX];

enum {
    STACK_PAGES = 4,
    SLOT_PAGES = 16, /* address space of one CPU's stacks */
    CPUID_FEATURES = 7,
    CPUID_7_EBX_FSGSBASE = 1 << 0,
    CPUID_7_EBX_SMEP = 1 << 7,
    CPUID_7_EBX_SMAP = 1 << 20,
    CPUID_7_ECX_UMIP = 1 << 2,
};

/*
 * Maps pages of a stack from page on and returns its top. The page below stays unmapped, so that a stack that grows too far
 * faults there at once; the processor cannot push the fault's frame either, which makes it a double fault, on its own stack.
 */
static uint64_t map_stack(uint64_t *page, unsigned pages)
{
    *page += PAGE_SIZE;
    for (unsigned i = 0; i < pages; i++, *page += PAGE_SIZE) {
        uint64_t phys = phys_alloc();
        if (!phys || !paging_map(kernel_space, *page, phys, PAGING_WRITE))
            panic("no memory for the kernel's stacks");
    }
    return *page;
}

static void make_stacks(struct cpu *cpu)
{
    uint64_t page = STACK_AREA + cpu->id * SLOT_PAGES * PAGE_SIZE;

    cpu->stack_top = map_stack(&page, STACK_PAGES);
    for (unsigned i = 0; i < IST_COUNT; i++) {
        cpu->ist_top[i] = map_stack(&page, 1) - 16;
        *(struct cpu **)cpu->ist_top[i] = cpu;
    }
}

static bool within(uint64_t address, uint64_t top, unsigned pages)
{
    return address < top && address >= top - pages * PAGE_SIZE;
}

bool stack_holds(uint64_t address)
{
    bool found = within(address, (uint64_t)boot_stack_top, STACK_PAGES);

    for (unsigned id = 0; id < CPU_MAX; id++) {
        found |= within(address, cpus[id].stack_top, STACK_PAGES);
        for (unsigned i = 0; i < IST_COUNT; i++)
            found |= within(address, cpus[id].ist_top[i], 1);
    }
    return found;
}

/*
 * The second locks on the door: the kernel can neither execute (SMEP) nor touch (SMAP) a user page, nor write a read-only
 * one (WP), and ring 3 cannot read where the kernel's tables are (UMIP). FSGSBASE is required: EC switches use it.
 */
static void enable_protection(void)
{
    struct cpuid features = cpuid(CPUID_FEATURES, 0);
    uint64_t cr4 = read_cr4() | CR4_PGE | CR4_FSGSBASE | CR4_OSFXSR | CR4_OSXMMEXCPT;

    if (!(features.ebx & CPUID_7_EBX_FSGSBASE))
        panic("this processor lacks FSGSBASE (Intel since Ivy Bridge, AMD since Steamroller); QEMU: -cpu …,+fsgsbase");
    if (features.ebx & CPUID_7_EBX_SMEP)
        cr4 |= CR4_SMEP;
    if (features.ebx & CPUID_7_EBX_SMAP)
        cr4 |= CR4_SMAP;
    if (features.ecx & CPUID_7_ECX_UMIP)
        cr4 |= CR4_UMIP;
    write_cr4(cr4);
    write_cr0((read_cr0() | CR0_WP | CR0_MP) & ~(uint64_t)CR0_EM);
}

void cpu_init(uint32_t id)
{
    struct cpu *cpu = &cpus[id];
    cpu->self = cpu;
    cpu->id = id;
    make_stacks(cpu);
    enable_protection();
    entry_init(cpu);
}
