/*
 * What is always true between two calls and at every preemption point; for debug builds and tests.
 */
#include "spaces.h"

#ifdef CAIRN_CHECK

#include "panic.h"

static void check_page(const struct grant *head)
{
    const unsigned rights = grant_rights(head);
    const uint64_t *entry = table_entry(head->pd, head->place, head->order);

    if ((rights & MEMORY_WRITE) && (rights & MEMORY_EXECUTE))
        panic("check spaces: page %#lx is writable and executable", head->place);
    if (!entry || !(*entry & PTE_PRESENT) || (*entry & PTE_ADDRESS & ~(uint64_t)0) / PAGE_SIZE != (head->what & ~FRAME_DEVICE))
        panic("check spaces: page %#lx is not what its grants say", head->place);
    if (!(*entry & PTE_WRITE) != !(rights & MEMORY_WRITE) || !(*entry & PTE_NX) != !!(rights & MEMORY_EXECUTE))
        panic("check spaces: page %#lx does not allow what its grants allow", head->place);
    if (!(*entry & PTE_LARGE) != (head->order == 0))
        panic("check spaces: page %#lx has another size than its grants", head->place);
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

void check_spaces(void)
{
    for (const struct grant *g = all_grants.next; g != &all_grants; g = g->next)
        if (g->type != TYPE_OBJECT)
            check_place(g);
}

#else

void check_spaces(void)
{
}

#endif
