/* Cells that nobody pays: one behind the other, as long as there are pages. */
#include "pool.h"

bool account_covers(const struct bill *bill, uint32_t *lacking)
{
    *lacking = 0;
    return true;
}

void *cell_take(struct pd *payer)
{
    static char *page;
    static unsigned next = CELLS_PER_PAGE;

    if (next == CELLS_PER_PAGE) {
        page = frame_page(frame_take(payer));
        next = 0;
    }
    return page + next++ * CELL_SIZE;
}

void *cell_alloc(struct pd *payer)
{
    return words_fill(cell_take(payer), CELL_SIZE / 8, 0);
}

void cell_free(struct pd *payer, void *cell)
{
}

enum status account_move(struct pd *pd, int64_t pages, uint32_t *lacking)
{
    *lacking = 0;
    return SUCCESS;
}
