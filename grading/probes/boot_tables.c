/* Stage 2, page tables: walked by the host from CR3. What the kernel says about them is not asked.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "probes/boot_machines.h"
#include "probes/probes.h"
#include "x86/registers.h"

#define LOWER_HALF_END 0x00007fffffffffff
#define ALL            UINT64_MAX
#define DIRECT_PAGES   (PLAN_MEMORY / PAGE_LARGE)

/* What one look at all mappings has found. */
struct look {
    struct world *world;
    bool image[PLAN_LOADER / PAGE_SIZE]; /* pages of the image, from KERNEL_BASE */
    bool direct[DIRECT_PAGES];           /* large pages of the direct map */
};

static const char *rights_of(const struct x86_mapping *m)
{
    static const char *const text[] = {
        "r--", "rw-", "r-x", "rwx", "r-- for ring 3", "rw- for ring 3", "r-x for ring 3", "rwx for ring 3"
    };
    return text[m->writable + 2 * m->executable + 4 * m->user];
}

static void check_table(struct world *world, const struct x86_mapping *m)
{
    uint64_t page = m->entry_address / PAGE_SIZE;
    const char *owner = world_owner(world, page);

    if (owner && !(page >= world->kernel_first && page < world->kernel_end))
        session_fail(world->session, 0, "memory", "page tables lie in free memory, or in the image",
                     "one lies at 0x%" PRIx64 ": %s", page * PAGE_SIZE, owner);
}

static void check_image(struct look *look, const struct x86_mapping *m)
{
    const struct boot_image *image = &look->world->image;
    uint64_t at = m->virtual_address, end = at + m->size < image->end ? at + m->size : image->end;

    if (m->physical_address != m->virtual_address - KERNEL_BASE)
        session_fail(look->world->session, 0, "paging", "the image is mapped where it lies, KERNEL_BASE lower",
                     "0x%" PRIx64 " leads to 0x%" PRIx64, m->virtual_address, m->physical_address);
    for (; at < end; at += PAGE_SIZE) {
        if (at < image->start)
            continue;
        bool text = at < image->text_end, data = at >= image->rodata_end;
        if (m->writable != data || m->executable != text || m->user)
            session_fail(look->world->session, 0, "paging", "the image's text is r-x, its read-only data r--, all else rw-",
                         "the page at 0x%" PRIx64 " is %s (kernel_text_end 0x%" PRIx64 ", kernel_rodata_end 0x%" PRIx64 ")", at,
                         rights_of(m), image->text_end, image->rodata_end);
        look->image[(at - KERNEL_BASE) / PAGE_SIZE] = true;
    }
}

static void check_direct(struct look *look, const struct x86_mapping *m)
{
    /* First, because an entry without PTE_LARGE leads to a table of rubbish, whose addresses and rights say nothing. */
    if (m->size < PAGE_LARGE)
        session_fail(look->world->session, 0, "paging", "the direct map is made of large pages",
                     "at 0x%" PRIx64 " are small ones, or an entry without PTE_LARGE", m->virtual_address);
    if (m->physical_address != m->virtual_address - DIRECT_BASE)
        session_fail(look->world->session, 0, "paging", "the direct map shows each physical address DIRECT_BASE higher",
                     "0x%" PRIx64 " leads to 0x%" PRIx64, m->virtual_address, m->physical_address);
    if (!m->writable || m->executable || m->user)
        session_fail(look->world->session, 0, "paging",
                     "the direct map can be read and written, by ring 0 only, and not executed", "at 0x%" PRIx64 " it is %s",
                     m->virtual_address, rights_of(m));
    for (uint64_t at = m->physical_address; at < m->physical_address + m->size && at < PLAN_MEMORY; at += PAGE_LARGE)
        look->direct[at / PAGE_LARGE] = true;
}

static bool visit(void *context, const struct x86_mapping *m)
{
    struct look *look = context;
    const struct boot_image *image = &look->world->image;
    uint64_t at = m->virtual_address;

    check_table(look->world, m);
    if (at <= LOWER_HALF_END)
        session_fail(look->world->session, 0, "paging",
                     "nothing is mapped in the user half, and the boot tables' first window is gone",
                     "0x%" PRIx64 " leads to 0x%" PRIx64, at, m->physical_address);
    else if (at + m->size > image->start && at < image->end)
        check_image(look, m);
    else if (at >= DIRECT_BASE && at < KERNEL_BASE)
        check_direct(look, m);
    else if ((m->writable && m->executable) || m->user)
        session_fail(look->world->session, 0, "paging",
                     "no page is writable and executable, and none of the kernel's half is ring 3's",
                     "the page at 0x%" PRIx64 " is %s", at, rights_of(m));
    return !session_decided(look->world->session);
}

