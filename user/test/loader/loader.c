/*
 * The root task under the test programs: loads the second module into frames of its own and jumps to it.
 *
 * Root's own image is no grant and cannot be given to anybody. What the loader maps by KERNEL_MEMORY can: so a test program
 * can map itself into other PDs. Program and loader share root's PD, its EC and its selectors.
 */
#include <stdint.h>

#include "cairn/info.h"
#include "kit/calls.h"
#include "lib/print.h"

enum {
    PAGE = 4096,
    CHUNK_ORDER = 6,
    CHUNK = PAGE << CHUNK_ORDER,
    PT_LOAD = 1,
    PF_X = 1,
    PF_W = 2,
};

#define MODULE_WINDOW 0x50000000ull /* where the module's file is read */
#define COPY_WINDOW   0x60000000ull /* where chunks are filled, one behind the other: the program may not write all of its own */

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum;
};

struct elf_program {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

void main(const void *given);

static void __attribute__((noreturn)) give_up(const char *why, uint64_t number)
{
    print("loader: %s (%lu)\nverdict: fail\n", why, number);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

/* The module's file, page by page: whole pages around it. */
static const uint8_t *map_module(const struct info_module *module)
{
    const uint64_t first = module->base / PAGE;
    const uint64_t last = (module->base + module->size - 1) / PAGE;

    for (uint64_t frame = first; frame <= last; frame++) {
        result r = kernel_memory(ROOT_SEL_KERNEL, RANGE(frame, 0), MODULE_WINDOW / PAGE + frame - first, MEMORY_READ);
        if (r.rax != SUCCESS)
            give_up("the module cannot be mapped: status", r.rax);
    }
    return (const uint8_t *)(MODULE_WINDOW + module->base % PAGE);
}

/* Takes the highest chunk of frames that nobody has, and maps it at copy. Returns its first frame. */
static uint64_t take_chunk(const struct info_page *info, uint64_t copy)
{
    static uint64_t next;

    if (!next)
        for (uint32_t i = 0; i < info->region_count; i++)
            next = (info->region[i].base + info->region[i].size) / CHUNK;
    while (next--) {
        const uint64_t frame = next << CHUNK_ORDER;
        result r = kernel_memory(ROOT_SEL_KERNEL, RANGE(frame, CHUNK_ORDER), copy / PAGE, MEMORY_READ | MEMORY_WRITE);
        if (r.rax == SUCCESS)
            return frame;
        if (r.rax != BAD_PAR)
            give_up("no memory for the program: status", r.rax);
    }
    give_up("all memory is taken", 0);
}

/* Zeros, and the part of the file that belongs into this chunk. By words and by string instructions: this is most of what a test takes to begin. */
static void fill(uint8_t *target, const uint8_t *file, const struct elf_program *p, uint64_t start)
{
    const uint64_t first = p->vaddr > start ? p->vaddr - start : 0, end = p->vaddr + p->filesz;
    const uint64_t last = end <= start ? first : end - start < CHUNK ? end - start : CHUNK;
    const uint8_t *from = file + p->offset + start + first - p->vaddr;
    uint64_t words = CHUNK / sizeof(uint64_t), bytes = last - first;
    void *zero = target, *to = target + first;

    __asm__ volatile("rep stosq" : "+D"(zero), "+c"(words) : "a"(0) : "memory");
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/* The copies stay where they are: so the loader needs nothing of a kernel that takes things back. */
static void load(const struct info_page *info, const uint8_t *file, const struct elf_program *p)
{
    static uint64_t copy = COPY_WINDOW;
    const uint64_t rights = MEMORY_READ | (p->flags & PF_W ? MEMORY_WRITE : 0) | (p->flags & PF_X ? MEMORY_EXECUTE : 0);

    for (uint64_t start = p->vaddr / CHUNK * CHUNK; start < p->vaddr + p->memsz; start += CHUNK, copy += CHUNK) {
        const uint64_t frame = take_chunk(info, copy);
        fill((uint8_t *)copy, file, p, start);
        result r = kernel_memory(ROOT_SEL_KERNEL, RANGE(frame, CHUNK_ORDER), start / PAGE, rights);
        if (r.rax != SUCCESS)
            give_up("a segment cannot be mapped: status", r.rax);
    }
}

void main(const void *given)
{
    const uint64_t entered = ticks();
    const struct info_page *info = given;

    print("loader: entered at %lu\n", entered); /* for the benchmark of booting */
    if (info->magic != INFO_MAGIC || info->version != INFO_VERSION || info->module_count < 2)
        give_up("there is no second module, or a kernel of another version", info->version);
    const uint8_t *file = map_module(&info->module[1]);
    const struct elf_header *header = (const void *)file;
    for (unsigned i = 0; i < header->phnum; i++) {
        const struct elf_program *p = (const void *)(file + header->phoff + i * header->phentsize);
        if (p->type == PT_LOAD && p->memsz)
            load(info, file, p);
    }
    ((void (*)(const void *))header->entry)(given);
    give_up("the program has returned", 0);
}
