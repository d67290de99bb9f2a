/*
 * Accounts: what each PD may have of the pool, and the cells that share its pages.
 *
 * Pages with cells belong to one account. So what one PD leaves over in its pages is never what another one lacks,
 * and all pages of a PD come back with it.
 */
#include "linked.h"
#include "panic.h"
#include "pool.h"

#define CELLS_ALL 0xffffffffu

_Static_assert(CELLS_PER_PAGE == 32, "a page's cells are the bits of one word");

bool account_covers(const struct bill *bill, uint32_t *lacking)
{
    /* Answer 4.1 (place 1 of 5) goes here: accounts and cells */
    not_implemented("4.1 accounts and cells");
}

/* The list of pages that have both taken and free cells. */
static inline void open_insert(struct pd *owner, struct frame_info *frame)
{
    LINKED_PUSH(owner->open, frame, next, prev);
}

static inline void open_remove(struct pd *owner, struct frame_info *frame)
{
    LINKED_TAKE(owner->open, frame, next, prev);
}

void *cell_take(struct pd *payer)
{
    /* Answer 4.1 (place 2 of 5) goes here: accounts and cells */
    (void)open_insert; not_implemented("4.1 accounts and cells");
}

void *cell_alloc(struct pd *payer)
{
    void *cell = cell_take(payer);

    return cell ? words_fill(cell, CELL_SIZE / 8, 0) : NULL;
}

void cell_free(struct pd *payer, void *cell)
{
    /* Answer 4.1 (place 3 of 5) goes here: accounts and cells */
    (void)open_remove;
    not_implemented("4.1 accounts and cells");
}

static enum status quota_move(struct pd *from, struct pd *to, uint64_t pages, uint32_t *lacking)
{
    /* Answer 4.1 (place 4 of 5) goes here: accounts and cells */
    not_implemented("4.1 accounts and cells");
}

/* The amount is negated as an unsigned number, because the most negative one has no positive counterpart. */
enum status account_move(struct pd *pd, int64_t pages, uint32_t *lacking)
{
    struct pd *payer = pd->object.payer;

    /* Answer 4.1 (place 5 of 5) goes here: accounts and cells */
    (void)payer, (void)quota_move; not_implemented("4.1 accounts and cells");
}
