/*
 * What the boot loader says about memory, copied as long as it is there.
 *
 * One pass over the map fills two lists, because the entries may come in any order and overlap: what somebody calls usable, and
 * what somebody calls anything else. Memory is the first less the second.
 */
#include "boot.h"
#include "frames.h"
#include "panic.h"
#include "string.h"

/* Multiboot 0.6.96 §3.3; all addresses physical. */
struct multiboot_information {
    uint32_t flags;
    uint32_t kib_low, kib_high; /* from 0, from 1 MiB */
    uint32_t boot_device;
    uint32_t cmdline;
    uint32_t mods_count, mods_addr;
    uint32_t syms[4];
    uint32_t mmap_length, mmap_addr;
};

enum { HAS_SIZES = 1 << 0, HAS_CMDLINE = 1 << 2, HAS_MODULES = 1 << 3, HAS_MAP = 1 << 6 };

struct multiboot_module {
    uint32_t start, end, cmdline, reserved;
};

/* What `size` counts is this. It may be larger. */
struct map_entry {
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

enum { MAP_USABLE = 1 };

static struct region_list usable, taken;
static uint64_t reach; /* end of all memory that the kernel may look at */

static uint64_t down(uint64_t address)
{
    return address / PAGE_SIZE * PAGE_SIZE;
}

/* Without a wrap: the last page of all ends at 2^64, which nobody can say. */
static uint64_t up(uint64_t address)
{
    return address > -(uint64_t)PAGE_SIZE ? -(uint64_t)PAGE_SIZE : down(address + PAGE_SIZE - 1);
}

static void add_inner(struct region_list *list, uint64_t base, uint64_t end)
{
    if (up(base) < down(end))
        region_add(list, up(base), down(end));
}

static void add_outer(struct region_list *list, uint64_t base, uint64_t end)
{
    if (base < end)
        region_add(list, down(base), up(end));
}

static void sort_entry(const struct map_entry *e)
{
    uint64_t end = e->length > UINT64_MAX - e->base ? UINT64_MAX : e->base + e->length;

    if (e->type == MAP_USABLE)
        add_inner(&usable, e->base, end);
    else
        add_outer(&taken, e->base, end);
}

static void read_map(const char *at, uint64_t length)
{
    const char *end = at + length;
    uint32_t size;

    for (; (uint64_t)(end - at) > sizeof size; at += size) {
        struct map_entry e;
        memcpy(&size, at, sizeof size);
        at += sizeof size;
        if (size > (uint64_t)(end - at))
            break;
        if (size < sizeof e)
            continue;
        memcpy(&e, at, sizeof e);
        sort_entry(&e);
    }
}

static void find_memory(const struct multiboot_information *info)
{
    if (info->flags & HAS_MAP) {
        read_map(phys_to_virt(info->mmap_addr), info->mmap_length);
    } else if (info->flags & HAS_SIZES) {
        add_inner(&usable, 0, info->kib_low * 1024ull);
        add_inner(&usable, FRAMES_FIRST, FRAMES_FIRST + info->kib_high * 1024ull);
    } else {
        panic("the boot loader gives no memory map");
    }
    for (unsigned i = 0; i < taken.count; i++)
        region_remove(&usable, taken.region[i].base, taken.region[i].base + taken.region[i].size);
}

static void copy_string(char *to, uint32_t phys)
{
    const char *from = phys_to_virt(phys);
    unsigned i;

    for (i = 0; i + 1 < INFO_CMDLINE && from[i]; i++)
        to[i] = from[i];
    to[i] = 0;
}

static void copy_modules(const struct multiboot_information *info, struct boot_info *boot)
{
    const struct multiboot_module *m = phys_to_virt(info->mods_addr);

    if (!(info->flags & HAS_MODULES))
        return;
    if (info->mods_count > INFO_MODULES)
        panic("the boot loader has loaded %u modules; the kernel takes at most %u", info->mods_count, INFO_MODULES);
    for (boot->module_count = 0; boot->module_count < info->mods_count; boot->module_count++, m++) {
        struct info_module *to = &boot->module[boot->module_count];
        to->base = m->start;
        to->size = m->end - m->start;
        copy_string(to->cmdline, m->cmdline);
    }
}

static void copy_regions(struct boot_info *boot)
{
    if (usable.count > INFO_REGIONS)
        panic("the memory map has %u usable regions; the kernel takes at most %u", usable.count, INFO_REGIONS);
    boot->region_count = usable.count;
    memcpy(boot->region, usable.region, usable.count * sizeof usable.region[0]);
}

/* From here on `usable` is what is free, and `boot` has what was usable. */
static void take_what_is_used(const struct boot_info *boot)
{
    region_remove(&usable, 0, FRAMES_FIRST);
    region_remove(&usable, (uint64_t)kernel_start - KERNEL_BASE, (uint64_t)kernel_end - KERNEL_BASE);
    for (unsigned i = 0; i < boot->module_count; i++) {
        uint64_t end = up(boot->module[i].base + boot->module[i].size);
        region_remove(&usable, down(boot->module[i].base), end);
        reach = reach > end ? reach : end;
    }
}

void memory_init(struct boot_info *boot, uint32_t information)
{
    const struct multiboot_information *info = phys_to_virt(information);

    if (info->flags & HAS_CMDLINE)
        copy_string(boot->cmdline, info->cmdline);
    find_memory(info);
    copy_regions(boot);
    copy_modules(info, boot);
    if (usable.count)
        reach = usable.region[usable.count - 1].base + usable.region[usable.count - 1].size;
    take_what_is_used(boot);
    frames_init(&usable);
}

uint64_t direct_size(void)
{
    return (reach + PAGE_LARGE - 1) / PAGE_LARGE * PAGE_LARGE;
}
