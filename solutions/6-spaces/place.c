/*
 * Places and the grants in them. What the processor sees of a place is computed here and nowhere else.
 */
#include "spaces.h"

#include "panic.h"

/* ---- Index ---------------------------------------------------------------------------------------------------------- */

/*
 * Pages that are used together are neighbours, with the same first bits; multiplied by an odd number they spread, and stay
 * different (Knuth, vol. 3, §6.4: multiplicative hashing with the golden ratio). Their order is lost: pages in order are
 * found in the tables.
 */
static inline uint64_t page_key(uint64_t page)
{
    return page * 0x9e3779b97f4a7c15;
}

/* Runs of ports are also looked for in order, so their positions are keys, with their first bit first. */
static inline uint64_t ports_key(uint64_t position)
{
    return position << (64 - PORTS_POSITION_BITS);
}

static inline uint64_t key_of(enum cap_type type, uint64_t base, unsigned order)
{
    return type == TYPE_MEMORY ? page_key(base) : ports_key(ports_position(base, order));
}

static inline struct digital_node **index_of(const struct pd *pd, enum cap_type type)
{
    return type == TYPE_MEMORY ? &spaces_of(pd)->pages : &spaces_of(pd)->ports;
}

struct grant *space_grants(const struct pd *pd, enum cap_type type, uint64_t base, unsigned order)
{
    struct grant *g = (struct grant *)digital_find(*index_of(pd, type), key_of(type, base, order));

    return g && g->order == order ? g : NULL;
}

struct grant *ports_next(const struct pd *pd, uint64_t position)
{
    if (position >> PORTS_POSITION_BITS)
        return NULL;
    return (struct grant *)digital_next(spaces_of(pd)->ports, ports_key(position));
}

/* ---- Sources -------------------------------------------------------------------------------------------------------- */

/* Of the place that a page is or lies in. */
static struct grant *page_grants(const struct pd *pd, uint64_t page)
{
    struct grant *head = space_grants(pd, TYPE_MEMORY, page, 0);

    return head ? head : space_grants(pd, TYPE_MEMORY, page & -ORDER_PAGES(LARGE_ORDER), LARGE_ORDER);
}

struct grant *page_source(const struct pd *pd, uint64_t page, unsigned rights, bool large)
{
    //! answer 6.3 begin
    struct grant *head = large ? space_grants(pd, TYPE_MEMORY, page, LARGE_ORDER) : page_grants(pd, page); //! skeleton: not_implemented("6.3 the source of a grant");

    return grant_source(head, rights);
    //! answer 6.3 end
}

struct grant *ports_source(const struct pd *pd, uint64_t base, unsigned order, unsigned rights)
{
    //! answer 6.3 begin
    struct grant *oldest = NULL; //! skeleton: not_implemented("6.3 the source of a grant");

    for (unsigned o = order; o <= 16; o++) {
        struct grant *g = grant_source(space_grants(pd, TYPE_PORTS, base & ~(ORDER_PAGES(o) - 1), o), rights);
        if (g && (!oldest || g->serial < oldest->serial))
            oldest = g;
    }
    return oldest;
    //! answer 6.3 end
}

/* ---- What PD_LOOKUP tells ------------------------------------------------------------------------------------------- */

static uint64_t describe_page(const struct pd *pd, uint64_t page)
{
    const struct grant *head = page_grants(pd, page);

    return head ? grant_rights(head) | (uint64_t)head->order << 8 : 0;
}

uint64_t space_describe(const struct pd *pd, enum cap_type type, uint64_t place)
{
    if (place >= (type == TYPE_MEMORY ? SPACE_PAGES : SPACE_PORTS))
        return 0;
    if (type == TYPE_MEMORY)
        return describe_page(pd, place);
    return ports_source(pd, place, 0, PORTS_ACCESS) ? PORTS_ACCESS : 0;
}

/* ---- What the processor sees ---------------------------------------------------------------------------------------- */

