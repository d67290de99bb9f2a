/*
 * The pool: pages of the kernel's memory, and who has each.
 *
 *     base                         first page
 *     | frame_info frame_info ...  | page | page | ...
 *
 * Fresh pages are taken in order; those that came back are in a list, which goes through their frame_info and not through the
 * pages: so nothing is read from memory that once was somebody's object.
 */
#include "pool.h"

#include "x86/paging.h"

struct pool pool;

/* What the kernel has for itself: root's things at boot. Its quota is what it uses. */
static struct pd kernel_account;

void account_init(struct pd *root, uint64_t base, uint64_t pages)
{
    const uint64_t each = PAGE_SIZE / sizeof(struct frame_info);
    const uint64_t own = (pages + each) / (each + 1);

    pool.frame = phys_to_virt(base);
    pool.first = (char *)pool.frame + own * PAGE_SIZE;
    pool.count = pages - own;
    pool.free = NULL;
    pool.fresh = 0;
    pool.root = root;
    root->quota = pool.count;
    root->used = 0;
}

/* Walks over what booting took, some hundred pages. */
void account_settle(struct pd *root)
{
    for (uint64_t i = 0; i < pool.fresh; i++)
        if (pool.frame[i].owner == root)
            pool.frame[i].owner = &kernel_account;
    kernel_account = (struct pd){.quota = root->used, .used = root->used, .cells = root->cells,
                                 .free_cells = root->free_cells, .open = root->open};
    root->quota -= root->used;
    root->used = root->cells = root->free_cells = 0;
    root->open = NULL;
}

uint64_t pool_size(void)
{
    return pool.count - kernel_account.quota;
}

/* The sum of all quotas is the size of the pool, so an account with a free page finds one. */
struct frame_info *frame_take(struct pd *payer)
{
    if (payer->used >= payer->quota)
        return NULL;
    struct frame_info *frame = pool.free;
    if (frame)
        pool.free = frame->next;
    else
        frame = &pool.frame[pool.fresh++];
    payer->used++;
    frame->owner = payer;
    frame->free = 0;
    return frame;
}

void frame_return(struct frame_info *frame)
{
    frame->owner->used--;
    frame->owner = NULL;
    frame->next = pool.free;
    pool.free = frame;
}

void *page_take(struct pd *payer)
{
    struct frame_info *frame = frame_take(payer);

    return frame ? frame_page(frame) : NULL;
}

void *page_alloc(struct pd *payer)
{
    void *page = page_take(payer);

    return page ? words_fill(page, PAGE_SIZE / 8, 0) : NULL;
}

/* The frame knows its payer better than the caller does: root's things of the boot have become the kernel's. */
void page_free(struct pd *payer, void *page)
{
    frame_return(frame_of(page));
}
