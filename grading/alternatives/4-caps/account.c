/*
 * Accounts: what each PD may have of the pool, and the cells that share its pages.
 *
 * Pages with cells belong to one account. So what one PD leaves over in its pages is never what another one lacks,
 * and all pages of a PD come back with it.
 */
#include "panic.h"
#include "pool.h"

#define CELLS_ALL 0xffffffffu

_Static_assert(CELLS_PER_PAGE == 32, "a page's cells are the bits of one word");

/* How many pages an account could still take. */
static inline uint64_t pages_free(const struct pd *pd)
{
    return pd->quota - pd->used;
}

/* A number of pages is told in 32 bits; more than that cannot be lacking in any machine, and is not told as less. */
static enum status refuse(uint64_t pages, uint32_t *lacking)
{
    *lacking = pages > UINT32_MAX ? UINT32_MAX : pages;
    return NO_QUOTA;
}

bool account_covers(const struct bill *bill, uint32_t *lacking)
{
    const struct pd *pd = bill->account;
    uint64_t need = bill->pages;

    if (bill->cells > pd->free_cells)
        need += (bill->cells - pd->free_cells - 1) / CELLS_PER_PAGE + 1;
    if (need <= pages_free(pd))
        return true;
    refuse(need - pages_free(pd), lacking);
    return false;
}

/* The list of pages that have both taken and free cells. */
static inline void open_insert(struct pd *owner, struct frame_info *frame)
{
    frame->prev = NULL;
    frame->next = owner->open;
    if (frame->next)
        frame->next->prev = frame;
    owner->open = frame;
}

static inline void open_remove(struct pd *owner, struct frame_info *frame)
{
    if (frame->next)
        frame->next->prev = frame->prev;
    if (frame->prev)
        frame->prev->next = frame->next;
    else
        owner->open = frame->next;
}

/* Which bit of frame->free stands for which cell: the first cell is the highest bit, so counting leading zeros finds it. */
static inline uint32_t cell_bit(unsigned cell)
{
    return 1u << (CELLS_PER_PAGE - 1) >> cell;
}

/*
 * frame's free cells become these. It stands in the open list exactly if that is some and not all; the two cases in which it does
 * not belong there are alike, whichever way a page comes from or goes to.
 */
static inline void cells_set(struct pd *owner, struct frame_info *frame, uint32_t free)
{
    const bool was_open = frame->free && frame->free != CELLS_ALL;
    const bool is_open = free && free != CELLS_ALL;

    frame->free = free;
    if (is_open && !was_open)
        open_insert(owner, frame);
    else if (was_open && !is_open)
        open_remove(owner, frame);
}

void *cell_take(struct pd *payer)
{
    struct frame_info *frame = payer->open;

    if (!frame) {
        frame = frame_take(payer);
        if (!frame)
            return NULL;
        frame->free = CELLS_ALL;
        payer->free_cells += CELLS_PER_PAGE;
    }
    const unsigned cell = (unsigned)__builtin_clz(frame->free);
    cells_set(payer, frame, frame->free & ~cell_bit(cell));
    payer->cells++;
    payer->free_cells--;
    return (char *)frame_page(frame) + cell * CELL_SIZE;
}

void *cell_alloc(struct pd *payer)
{
    void *cell = cell_take(payer);

    return cell ? words_fill(cell, CELL_SIZE / 8, 0) : NULL;
}

/* The frame knows whose cell it is. A page that is all free goes, with its 32 cells that nobody may count on any more. */
void cell_free(struct pd *payer, void *cell)
{
    struct frame_info *frame = frame_of(cell);
    struct pd *owner = frame->owner;

    cells_set(owner, frame, frame->free | cell_bit((uint64_t)cell % ACCOUNT_UNIT / CELL_SIZE));
    owner->cells--;
    owner->free_cells++;
    if (frame->free == CELLS_ALL) {
        owner->free_cells -= CELLS_PER_PAGE;
        frame->free = 0;
        frame_return(frame);
    }
}

/* Nobody (from or to is NULL: the payer of a PD that has none) has nothing and takes nothing. */
static enum status quota_move(struct pd *from, struct pd *to, uint64_t pages, uint32_t *lacking)
{
    const uint64_t most = from && to ? pages_free(from) : 0;

    if (pages > most)
        return refuse(pages - most, lacking);
    if (pages) {
        from->quota -= pages;
        to->quota += pages;
    }
    return SUCCESS;
}

/* The amount is negated as an unsigned number, because the most negative one has no positive counterpart. */
enum status account_move(struct pd *pd, int64_t pages, uint32_t *lacking)
{
    struct pd *payer = pd->object.payer;

    if (pages < 0)
        return quota_move(pd, payer, 0 - (uint64_t)pages, lacking);
    return quota_move(payer, pd, (uint64_t)pages, lacking);
}