static uint64_t page_entry(const struct grant *head, unsigned rights)
{
    //! answer 6.2 begin
    uint64_t entry = (head->what & ~FRAME_DEVICE) * PAGE_SIZE | PTE_PRESENT | PTE_USER; //! skeleton: not_implemented("6.2 what the processor sees of a place");

    entry |= rights & MEMORY_WRITE ? PTE_WRITE : 0;
    entry |= rights & MEMORY_EXECUTE ? 0 : PTE_NX;
    entry |= head->what & FRAME_DEVICE ? PTE_UNCACHED : 0;
    entry |= head->order == LARGE_ORDER ? PTE_LARGE : 0;
    return entry;
    //! answer 6.2 end
}

/* Where a large place begins an empty table may stand. It has been paid for and is used again when the place ends. */
static void large_begin(struct grant *head, uint64_t *entry)
{
    if (*entry & PTE_PRESENT) {
        head->table = phys_to_virt(*entry & PTE_ADDRESS);
        *entry = 0;
        tlb_flush(head->pd, head->place);
    }
}

static void page_begin(struct grant *head)
{
    uint64_t *entry = table_make(head->pd, head->place, head->order);

    if (head->order == LARGE_ORDER)
        large_begin(head, entry);
}

static void page_end(const struct grant *last)
{
    table_set(last->pd, last->place, last->order, 0);
    if (last->table)
        *table_entry(last->pd, last->place, last->order) =
            ((uint64_t)last->table - DIRECT_BASE) | PTE_PRESENT | PTE_WRITE | PTE_USER;
}

static inline void page_show(struct grant *was, struct grant *now, struct grant *grant)
{
    if (!was)
        page_begin(now);
    if (now)
        table_set(now->pd, now->place, now->order, page_entry(now, grant_rights(now)));
    else
        page_end(grant);
}

/* The oldest grant of a place stands in the index, and has the place's table. */
static inline void index_change(struct grant *was, struct grant *now, enum cap_type type)
{
    struct grant *any = now ? now : was;
    struct digital_node **index = index_of(any->pd, type);

    if (!was) {
        now->node.key = key_of(type, now->place, now->order);
        digital_insert(index, &now->node);
    } else if (!now) {
        digital_remove(index, &was->node);
    } else if (was != now) {
        now->node.key = was->node.key;
        now->table = was->table;
        digital_replace(index, &was->node, &now->node);
    }
}

void space_changed(struct grant *was, struct grant *now, struct grant *grant)
{
    //! answer 6.4 begin
    index_change(was, now, grant->type); //! skeleton: (void)index_change, (void)page_show; not_implemented("6.4 grants in places");
    if (grant->type == TYPE_MEMORY)
        page_show(was, now, grant);
    else if (grant->rights)
        ports_open(grant->pd, grant->place, grant->order);
    else
        ports_closing(grant->pd, grant->place, grant->order);
    //! answer 6.4 end
}

/* ---- In order ------------------------------------------------------------------------------------------------------- */

static struct grant *next_page(struct places *p)
{
    //! answer 6.7 begin
    uint64_t page = p->base + p->cursor; //! skeleton: not_implemented("6.7 the places of a range");
    unsigned order;

    if (!table_next(p->pd, &page, p->end, &order)) {
        p->cursor = page - p->base;
        p->done = page >= p->end;
        return NULL;
    }
    page &= -ORDER_PAGES(order);
    p->cursor = page + ORDER_PAGES(order) - p->base;
    return space_grants(p->pd, TYPE_MEMORY, page, order);
    //! answer 6.7 end
}

static struct grant *next_run(struct places *p)
{
    //! answer 6.7 begin
    if (p->outer > p->order) { //! skeleton: not_implemented("6.7 the places of a range");
        const unsigned order = p->outer--;
        return space_grants(p->pd, TYPE_PORTS, p->base & -ORDER_PAGES(order), order);
    }
    const uint64_t first = ports_position(p->base, p->order);
    struct grant *g = ports_next(p->pd, first + p->cursor);
    if (!g || g->place >= p->end) {
        p->done = true;
        return NULL;
    }
    p->cursor = ports_position(g->place, g->order) + 1 - first;
    return g;
    //! answer 6.7 end
}

struct grant *space_next(struct places *p)
{
    return p->type == TYPE_MEMORY ? next_page(p) : next_run(p);
}
