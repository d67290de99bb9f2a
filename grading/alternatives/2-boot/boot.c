/*
 * The first C of the kernel: boot stack, boot page tables, interrupts off.
 */
#include "boot.h"
#include "panic.h"
#include "print.h"

enum { MULTIBOOT_LOADED = 0x2badb002 };

static struct boot_info boot;

noreturn void boot_main(uint32_t magic, uint32_t information);

noreturn void boot_main(uint32_t magic, uint32_t information)
{
    serial_init();
    if (magic != MULTIBOOT_LOADED)
        panic("not started by a Multiboot 1 loader: eax was %x", magic);
    memory_init(&boot, information);
    paging_init();
    kernel_main(&boot);
}