static void check_whole(struct look *look)
{
    struct world *world = look->world;

    for (uint32_t p = world->kernel_first; p < world->kernel_end; p++)
        if (!look->image[p])
            session_fail(world->session, 0, "paging", "every page of the image is mapped", "the one at 0x%" PRIx64 " is not",
                         KERNEL_BASE + (uint64_t)p * PAGE_SIZE);
    for (uint64_t at = 0; at < world_memory_end(world); at += PAGE_LARGE)
        if (!look->direct[at / PAGE_LARGE])
            session_fail(world->session, 0, "paging", "the direct map shows all memory that is usable or in use, modules too",
                         "0x%" PRIx64 " is missing; the last byte that counts is at 0x%" PRIx64, at, world_memory_end(world) - 1);
}

static void look_at(struct look *look, uint64_t space)
{
    struct x86_memory memory = machine_memory(look->world->session->machine);
    struct status status = x86_each_mapping(&memory, space, 0, ALL, visit, look);

    if (status.code != STATUS_OK)
        session_fail(look->world->session, 0, "paging", "page tables lie in memory", "%.200s", status.message);
    check_whole(look);
}

static void check_cr3(struct session *session)
{
    const struct x86_registers *r = &session->outcome.registers;
    uint64_t space = 0;

    if (!(r->efer & EFER_NXE))
        session_fail(session, 0, "paging", "EFER.NXE is set before an entry with no-execute is used", "EFER is 0x%" PRIx64,
                     r->efer);
    if (session_read(session, session_kernel(session, "kernel_space"), &space, sizeof space) && space != (r->cr3 & PTE_ADDRESS))
        session_fail(session, 0, "paging", "kernel_main runs in the address space kernel_space",
                     "CR3 is 0x%" PRIx64 ", kernel_space 0x%" PRIx64, r->cr3, space);
}

/*
 * The kernel died on its way to kernel_main. With tables of its own in use they are looked at: when they are right, it was something
 * that had been there before, and they do not show.
 */
static void explain_death(struct look *look)
{
    struct session *session = look->world->session;
    const struct machine_outcome *o = &session->outcome;
    uint64_t page = (o->registers.cr3 & PTE_ADDRESS) / PAGE_SIZE;
    const char *family = "paging", *expected = "the kernel changes to page tables of its own and goes on";

    if (o->inspectable && o->kind == MACHINE_SHUTDOWN && (page < look->world->kernel_first || page >= look->world->kernel_end)) {
        look_at(look, o->registers.cr3);
        family = "start";
        expected = "the kernel goes on without the identity map and without what the loader left";
    }
    world_explain(look->world, family, expected);
}

void probe_boot_tables(struct session *session)
{
    struct world world;
    struct look *look = calloc(1, sizeof *look);

    if (look && world_open(&world, session)) {
        machine_modules_scattered(&world);
        look->world = &world;
        if (world_boot(&world, session_kernel(session, "kernel_main"))) {
            check_cr3(session);
            look_at(look, session->outcome.registers.cr3);
        } else {
            explain_death(look);
        }
        world_close(&world);
    }
    free(look);
}

/* ---- Spaces and single pages ---- */

#define KERNEL_PAGE 0xffffffffd0000000 /* of nobody's, in the kernel's half */

struct wish {
    struct exam_map map;
    bool granted;
};

static unsigned add_wish(struct world *world, struct wish *wish, uint32_t space, uint64_t virt, uint32_t rights, bool granted)
{
    unsigned i = world->orders.map_count++;
    wish[i] = (struct wish){ { space, rights, virt }, granted };
    world->orders.map[i] = wish[i].map;
    return i;
}

static uint64_t user_page(struct world *world, uint64_t base)
{
    return base + session_draw_below(world->session, 0x100) * PAGE_SIZE;
}

