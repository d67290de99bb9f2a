/*
 * Loading what elf_check has found good. A segment's place in its pages is the same in the file and in memory, so both are walked
 * together, in steps that end where a page does.
 */
#include "boot.h"
#include "string.h"

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* A fresh page, zero, at virt in space: where the kernel sees it. NULL when memory is out. */
static char *fresh_page(uint64_t space, uint64_t virt, unsigned rights)
{
    uint64_t phys = phys_alloc();
    return phys && paging_map(space, virt, phys, rights) ? phys_to_virt(phys) : NULL;
}

static bool load_segment(uint64_t space, const char *image, const struct elf_segment *s)
{
    for (uint64_t done = 0; done < s->memsz;) {
        uint64_t in_page = (s->vaddr + done) % PAGE_SIZE;
        uint64_t step = least(PAGE_SIZE - in_page, s->memsz - done);
        char *page = fresh_page(space, s->vaddr + done - in_page, s->rights | PAGING_USER);
        if (!page)
            return false;
        if (done < s->filesz)
            memcpy(page + in_page, image + s->offset + done, least(step, s->filesz - done));
        done += step;
    }
    return true;
}

bool elf_load(uint64_t space, const void *image, const struct elf_plan *plan)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (!load_segment(space, image, &plan->segment[i]))
            return false;
    return true;
}
