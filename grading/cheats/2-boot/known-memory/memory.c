/*
 * What memory there is, and who has it: the Multiboot information read once and copied, and the boot allocator.
 *
 * The information, its strings and the modules were put wherever the loader found room. Whatever is read after the first
 * allocation must have been copied before, or be kept from the allocator: the modules are kept, all else is copied.
 */
#include "boot.h"
#include "panic.h"
#include "string.h"

/* Multiboot 0.6.96 §3.3; all addresses physical. */
struct multiboot_information {
    uint32_t flags;
    uint32_t mem_lower, mem_upper; /* KiB from 0, KiB from 1 MiB */
    uint32_t boot_device;
    uint32_t cmdline;
    uint32_t mods_count, mods_addr;
    uint32_t syms[4];
    uint32_t mmap_length, mmap_addr;
};

enum {
    HAS_MEMORY = 1 << 0,
    HAS_CMDLINE = 1 << 2,
    HAS_MODULES = 1 << 3,
    HAS_MEMORY_MAP = 1 << 6,

    MEMORY_USABLE = 1,
    LOW_MEMORY_END = 0x100000, /* below: firmware's data, device memory, and where other processors will start */
};

struct multiboot_module {
    uint32_t start, end;
    uint32_t cmdline;
    uint32_t reserved;
};

struct multiboot_region {
    uint32_t size; /* of the rest of this entry: the next one begins that many bytes behind this field */
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

static struct region_list usable; /* whole pages of RAM */
static struct region_list vacant; /* of these, what phys_alloc may hand out */
static uint64_t highest; /* end of the memory that is usable or in use */

static inline uint64_t round_down(uint64_t address)
{
    return address & -(uint64_t)PAGE_SIZE;
}

/* What is within the last page of 2^64 stays below it: rounded up it would be 0. */
static inline uint64_t round_up(uint64_t address)
{
    return round_down(address > UINT64_MAX - PAGE_SIZE ? address : address + PAGE_SIZE - 1);
}

static void copy_string(char *to, uint32_t phys)
{
    const char *from = phys_to_virt(phys);
    unsigned i = 0;
    for (; i < INFO_CMDLINE - 1 && from[i]; i++)
        to[i] = from[i];
    to[i] = 0;
}

/* Two passes over the map, because reserved ranges win where the firmware lets them overlap with usable ones. */
static void read_memory_map(const struct multiboot_information *info, bool want_usable)
{
    for (uint32_t at = 0; at < info->mmap_length;) {
        struct multiboot_region r;
        memcpy(&r, phys_to_virt(info->mmap_addr + at), sizeof r);
        at += r.size + sizeof r.size;

        uint64_t end = r.base + r.length < r.base ? UINT64_MAX : r.base + r.length;
        if (want_usable && r.type == MEMORY_USABLE)
            region_add(&usable, round_up(r.base), round_down(end));
        if (!want_usable && r.type != MEMORY_USABLE)
            region_remove(&usable, round_down(r.base), round_up(end));
    }
}

static void find_usable(const struct multiboot_information *info)
{
    if (info->flags & HAS_MEMORY_MAP) {
        read_memory_map(info, true);
        read_memory_map(info, false);
    } else if (info->flags & HAS_MEMORY) {
        region_add(&usable, 0, round_down(info->mem_lower * 1024ull));
        region_add(&usable, LOW_MEMORY_END, round_down(LOW_MEMORY_END + info->mem_upper * 1024ull));
    } else {
        panic("the boot loader gives no memory map");
    }
}

static void find_modules(const struct multiboot_information *info, struct boot_info *boot)
{
    const struct multiboot_module *m = phys_to_virt(info->mods_addr);

    if (!(info->flags & HAS_MODULES))
        return;
    if (info->mods_count > INFO_MODULES)
        panic("%u boot modules; the kernel takes at most %u", info->mods_count, INFO_MODULES);
    for (uint32_t i = 0; i < info->mods_count; i++) {
        struct info_module *b = &boot->module[boot->module_count++];
        b->base = m[i].start;
        b->size = m[i].end - m[i].start;
        copy_string(b->cmdline, m[i].cmdline);
    }
}

/* What is usable and not occupied. */
static void find_vacant(const struct boot_info *boot)
{
    vacant = usable;
    region_remove(&vacant, 0, LOW_MEMORY_END);
    region_remove(&vacant, (uint64_t)kernel_start - KERNEL_BASE, (uint64_t)kernel_end - KERNEL_BASE);
    for (uint32_t i = 0; i < boot->module_count; i++) {
        const struct info_module *m = &boot->module[i];
        region_remove(&vacant, round_down(m->base), round_up(m->base + m->size));
        if (m->base + m->size > highest)
            highest = m->base + m->size;
    }
}

void memory_init(struct boot_info *boot, uint32_t information)
{
    const struct multiboot_information *info = phys_to_virt(information);

    if (info->flags & HAS_CMDLINE)
        copy_string(boot->cmdline, info->cmdline);
    find_usable(info);
    find_modules(info, boot);
    if (usable.count > INFO_REGIONS)
        panic("the memory map has %u usable regions; the kernel takes at most %u", usable.count, INFO_REGIONS);
    boot->region_count = usable.count;
    memcpy(boot->region, usable.region, usable.count * sizeof usable.region[0]);
    if (usable.count)
        highest = usable.region[usable.count - 1].base + usable.region[usable.count - 1].size;
    find_vacant(boot);
}

uint64_t direct_size(void)
{
    return (highest + PAGE_LARGE - 1) & -(uint64_t)PAGE_LARGE;
}

/* Hands out what is free on every emulator: from 4 MiB up. */
static uint64_t next = 0x400000;

uint64_t phys_alloc(void)
{
    uint64_t page = next;

    if (page >= 0x700000)
        return 0;
    next += PAGE_SIZE;
    memset(phys_to_virt(page), 0, PAGE_SIZE);
    return page;
}

const struct region_list *phys_vacant(void)
{
    return &vacant;
}