static void make_wishes(struct world *world, struct wish *wish)
{
    const uint64_t page = user_page(world, 0x400000), far = user_page(world, 0x123456000000);

    add_wish(world, wish, 1, page, PAGING_USER, true);
    add_wish(world, wish, 1, page + 0x100000, PAGING_USER | PAGING_WRITE, true);
    add_wish(world, wish, 1, page + 0x200000, PAGING_USER | PAGING_EXECUTE, true);
    add_wish(world, wish, 1, page + 0x300000, PAGING_USER | PAGING_WRITE | PAGING_DEVICE, true);
    add_wish(world, wish, 1, page + 0x400000, PAGING_WRITE, true);
    add_wish(world, wish, 1, page + 0x500000, PAGING_USER | PAGING_WRITE | PAGING_EXECUTE, false);
    add_wish(world, wish, 1, page, PAGING_USER | PAGING_WRITE, false); /* mapped already */
    add_wish(world, wish, 2, page, PAGING_USER | PAGING_WRITE, true);  /* another space's */
    add_wish(world, wish, 2, far, PAGING_USER | PAGING_EXECUTE, true);
    add_wish(world, wish, 2, USER_END - PAGE_SIZE, PAGING_USER, true);
    add_wish(world, wish, 1, PAGE_SIZE, PAGING_USER, true);
    add_wish(world, wish, 0, user_page(world, KERNEL_PAGE), PAGING_WRITE, true); /* after the spaces were made, and theirs too */
    add_wish(world, wish, 0, user_page(world, KERNEL_PAGE + 0x200000), PAGING_EXECUTE, true);
    add_wish(world, wish, 0, user_page(world, KERNEL_PAGE + 0x400000), 0, true);
}

static void check_mapping(struct session *session, const struct exam_map *wish, uint64_t frame, const struct x86_mapping *m)
{
    bool write = wish->rights & PAGING_WRITE, execute = wish->rights & PAGING_EXECUTE, user = wish->rights & PAGING_USER;

    if (!m->present || m->physical_address != frame || m->size != PAGE_SIZE)
        session_fail(session, 0, "paging", "paging_map maps the page to the frame it is given",
                     "0x%" PRIx64 " leads %s0x%" PRIx64 " instead of to 0x%" PRIx64, wish->virt,
                     m->present ? "to " : "nowhere; entry ", m->present ? m->physical_address : m->entry, frame);
    else if (m->reserved)
        session_fail(session, 0, "paging", "no reserved bit is set", "the entry of 0x%" PRIx64 " is 0x%" PRIx64, wish->virt,
                     m->entry);
    else if (m->writable != write || m->executable != execute || m->user != user)
        session_fail(session, 0, "paging", "a page has the rights that were asked for, and no others",
                     "the one at 0x%" PRIx64 ", asked for %s%s, is %s%s", wish->virt,
                     write     ? "rw-"
                     : execute ? "r-x"
                               : "r--",
                     user ? " for ring 3" : "", rights_of(m), m->user ? "" : " for ring 0 only");
    else if (m->global && wish->virt < USER_END)
        session_fail(session, 0, "paging", "a page of a program is not global: the next program would see it",
                     "the entry of 0x%" PRIx64 " is 0x%" PRIx64, wish->virt, m->entry);
    else if (!(m->entry & PTE_UNCACHED) != !(wish->rights & PAGING_DEVICE))
        session_fail(session, 0, "paging", "pages of devices are not cached, and others are",
                     "the entry of 0x%" PRIx64 " is 0x%" PRIx64, wish->virt, m->entry);
}

static void check_wish(struct session *session, const struct wish *wish, const struct exam_report *report, unsigned i)
{
    struct x86_memory memory = machine_memory(session->machine);
    struct x86_mapping m;

    if (report->mapped[i] != wish->granted)
        session_fail(session, 0, "paging",
                     wish->granted ? "paging_map maps a free page"
                                   : "paging_map refuses a mapped page, and write together with execute",
                     "for 0x%" PRIx64 " with rights 0x%x it returned %s", wish->map.virt, wish->map.rights,
                     report->mapped[i] ? "true" : "false");
    for (unsigned space = wish->map.space; space < EXAM_SPACES && wish->granted && !session_decided(session); space++) {
        if (x86_walk(&memory, report->space[space], wish->map.virt, &m).code != STATUS_OK)
            session_fail(session, 0, "paging", "page tables lie in memory", "those for 0x%" PRIx64 " do not", wish->map.virt);
        else if (wish->map.virt >= DIRECT_BASE || space == wish->map.space)
            check_mapping(session, &wish->map, report->frame[i], &m);
    }
}

struct count {
    unsigned pages;
    uint64_t last;
};

