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
    /* Answer 6.3 (place 2 of 3) goes here: the source of a grant */
    not_implemented("6.3 the source of a grant");
}

RARE struct grant *ports_source(const struct pd *pd, uint64_t base, unsigned order, unsigned rights)
{
    /* Answer 6.3 (place 3 of 3) goes here: the source of a grant */
    not_implemented("6.3 the source of a grant");
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
    /* Answer 6.2 (place 1 of 2) goes here: what the processor sees of a place */
    not_implemented("6.2 what the processor sees of a place");
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
    /* Answer 6.4 (place 2 of 4) goes here: grants in places */
    (void)page_begin, (void)page_show; not_implemented("6.4 grants in places");
}

static RARE void run_give(struct pd *pd, const struct offer *o)
{
    /* Answer 6.4 (place 3 of 4) goes here: grants in places */
    not_implemented("6.4 grants in places");
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
    /* Answer 6.4 (place 4 of 4) goes here: grants in places */
    (void)index_pass, (void)page_end; not_implemented("6.4 grants in places");
}

/* ---- In order ------------------------------------------------------------------------------------------------------- */

static struct grant *next_page(struct places *p)
{
    /* Answer 6.7 (place 1 of 2) goes here: the places of a range */
    not_implemented("6.7 the places of a range");
}

static struct grant *next_run(struct places *p)
{
    /* Answer 6.7 (place 2 of 2) goes here: the places of a range */
    not_implemented("6.7 the places of a range");
}

struct grant *space_next(struct places *p)
{
    return p->type == TYPE_MEMORY ? next_page(p) : next_run(p);
}
