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
    //! answer 4.1 begin
    const struct pd *account = bill->account; //! skeleton: not_implemented("4.1 accounts and cells");
    uint64_t need = bill->pages, have = account->quota - account->used;

    if (bill->cells > account->free_cells)
        need += (bill->cells - account->free_cells + CELLS_PER_PAGE - 1) / CELLS_PER_PAGE;
    *lacking = need > have ? need - have : 0;
    return need <= have;
    //! answer 4.1 end
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
    //! answer 4.1 begin
    struct frame_info *frame = payer->open; //! skeleton: (void)open_insert; not_implemented("4.1 accounts and cells");

    if (!frame) {
        frame = frame_take(payer);
        if (!frame)
            return NULL;
        frame->free = CELLS_ALL;
        payer->free_cells += CELLS_PER_PAGE;
        open_insert(payer, frame);
    }
    const unsigned cell = __builtin_ctz(frame->free);
    frame->free &= frame->free - 1;
    if (!frame->free)
        open_remove(payer, frame);
    payer->free_cells--;
    payer->cells++;
    return (char *)frame_page(frame) + cell * CELL_SIZE;
    //! answer 4.1 end
}

void *cell_alloc(struct pd *payer)
{
    void *cell = cell_take(payer);

    return cell ? words_fill(cell, CELL_SIZE / 8, 0) : NULL;
}

void cell_free(struct pd *payer, void *cell)
{
    //! answer 4.1 begin
    struct frame_info *frame = frame_of(cell); //! skeleton: (void)open_remove;
    //! skeleton: not_implemented("4.1 accounts and cells");
    struct pd *owner = frame->owner;

    if (!frame->free)
        open_insert(owner, frame);
    frame->free |= 1u << ((uintptr_t)cell % ACCOUNT_UNIT / CELL_SIZE);
    owner->free_cells++;
    owner->cells--;
    if (frame->free == CELLS_ALL) {
        open_remove(owner, frame);
        owner->free_cells -= CELLS_PER_PAGE;
        frame_return(frame);
    }
    //! answer 4.1 end
}

static enum status quota_move(struct pd *from, struct pd *to, uint64_t pages, uint32_t *lacking)
{
    //! answer 4.1 begin
    const uint64_t free = from->quota - from->used; //! skeleton: not_implemented("4.1 accounts and cells");

    if (pages > free) {
        *lacking = pages - free > UINT32_MAX ? UINT32_MAX : pages - free;
        return NO_QUOTA;
    }
    from->quota -= pages;
    to->quota += pages;
    return SUCCESS;
    //! answer 4.1 end
}

/* The amount is negated as an unsigned number, because the most negative one has no positive counterpart. */
enum status account_move(struct pd *pd, int64_t pages, uint32_t *lacking)
{
    struct pd *payer = pd->object.payer;

    //! answer 4.1 begin
    *lacking = 0; //! skeleton: (void)payer, (void)quota_move; not_implemented("4.1 accounts and cells");
    if (!payer)
        return pages ? NO_QUOTA : SUCCESS;
    return pages >= 0 ? quota_move(payer, pd, pages, lacking) : quota_move(pd, payer, -(uint64_t)pages, lacking);
    //! answer 4.1 end
}