static bool count_page(void *context, const struct x86_mapping *m)
{
    struct count *count = context;
    count->pages++;
    count->last = m->virtual_address;
    return true;
}

/* The user half has what was asked for and nothing else; the kernel's half is that of the kernel's own space. */
static void check_space(struct session *session, const struct wish *wish, unsigned wishes, const struct exam_report *report,
                        unsigned index)
{
    struct x86_memory memory = machine_memory(session->machine);
    struct count count = { 0 };
    unsigned wanted = 0;

    for (unsigned i = 0; i < wishes; i++)
        wanted += wish[i].granted && wish[i].map.space == index;
    if (!report->space[index] || report->space[index] == report->space[0]) {
        session_fail(session, 0, "paging", "paging_new_space makes a space of its own", "it returned 0x%" PRIx64,
                     report->space[index]);
        return;
    }
    if (x86_each_mapping(&memory, report->space[index], 0, LOWER_HALF_END, count_page, &count).code != STATUS_OK ||
        count.pages != wanted)
        session_fail(session, 0, "paging", "a new space's user half is empty but for what was mapped there",
                     "it has %u pages instead of %u, the last at 0x%" PRIx64, count.pages, wanted, count.last);
}

static void check_kernel_half(struct world *world, const struct exam_report *report, unsigned index)
{
    struct look *look = calloc(1, sizeof *look);
    struct x86_memory memory = machine_memory(world->session->machine);

    if (look) {
        look->world = world;
        x86_each_mapping(&memory, report->space[index], DIRECT_BASE, ALL, visit, look);
        check_whole(look);
    }
    free(look);
}

static void check_out(struct session *session, const struct exam_report *report)
{
    struct x86_memory memory = machine_memory(session->machine);
    struct x86_mapping m;

    if (report->out_fault.vector)
        session_fail(session, report->out_fault.rip, "paging", "without memory, paging_map and paging_new_space say so",
                     "one of them raised exception %" PRIu64 ", with address 0x%" PRIx64, report->out_fault.vector,
                     report->out_fault.address);
    if (report->out_space)
        session_fail(session, 0, "paging", "without memory paging_new_space returns 0", "it returned 0x%" PRIx64,
                     report->out_space);
    if (report->out_mapped)
        session_fail(session, 0, "paging", "without memory for a table paging_map returns false", "it returned true");
    if (x86_walk(&memory, report->space[1], EXAM_OUT_ADDRESS, &m).code == STATUS_OK && m.present)
        session_fail(session, 0, "paging", "when paging_map returns false nothing is mapped", "0x%" PRIx64 " leads to 0x%" PRIx64,
                     EXAM_OUT_ADDRESS, m.physical_address);
}

static void check_spaces(struct world *world, const struct wish *wish, const struct exam_report *report)
{
    struct session *session = world->session;

    if (report->map_fault.vector)
        session_fail(session, report->map_fault.rip, "paging", "paging_new_space and paging_map do what they are asked for",
                     "exception %" PRIu64 " in one of them, with address 0x%" PRIx64, report->map_fault.vector,
                     report->map_fault.address);
    if (report->direct_size % PAGE_LARGE || report->direct_size < world_memory_end(world))
        session_fail(session, 0, "memory", "direct_size is the end of all memory that is usable or in use, in whole large pages",
                     "it is 0x%" PRIx64 ", and memory ends at 0x%" PRIx64, report->direct_size, world_memory_end(world));
    for (unsigned i = 0; i < world->orders.map_count && !session_decided(session); i++)
        check_wish(session, &wish[i], report, i);
    for (unsigned i = 1; i < EXAM_SPACES && !session_decided(session); i++) {
        check_space(session, wish, world->orders.map_count, report, i);
        if (!session_decided(session))
            check_kernel_half(world, report, i);
    }
    check_out(session, report);
}

void probe_boot_spaces(struct session *session)
{
    struct world world;
    struct wish wish[EXAM_MAPS];
    struct exam_report *report = NULL;

    if (world_open(&world, session)) {
        machine_modules_scattered(&world);
        make_wishes(&world, wish);
        world.orders.work = EXAM_MAP | EXAM_MEMORY | EXAM_OUT;
        if (world_boot(&world, 0) && session->outcome.address == session_kernel(session, "exam_done"))
            report = world_report(&world);
        else
            world_explain(&world, "paging", "the kernel makes address spaces and maps pages in them");
        if (report)
            check_spaces(&world, wish, report);
    }
    free(report);
    world_close(&world);
}
