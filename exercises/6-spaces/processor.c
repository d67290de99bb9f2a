/*
 * What the processor must be told when a space changes. One CPU: nobody else has a TLB.
 *
 * The kernel does not use PCIDs, so every write of CR3 empties the TLB but for global entries, which are the kernel's own.
 * A space that is not loaded has no entry in it.
 */
#include "spaces.h"

#include "contract/2-boot.h"
#include "x86/registers.h"

enum { CPUID_ADDRESS_SIZES = 0x80000008 };

static bool is_loaded(const struct pd *pd)
{
    return (read_cr3() & PTE_ADDRESS) == pd->space;
}

/* invlpg also drops what the processor remembers of the tables on the way (SDM vol. 3A §4.10.4.1). */
void tlb_flush(const struct pd *pd, uint64_t page)
{
    if (is_loaded(pd))
        __asm__ volatile("invlpg (%0)" : : "r"(page * PAGE_SIZE) : "memory");
}

void space_leave(const struct pd *pd)
{
    if (is_loaded(pd))
        write_cr3(kernel_space);
}

uint64_t frame_limit(void)
{
    return 1ull << ((cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff) - 12);
}
