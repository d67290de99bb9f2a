#include "caps_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

struct object *real[SLOTS];

void walk_differ(const char *condition, int line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "line %d, not so: %s: ", line, condition);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    abort();
}

void walk_boot(void)
{
    model_init();
    memset(real, 0, sizeof real);
    world_boot(POOL_PAGES);
    m.object[0] = (struct model_object){.alive = true, .type = TYPE_PD, .payer = NONE, .pd = NONE, .ec = NONE};
    m.object[1] = (struct model_object){.alive = true, .type = TYPE_KERNEL, .payer = NONE, .pd = NONE, .ec = NONE};
    real[0] = &root->object;
    real[1] = &kernel_object;
    cap_create(root, FIRST, &kernel_object, KERNEL_RIGHTS);
    cap_create(root, FIRST + 1, &root->object, PD_RIGHTS & ~RIGHT_DESTROY);
    model_name(0, 0, 1, KERNEL_RIGHTS, true);
    model_name(0, 1, 0, PD_RIGHTS & ~RIGHT_DESTROY, true);
    account_settle(root);
    m.object[0].quota = root->quota;
}

/* A model's grants by place, so that comparing is not quadratic: it is done a million times. */
static int16_t first_here[SLOTS][NUMBERS], next_here[GRANTS];

static void index_grants(void)
{
    memset(first_here, 0xff, sizeof first_here);
    for (int g = m.grants - 1; g >= 0; g--) {
        const struct model_grant *x = &m.grant[g];
        if (!x->used || x->pd == NONE)
            continue;
        next_here[g] = first_here[x->pd][x->number];
        first_here[x->pd][x->number] = g;
    }
}

/* Whether both have come the same way: for a source and a place there is at most one grant, so this tells all apart. */
static bool same_way(const struct grant *g, int x)
{
    for (; g && x != NONE; g = g->parent, x = m.grant[x].parent)
        if (g->pd ? m.grant[x].pd == NONE || real_pd(m.grant[x].pd) != g->pd || FIRST + (uint64_t)m.grant[x].number != g->place
                  : m.grant[x].pd != NONE)
            return false;
    return !g && x == NONE;
}

static int grant_find(const struct grant *g, int pd, int number)
{
    for (int x = first_here[pd][number]; x != NONE; x = next_here[x])
        if (same_way(g, x))
            return x;
    return NONE;
}

static void compare_grants(int pd, int number)
{
    const struct capability *entry = number_entry(real_pd(pd), FIRST + number);
    uint64_t before = 0;
    int count = 0;

    for (const struct grant *g = number_grants(entry); g; g = g->younger) {
        const int x = grant_find(g, pd, number);
        AGREE(x != NONE, "grant of %d:%d", pd, number);
        AGREE(m.grant[x].rights == g->rights, "grant %d of %d:%d: %x, %x", x, pd, number, m.grant[x].rights, g->rights);
        AGREE(!count || m.grant[x].serial > before, "age of grant %d of %d:%d", x, pd, number);
        before = m.grant[x].serial;
        count++;
    }
    for (int x = first_here[pd][number]; x != NONE; x = next_here[x])
        count--;
    AGREE(!count, "grants of %d:%d: %d more", pd, number, count);
}

/* All rights that are there, and each one that is not; the right type, and another; and numbers that are nearly this one. */
static void compare_lookup(int pd, int number, uint32_t rights)
{
    const struct pd *p = real_pd(pd);
    const uint64_t selector = FIRST + number;
    const int object = m.entry[pd][number].object;
    const enum cap_type type = object == NONE ? TYPE_SM : m.object[object].type;

    if (rights)
        AGREE(cap_lookup(p, selector, type, rights) == real[object], "%d:%d", pd, number);
    for (uint32_t right = 1; right < 0x100; right <<= 1)
        AGREE(!cap_lookup(p, selector, type, right) == !(rights & right), "%d:%d, %x", pd, number, right);
    for (uint32_t right = 1; right < 0x100; right <<= 1)
        AGREE(rights & right || !cap_lookup(p, selector, type, rights | right), "%d:%d, %x", pd, number, right);
    AGREE(!cap_lookup(p, selector, type % TYPE_KERNEL + 1, rights ? rights : 1), "%d:%d, not %u", pd, number, type);
    AGREE(!cap_lookup(p, selector | 1ull << 32, type, rights ? rights : 1), "%d:%d", pd, number);
    AGREE(!cap_lookup(p, selector + SELECTOR_COUNT, type, rights ? rights : 1), "%d:%d", pd, number);
}

static void compare_entry(int pd, int number)
{
    const struct model_entry *e = &m.entry[pd][number];
    uint32_t rights = 0;
    uint64_t word = 0;

    for (int x = first_here[pd][number]; x != NONE; x = next_here[x])
        rights |= m.grant[x].rights;
    if (rights)
        word = m.object[e->object].type | rights << 8 | 1 << 16 | (uint64_t)e->pins << 32;
    else if (e->taken)
        word = 2 << 16 | (uint64_t)e->pins << 32;
    const uint64_t told = cap_describe(real_pd(pd), FIRST + number);
    AGREE(told == word, "%d:%d is %lx, not %lx", pd, number, told, word);
    compare_lookup(pd, number, rights);
    compare_grants(pd, number);
}

static void compare_account(int slot)
{
    const struct pd *pd = real_pd(slot);
    const unsigned cells = model_cells(slot), pages = model_pages(slot) + model_tables(slot);

    AGREE(pd->quota == m.object[slot].quota, "quota of %d: %lu, %lu", slot, pd->quota, m.object[slot].quota);
    AGREE(pd->cells == cells, "cells of %d: %lu, %u", slot, pd->cells, cells);
    AGREE(pd->used == pages + (cells + pd->free_cells) / CELLS_PER_PAGE, "pages of %d: %lu, %u", slot, pd->used, pages);
    AGREE((cells + pd->free_cells) % CELLS_PER_PAGE == 0 && pd->used <= pd->quota, "account of %d", slot);
}

void walk_compare(void)
{
    uint64_t quota = 0;

    index_grants();
    for (int p = 0; p < SLOTS; p++) {
        if (!m.object[p].alive)
            continue;
        AGREE(real[p]->type == m.object[p].type, "type of %d", p);
        if (m.object[p].type != TYPE_PD)
            continue;
        for (int n = 0; n < NUMBERS; n++)
            compare_entry(p, n);
        compare_account(p);
        quota += real_pd(p)->quota;
    }
    AGREE(quota == pool_size(), "%lu pages of %lu", quota, pool_size());
}
