/*
 * The Multiboot header (0.6.96 §3.1). It is data, so it may as well be C; kernel.ld puts it first.
 */
#include <stdint.h>

enum { MAGIC = 0x1badb002, PAGE_ALIGNED_MODULES = 1 << 0, MEMORY_MAP = 1 << 1, FLAGS = PAGE_ALIGNED_MODULES | MEMORY_MAP };

__attribute__((section(".multiboot"), used, aligned(4))) static const struct {
    uint32_t magic, flags, checksum;
} multiboot_header = { MAGIC, FLAGS, -(uint32_t)(MAGIC + FLAGS) };
