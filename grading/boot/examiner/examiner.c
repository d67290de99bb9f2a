/*
 * The examiner: a body of the kernel (kernel/body.h) that does nothing but call the functions of stage 2 as the host has
 * ordered, and note what they did. It judges nothing. When it is through it stops at exam_done.
 */
#include "../exam.h"

#include "body.h"
#include "contract/1-entry.h"
#include "examiner.h"
#include "string.h"

struct exam_orders exam_orders = { .magic = EXAM_MAGIC }; /* in .data: the host finds it in the file */
struct exam_report exam_report;

static void note_regions(struct region_list *to)
{
    memcpy(to, phys_vacant(), sizeof *to);
}

static bool is_zero(const uint64_t *page)
{
    for (unsigned i = 0; i < PAGE_SIZE / sizeof *page; i++)
        if (page[i])
            return false;
    return true;
}

static void take_pages(void *unused)
{
    (void)unused;
    while (exam_report.page_count < EXAM_PAGES) {
        uint64_t page = phys_alloc();
        if (!page)
            return;
        exam_report.page[exam_report.page_count] = page;
        exam_report.page_count++;
        exam_report.page_dirty[exam_report.page_count - 1] = !is_zero(phys_to_virt(page));
        memset(phys_to_virt(page), 0x5a, 64);
    }
}

static void take_memory(void)
{
    note_regions(&exam_report.vacant);
    exam_report.direct_size = direct_size();
    exam_try(take_pages, NULL, &exam_report.fault);
    note_regions(&exam_report.left);
}

static void map_pages(void *unused)
{
    (void)unused;
    exam_report.space[0] = kernel_space;
    for (unsigned i = 1; i < EXAM_SPACES; i++)
        exam_report.space[i] = paging_new_space();
    for (unsigned i = 0; i < exam_orders.map_count; i++) {
        const struct exam_map *m = &exam_orders.map[i];
        exam_report.frame[i] = phys_alloc();
        exam_report.mapped[i] = paging_map(exam_report.space[m->space], m->virt, exam_report.frame[i], m->rights);
    }
}

/* ---- Files ---- */

static const char *shown[EXAM_FILES]; /* where each file begins */

static void show_files(void)
{
    uint64_t virt = EXAM_WINDOW;

    for (unsigned i = 0; i < exam_orders.file_count; i++, virt += PAGE_SIZE) {
        const struct exam_file *f = &exam_orders.file[i];
        for (unsigned page = 0; page < f->pages; page++, virt += PAGE_SIZE)
            if (!paging_map(kernel_space, virt, exam_orders.archive + (f->first_page + page) * PAGE_SIZE, 0))
                exam_report.window_failed = true;
        shown[i] = (const char *)virt - f->size;
    }
}

static void check_file(void *argument)
{
    const struct exam_file *f = argument;
    struct exam_checked *c = &exam_report.checked[f - exam_orders.file];
    const char *text = elf_check(shown[f - exam_orders.file], f->size, f->user_end, &c->plan);

    c->refused = text;
    for (unsigned i = 0; text && i < EXAM_TEXT - 1 && text[i]; i++)
        c->text[i] = text[i];
    c->done = true;
}

static void load_file(void *argument)
{
    const struct exam_file *f = argument;
    struct exam_loaded *l = &exam_report.loaded[f->plan];

    l->space = paging_new_space();
    l->good = l->space && elf_load(l->space, shown[f - exam_orders.file], &exam_orders.plan[f->plan]);
    l->done = true;
}

static void each_file(void)
{
    for (unsigned i = 0; i < exam_orders.file_count; i++) {
        struct exam_file *f = &exam_orders.file[i];
        exam_report.at_file = i;
        if (exam_orders.work & EXAM_CHECK)
            exam_try(check_file, f, &exam_report.checked[i].fault);
        if ((exam_orders.work & EXAM_LOAD) && f->plan >= 0)
            exam_try(load_file, f, &exam_report.loaded[f->plan].fault);
    }
}

/* ---- When nothing is left ---- */

static void load_with_little(void *unused)
{
    (void)unused;
    exam_report.out_space = paging_new_space();
    while (region_total(phys_vacant()) > exam_orders.leave * (uint64_t)PAGE_SIZE)
        if (!phys_alloc())
            return;
    exam_report.out_loaded = elf_load(exam_report.out_space, shown[0], &exam_orders.plan[0]);
    exam_report.out_done = true;
}

static void ask_for_more(void *unused)
{
    (void)unused;
    exam_report.out_space = paging_new_space();
    exam_report.out_mapped = paging_map(exam_report.space[1], EXAM_OUT_ADDRESS, exam_report.frame[0], PAGING_USER);
    exam_report.out_done = true;
}

noreturn void body_start(const struct boot_info *boot)
{
    exam_report.boot = boot;
    if (exam_orders.work & EXAM_MAP)
        exam_try(map_pages, NULL, &exam_report.map_fault);
    if (exam_orders.work & (EXAM_CHECK | EXAM_LOAD | EXAM_LOAD_OUT)) {
        show_files();
        each_file();
    }
    if (exam_orders.work & EXAM_LOAD_OUT)
        exam_try(load_with_little, NULL, &exam_report.out_fault);
    if (exam_orders.work & EXAM_MEMORY)
        take_memory();
    if (exam_orders.work & EXAM_OUT)
        exam_try(ask_for_more, NULL, &exam_report.out_fault);
    exam_done();
}

/*
 * The host lets not_implemented lead here where a test can be made before everything is written: with the memory map
 * read (task 2.4), pages can be taken, although the kernel has no tables of its own yet.
 */
noreturn void exam_unwritten(const char *title)
{
    exam_report.unwritten = title;
    if ((exam_orders.work & EXAM_MEMORY) && memcmp(title, "2.5", 3) >= 0)
        take_memory();
    exam_done();
}

/*
 * The same for a kernel that is all written and dies later, by a mistake in its page tables: the memory map is tried before they are
 * made. The boot tables let the kernel write to its text.
 */
noreturn void exam_first_page(void)
{
    memcpy((void *)phys_alloc, exam_orders.first_bytes, sizeof exam_orders.first_bytes);
    take_memory();
    exam_done();
}
