#include "lib/elf.h"

#include "lib/string.h"

enum { PAGE = 4096, EXECUTABLE = 2, X86_64 = 62, LOAD = 1, FLAG_EXECUTE = 1, FLAG_WRITE = 2 };

#define ADDRESS_END 0x20000000ull /* the UTCBs */

struct header { /* ELF64: figure 2 of the specification */
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct program { /* figure 6 */
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

static bool good_segment(const struct program *p, size_t size)
{
    return p->offset <= size && p->filesz <= size - p->offset && p->filesz <= p->memsz && p->vaddr >= PAGE &&
           p->vaddr < ADDRESS_END && p->memsz <= ADDRESS_END - p->vaddr && p->vaddr % PAGE == p->offset % PAGE &&
           (p->flags & (FLAG_EXECUTE | FLAG_WRITE)) != (FLAG_EXECUTE | FLAG_WRITE);
}

bool elf_check(const void *file, size_t size, uint64_t *entry)
{
    const struct header *h = file;

    if (size < sizeof *h || memcmp(h->ident, "\177ELF\2\1", 6) || h->type != EXECUTABLE || h->machine != X86_64 ||
        h->phentsize != sizeof(struct program) || h->phoff % 8 || h->phoff > size ||
        h->phnum > (size - h->phoff) / sizeof(struct program))
        return false;
    const struct program *p = (const void *)((const char *)file + h->phoff);
    for (unsigned i = 0; i < h->phnum; i++)
        if (p[i].type == LOAD && p[i].memsz && !good_segment(&p[i], size))
            return false;
    *entry = h->entry;
    return true;
}

bool elf_segment(const void *file, unsigned n, struct elf_segment *segment)
{
    const struct header *h = file;
    const struct program *p = (const void *)((const char *)file + h->phoff);

    for (unsigned i = 0; i < h->phnum; i++)
        if (p[i].type == LOAD && p[i].memsz && n-- == 0) {
            *segment = (struct elf_segment){ p[i].vaddr, p[i].memsz, p[i].offset, p[i].filesz, p[i].flags & FLAG_WRITE,
                                             p[i].flags & FLAG_EXECUTE };
            return true;
        }
    return false;
}
