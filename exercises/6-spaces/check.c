/*
 * What is always true between two calls and at every preemption point; for debug builds and tests.
 */
#include "spaces.h"

#ifdef CAIRN_CHECK

#include "panic.h"

static void check_tree(const struct grant *g)
{
    const struct grant *p = g->parent;

    if (g->next->prev != g || g->prev->next != g)
        panic("check spaces: the list of grants is broken");
    if (g->depth > g->prev->depth + 1 || g->depth != (p ? p->depth + 1 : 1))
        panic("check spaces: a grant's depth does not fit its parent");
    if (!p)
        return;
    if (live_rights(g) & ~p->rights)
        panic("check spaces: a grant has rights that its parent lacks");
    if (g->frame < p->frame || g->frame + ORDER_PAGES(g->order) > p->frame + ORDER_PAGES(p->order))
        panic("check spaces: a grant's frame is not in its parent's");
}

static void check_page(const struct grant *head)
{
    const unsigned rights = place_rights(head);
    const uint64_t *entry = table_entry(head->pd, head->place, head->order);

    if ((rights & MEMORY_WRITE) && (rights & MEMORY_EXECUTE))
        panic("check spaces: page %#lx is writable and executable", head->place);
    if (!entry || !(*entry & PTE_PRESENT) || (*entry & PTE_ADDRESS & ~(uint64_t)0) / PAGE_SIZE != (head->frame & ~FRAME_DEVICE))
        panic("check spaces: page %#lx is not what its grants say", head->place);
    if (!(*entry & PTE_WRITE) != !(rights & MEMORY_WRITE) || !(*entry & PTE_NX) != !!(rights & MEMORY_EXECUTE))
        panic("check spaces: page %#lx does not allow what its grants allow", head->place);
    if (!(*entry & PTE_LARGE) != (head->order == 0))
        panic("check spaces: page %#lx has another size than its grants", head->place);
}

static void check_place(const struct grant *g)
{
    const struct grant *head = place_find(g->pd, g->type, g->place, g->order);
    const struct grant *h = head;

    while (h && h != g)
        h = h->younger;
    if (!h)
        panic("check spaces: a grant is not in its place");
    if (g->frame != head->frame)
        panic("check spaces: a place has grants of two frames");
    if (g->younger ? g->younger->older != g || g->younger->serial < g->serial : head->older != g)
        panic("check spaces: the grants of a place are not in order");
    if (g == head && g->type == TYPE_MEMORY)
        check_page(g);
}

void check_spaces(void)
{
    for (const struct grant *g = all_grants.next; g != &all_grants; g = g->next) {
        if (!g->rights)
            panic("check spaces: a grant without rights");
        check_tree(g);
        check_place(g);
    }
}

#else

void check_spaces(void)
{
}

#endif
