/*
 * Places and the grants in them. What the processor sees of a place is computed here and nowhere else.
 */
#include "spaces.h"

#include "panic.h"
#include "trace.h"

struct grant all_grants = {.next = &all_grants, .prev = &all_grants};

uint64_t next_serial;

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

struct grant *place_find(const struct pd *pd, enum cap_type type, uint64_t base, unsigned order)
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

static inline struct grant *oldest_with(struct grant *head, unsigned rights)
{
    while (head && rights & ~live_rights(head))
        head = head->younger;
    return head;
}

struct grant *page_source(const struct pd *pd, uint64_t page, unsigned rights, bool large)
{
    /* Answer 6.3 (place 2 of 3) goes here: the source of a grant */
    not_implemented("6.3 the source of a grant");
}

struct grant *ports_source(const struct pd *pd, uint64_t base, unsigned order, unsigned rights)
{
    /* Answer 6.3 (place 3 of 3) goes here: the source of a grant */
    not_implemented("6.3 the source of a grant");
}

struct grant *place_derived(struct grant *head, const struct grant *parent)
{
    while (head && head->parent != parent)
        head = head->younger;
    return head;
}

unsigned place_rights(const struct grant *head)
{
    unsigned rights = 0;

    for (; head; head = head->younger)
        rights |= head->rights;
    return rights;
}

/* ---- What PD_LOOKUP tells ------------------------------------------------------------------------------------------- */

static uint64_t describe_page(const struct pd *pd, uint64_t page)
{
    const struct grant *head = place_find(pd, TYPE_MEMORY, page, 0);

    if (!head)
        head = place_find(pd, TYPE_MEMORY, page & ~(ORDER_PAGES(LARGE_ORDER) - 1), LARGE_ORDER);
    return head ? place_rights(head) | (uint64_t)head->order << 8 : 0;
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
    /* Answer 6.2 (place 1 of 2) goes here: what the processor sees of a place */
    not_implemented("6.2 what the processor sees of a place");
}

static inline void page_show(struct grant *head)
{
    table_set(head->pd, head->place, head->order, page_entry(head, place_rights(head)));
}

/* Where a large place begins an empty table may stand. It has been paid for and is used again when the place ends. */
static void large_begin(struct grant *head)
{
    uint64_t *entry = table_entry(head->pd, head->place, LARGE_ORDER);

    if (*entry & PTE_PRESENT) {
        head->table = phys_to_virt(*entry & PTE_ADDRESS);
        *entry = 0;
        tlb_flush(head->pd, head->place);
    }
}

static inline void page_end(struct grant *last)
{
    table_set(last->pd, last->place, last->order, 0);
    if (last->table)
        *table_entry(last->pd, last->place, last->order) =
            ((uint64_t)last->table - DIRECT_BASE) | PTE_PRESENT | PTE_WRITE | PTE_USER;
}

/* ---- Making and taking ---------------------------------------------------------------------------------------------- */

static void link_behind(struct grant *g, struct grant *before)
{
    g->prev = before;
    g->next = before->next;
    before->next->prev = g;
    before->next = g;
}

static inline void place_join(struct grant *head, struct grant *g)
{
    g->older = head->older;
    head->older->younger = g;
    head->older = g;
}

static inline void place_open(struct grant *g)
{
    g->older = g;
    digital_insert(index_of(g->pd, g->type), &g->node);
    if (g->type == TYPE_MEMORY && g->order == LARGE_ORDER)
        large_begin(g);
}

static inline struct grant *grant_new(struct pd *pd, const struct offer *o)
{
    struct grant *g = cell_alloc(pd);

    g->node.key = key_of(o->type, o->place, o->order);
    g->pd = pd;
    g->place = o->place;
    g->frame = o->frame;
    g->parent = o->parent;
    g->serial = next_serial++;
    g->depth = o->parent ? o->parent->depth + 1 : 1;
    g->type = o->type;
    g->order = o->order;
    link_behind(g, o->parent ? o->parent : &all_grants);
    return g;
}

/* The oldest grant of a place whose tables are there from now on. Where nothing is mapped, the index need not be asked. */
static inline struct grant *place_prepare(struct pd *pd, const struct offer *o)
{
    const uint64_t mapped = o->order == LARGE_ORDER ? PTE_PRESENT | PTE_LARGE : PTE_PRESENT;

    if (o->type == TYPE_MEMORY && (*table_make(pd, o->place, o->order) & mapped) != mapped)
        return NULL;
    return place_find(pd, o->type, o->place, o->order);
}

/* What a record of the trace names a place by. */
static uint64_t trace_frame(unsigned type, uint64_t frame)
{
    return type == TYPE_MEMORY ? (frame & ~FRAME_DEVICE) * PAGE_SIZE : frame;
}

void grant_make(struct pd *pd, const struct offer *o)
{
    trace(TRACE_DELEGATE, trace_frame(o->type, o->frame), pd, o->place, TRACE_PLACE(o->rights, o->type, o->order));
    /* Answer 6.4 (place 2 of 2) goes here: a new grant */
    not_implemented("6.4 a new grant");
}

/* Takes g out of its place. Returns the oldest of the place now, or NULL. */
static inline struct grant *place_leave(struct grant *g)
{
    struct digital_node **index = index_of(g->pd, g->type);

    if (g->older == g) {
        digital_remove(index, &g->node);
        return NULL;
    }
    struct grant *head = place_find(g->pd, g->type, g->place, g->order);
    if (head == g) {
        digital_replace(index, &g->node, &g->younger->node);
        head = g->younger;
        head->table = g->table;
        head->older = g->older;
        return head;
    }
    g->older->younger = g->younger;
    *(g->younger ? &g->younger->older : &head->older) = g->older;
    return head;
}

void grant_take(struct grant *g)
{
    trace(TRACE_GONE, trace_frame(g->type, g->frame), g->pd, g->place, TRACE_PLACE(g->marked, g->type, g->order));
    /* Answer 6.7 (place 1 of 5) goes here: taking back, in pieces */
    not_implemented("6.7 taking back, in pieces");
}
