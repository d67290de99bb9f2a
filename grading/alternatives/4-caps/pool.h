/*
 * Pages of the pool, for accounts and cells.
 */
#pragma once

#include "caps.h"

/* What is known of a page of the pool. */
struct frame_info {
    struct pd *owner;                /* NULL: nobody has it */
    struct frame_info *next, *prev;  /* among the owner's pages with taken and free cells; among the free pages (next only) */
    uint32_t free;                   /* a page of cells: one bit for each that is free; else 0 */
};

struct pool {
    char *first;              /* the first page that is given out */
    struct frame_info *frame; /* one for each */
    struct frame_info *free;  /* those that came back */
    uint64_t count, fresh;    /* pages; those never taken begin at fresh */
    struct pd *root;          /* who had all at first */
};

extern struct pool pool;

/* Pages that belong to all accounts together, without what booting took. */
uint64_t pool_size(void);

/* The frame in which address lies, and the page of a frame. */
static inline struct frame_info *frame_of(const void *address)
{
    return &pool.frame[(uint64_t)((const char *)address - pool.first) / ACCOUNT_UNIT];
}

static inline void *frame_page(const struct frame_info *frame)
{
    return pool.first + (uint64_t)(frame - pool.frame) * ACCOUNT_UNIT;
}

/* Takes a page, not zeroed, on payer's account; NULL when that has none left. And gives it back. */
struct frame_info *frame_take(struct pd *payer);
void frame_return(struct frame_info *frame);

/* memset, word by word: it is on the path of every delegation. Returns start. */
static inline void *words_fill(void *start, uint64_t count, uint64_t word)
{
    void *at = start;
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(count) : "a"(word) : "memory");
    return start;
}
