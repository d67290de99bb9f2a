/*
 * What is always true between two calls and at every preemption point; for debug builds and tests. Both ways: the pages are what
 * the grants say, and there are no others.
 */
#include "spaces.h"

#ifdef CAIRN_CHECK

#include "contract/2-boot.h"
#include "frames.h"
#include "panic.h"

/* ---- From grants to pages ------------------------------------------------------------------------------------------- */

static void check_page(const struct grant *head)
{
    const unsigned rights = grant_rights(head);
    const uint64_t *entry = table_entry(head->pd, head->place, head->order);

    if ((rights & MEMORY_WRITE) && (rights & MEMORY_EXECUTE))
        panic("check spaces: page 0x%lx is writable and executable", head->place);
    if (!entry || !(*entry & PTE_PRESENT) || (*entry & PTE_ADDRESS & ~(uint64_t)0) / PAGE_SIZE != (head->what & ~FRAME_DEVICE))
        panic("check spaces: page 0x%lx is not what its grants say", head->place);
    if (!(*entry & PTE_WRITE) != !(rights & MEMORY_WRITE) || !(*entry & PTE_NX) != !!(rights & MEMORY_EXECUTE))
        panic("check spaces: page 0x%lx does not allow what its grants allow", head->place);
    if (!(*entry & PTE_LARGE) != (head->order == 0))
        panic("check spaces: page 0x%lx has another size than its grants", head->place);
}

static void check_place(const struct grant *g)
{
    const struct grant *head = space_grants(g->pd, g->type, g->place, g->order);
    const struct grant *h = head;

    while (h && h != g)
        h = h->younger;
    if (!h)
        panic("check spaces: a grant is not in its place");
    if (g->what != head->what)
        panic("check spaces: a place has grants of two frames");
    if (g == head && g->type == TYPE_MEMORY)
        check_page(g);
}

/* ---- From pages to grants ------------------------------------------------------------------------------------------- */

static bool is_utcb(const struct pd *pd, uint64_t frame, uint64_t page)
{
    const struct ec *ec = pd->ecs;

    while (ec && ec->ipc.utcb_page != page * PAGE_SIZE)
        ec = ec->ipc.next;
    return ec && (uint64_t)ec->ipc.utcb - DIRECT_BASE == frame;
}

/*
 * What a page with a grant is has been looked at above. The first PD also has what it was loaded with, in frames of which nobody
 * has a grant.
 */
static bool is_known(const struct pd *pd, uint64_t frame, uint64_t page, unsigned order)
{
    const struct grant *head = space_grants(pd, TYPE_MEMORY, page, order);

    if (head)
        return head->pd == pd && head->place == page;
    return is_utcb(pd, frame, page) || (!pd->object.payer && frames_excluded(frame, ORDER_PAGES(order) * PAGE_SIZE));
}

static void check_table(const struct pd *pd, const uint64_t *table, unsigned level, uint64_t base)
{
    const unsigned slots = level == 3 ? PAGING_KERNEL_SLOT : PAGING_ENTRIES;

    for (unsigned i = 0; i < slots; i++) {
        if (!(table[i] & PTE_PRESENT))
            continue;
        const uint64_t page = base + i * ORDER_PAGES(9 * level), frame = table[i] & PTE_ADDRESS;
        if (level && !(table[i] & PTE_LARGE))
            check_table(pd, phys_to_virt(frame), level - 1, page);
        else if (!is_known(pd, frame, page, 9 * level))
            panic("check spaces: page 0x%lx is mapped, and nobody has granted it", page);
    }
}

static void check_pd(const struct pd *pd)
{
    if (pd->space != kernel_space) /* where nothing of a program's is */
        check_table(pd, phys_to_virt(pd->space), 3, 0);
    for (const struct object *o = pd->paid; o; o = o->next)
        if (o->type == TYPE_PD)
            check_pd((const struct pd *)o);
}

/* Every PD is paid by one that is paid by ... the first. */
void check_spaces(void)
{
    const struct pd *pd = this_cpu()->current->ipc.pd;

    for (const struct grant *g = all_grants.next; g != &all_grants; g = g->next)
        if (g->type != TYPE_OBJECT)
            check_place(g);
    while (pd && pd->object.payer)
        pd = pd->object.payer;
    if (pd)
        check_pd(pd);
}

#else

void check_spaces(void)
{
}

#endif
