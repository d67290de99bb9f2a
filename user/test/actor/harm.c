/*
 * What a component can do wrong, or worse.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/string.h"
#include "lib/thread.h"
#include "test/actor/actor.h"
#include "test/actor/stage.h"

static uint64_t seed = 1;

/* Xorshift (Marsaglia 2003). */
static uint64_t any(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Words and items that mean nothing, or something by chance: capabilities that the actor has are among the items. */
static void fill(struct utcb *u)
{
    for (unsigned i = 0; i < 64; i++)
        u->word[i] = any() & (any() & 1 ? 0xff : UINT64_MAX);
    if (any() % 4)
        u->word[0] %= 4; /* mostly an operation that there is */
    for (unsigned i = 0; i < ITEM_COUNT; i++)
        u->item[i] = any() & 1 ? capability_item(any() & 1 ? actor_env->log : actor_env->ram)
                               : (struct item){ any() & 0xffffff, any() & 0xffffff };
}

/* Whatever comes back stays where it is: nothing is acknowledged, nothing released. */
static void garbage(uint64_t count)
{
    const uint32_t to = stage_newest()->capability.selector;
    struct utcb *u = thread_self()->utcb;
    uint64_t arrived = 0;

    for (uint64_t i = 0; i < count; i++) {
        capability_window(u, any() % 8);
        fill(u);
        arrived += call(to, DESCRIPTOR(any() % 64, any() % (ITEM_COUNT + 1))).rax == SUCCESS;
    }
    log_line(actor_env, "garbage: %lu messages, %s", count, arrived ? "some were answered" : "none was answered");
}

bool act_harm(const struct line *line)
{
    volatile char *const at =
        (volatile char *)actor_number(text_equal(line->word[0], "undefined") ? "0" : line->word[1]);

    if (text_equal(line->word[0], "read"))
        (void)*at;
    else if (text_equal(line->word[0], "write"))
        *at = 1;
    else if (text_equal(line->word[0], "jump"))
        ((void (*)(void))(uint64_t)at)();
    else if (text_equal(line->word[0], "undefined"))
        __asm__ volatile("ud2");
    else if (text_equal(line->word[0], "garbage"))
        garbage((uint64_t)at);
    else
        return false;
    return true;
}
