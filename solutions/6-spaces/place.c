/*
 * Places and the grants in them. What the processor sees of a place is computed here and nowhere else.
 */
#include "spaces.h"

#include "contract/2-boot.h"
#include "panic.h"
#include "path.h"

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

/* Of pages there are many indexes, one for all that have the same last bits, so that neighbours are in different ones. */
static inline struct digital_node **index_of(const struct pd *pd, enum cap_type type, uint64_t base)
{
    if (type == TYPE_MEMORY)
        return (struct digital_node **)&pd->pages[base % PAGE_BUCKETS];
    return &spaces_of(pd)->ports;
}

struct grant *space_grants(const struct pd *pd, enum cap_type type, uint64_t base, unsigned order)
{
    if (type == TYPE_MEMORY && pd->space == kernel_space) /* nothing has been mapped, and there is no index */
        return NULL;
    struct grant *g = (struct grant *)digital_find(*index_of(pd, type, base), key_of(type, base, order));

    return g && g->order == order ? g : NULL;
}

struct grant *ports_next(const struct pd *pd, uint64_t position)
{
    if (position >> PORTS_POSITION_BITS)
        return NULL;
    return (struct grant *)digital_next(spaces_of(pd)->ports, ports_key(position));
}

/* The oldest grant of a place stands in the index. */
static inline void index_add(struct grant *head)
{
    head->node.key = key_of(head->type, head->place, head->order);
    digital_insert(index_of(head->pd, head->type, head->place), &head->node);
}

/* The next one stands there now, with the place's table; or nobody. */
static inline void index_pass(struct grant *was, struct grant *now)
{
    struct digital_node **index = index_of(was->pd, was->type, was->place);

    if (!now) {
        digital_remove(index, &was->node);
        return;
    }
    now->node.key = was->node.key;
    now->table = was->table;
    digital_replace(index, &was->node, &now->node);
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

RARE struct grant *ports_source(const struct pd *pd, uint64_t base, unsigned order, unsigned rights)
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

uint64_t space_describe(const struct pd *pd, enum cap_type type, uint64_t place)
{
    if (type == TYPE_PORTS)
        return ports_source(pd, place, 0, PORTS_ACCESS) ? PORTS_ACCESS : 0;
    const struct grant *head = page_grants(pd, place);

    return head ? grant_rights(head) | (uint64_t)head->order << 8 : 0;
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

static void page_show(uint64_t *directory, const struct grant *head)
{
    table_set(head->pd, directory, head->place, head->order, page_entry(head, grant_rights(head)));
}

/* Where a large place begins an empty table may stand. It has been paid for and is used again when the place ends. */
static inline void page_begin(struct grant *head, uint64_t *leaf)
{
    index_add(head);
    if (!(*leaf & PTE_PRESENT))
        return;
    head->table = phys_to_virt(*leaf & PTE_ADDRESS);
    *leaf = 0;
    tlb_flush(head->pd, head->place);
}

static inline void page_give(struct pd *pd, const struct offer *o)
{
    //! answer 6.4 begin
    uint64_t *directory = table_make(pd, o->place, o->order); //! skeleton: (void)page_begin, (void)page_show; not_implemented("6.4 grants in places");
    uint64_t *leaf = table_leaf(directory, o->place, o->order);
    struct grant *was = *leaf & PTE_PRESENT ? space_grants(pd, TYPE_MEMORY, o->place, o->order) : NULL, *now = was;

    grant_give(pd, &now, o);
    if (!was)
        page_begin(now, leaf);
    page_show(directory, now);
    //! answer 6.4 end
}

static RARE void run_give(struct pd *pd, const struct offer *o)
{
    //! answer 6.4 begin
    struct grant *was = space_grants(pd, TYPE_PORTS, o->place, o->order), *now = was; //! skeleton: not_implemented("6.4 grants in places");

    grant_give(pd, &now, o);
    if (!was)
        index_add(now);
    ports_changed(pd);
    //! answer 6.4 end
}

void place_give(struct pd *pd, const struct offer *o)
{
    if (o->type == TYPE_MEMORY)
        page_give(pd, o);
    else
        run_give(pd, o);
}

/* The last grant of a page has gone. */
static void page_end(const struct grant *last, uint64_t *directory)
{
    table_set(last->pd, directory, last->place, last->order, 0);
    if (last->table)
        *directory = ((uint64_t)last->table - DIRECT_BASE) | PTE_PRESENT | PTE_WRITE | PTE_USER;
}

void space_changed(struct grant *was, struct grant *now, struct grant *grant)
{
    //! answer 6.4 begin
    struct pd *pd = grant->pd; //! skeleton: (void)index_pass, (void)page_end; not_implemented("6.4 grants in places");

    if (was != now)
        index_pass(was, now);
    if (grant->type == TYPE_PORTS)
        ports_changed(pd);
    else if (now)
        page_show(table_directory(pd, grant->place), now);
    else
        page_end(grant, table_directory(pd, grant->place));
    //! answer 6.4 end
}

/* ---- In order ------------------------------------------------------------------------------------------------------- */

static struct grant *next_page(struct places *p)
{
    //! answer 6.7 begin
    uint64_t page = p->base + p->cursor; //! skeleton: not_implemented("6.7 the places of a range");
    unsigned order;

    if (!p->order) { /* one page needs no search */
        p->done = true;
        return page_grants(p->pd, page);
    }
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
