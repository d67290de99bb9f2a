/*
 * Steps in words, for who has to find out why one went wrong.
 */
#include "judge.h"

#include <inttypes.h>
#include <stdio.h>

const char *status_text(uint64_t status)
{
    static const char *const name[STATUS_COUNT] = {
        "SUCCESS",   "BAD_CALL", "BAD_CAP", "BAD_PAR", "BAD_CPU", "OCCUPIED", "CONFLICT", "NO_QUOTA",
        "NO_WINDOW", "NO_TIME",  "PINNED",  "CYCLE",   "TIMEOUT", "ABORTED",  "TOO_MANY", "ITEMS_LOST",
    };
    return status < STATUS_COUNT ? name[status] : "no status";
}

static void print_items(const struct walk_step *s)
{
    static const char *const kinds[] = { "nothing", "delegate", "translate", "kind 3" };

    for (unsigned i = 0; i < s->items; i++)
        printf("    item %u: %s selector %" PRIu64 " order %u rights 0x%x spot %" PRIu64 "\n", i,
               kinds[ITEM_KIND(s->item[i].how) & 3], RANGE_BASE(s->item[i].range), RANGE_ORDER(s->item[i].range),
               ITEM_RIGHTS(s->item[i].how), ITEM_SPOT(s->item[i].how));
    printf("    window: %u numbers from %u, %u records\n", s->count, s->base, s->records);
}

static void print_call(const struct walk_step *s)
{
    static const char *const calls[] = { "call",       "reply",      "create_pd", "create_ec",  "create_sc",
                                         "create_pt",  "create_sm",  "remove",    "pd_control", "ec_control",
                                         "sc_control", "pt_control", "sm_control" };
    static const char *const operations[] = { "quota", "figures", "grant", "look-up", "acknowledge" };

    printf("actor %u calls %s", s->actor, calls[s->call]);
    if (s->call == CALL_PD_CONTROL)
        printf(" (%s)", operations[s->a[1]]);
    printf(": rsi 0x%" PRIx64 " rdx 0x%" PRIx64 " r10 0x%" PRIx64 " r8 0x%" PRIx64 " r9 0x%" PRIx64 "\n", s->a[0], s->a[1],
           s->a[2], s->a[3], s->a[4]);
}

void step_print(const struct walk_step *s)
{
    switch (s->kind) {
    case WALK_BIRTH:
        printf("actor %u is made, with %" PRIu64 " pages of actor %u's, its PD under number %" PRIu64 "\n", s->actor, s->a[0],
               s->other, WALK_FIRST + s->a[1]);
        break;
    case WALK_END:
        printf("actor %u is destroyed by root\n", s->actor);
        break;
    case WALK_CALL:
        print_call(s);
        break;
    default:
        printf("actor %u sends items %s to actor %u\n", s->kind == WALK_SEND ? s->actor : s->other,
               s->kind == WALK_SEND ? "in a call" : "in a reply", s->kind == WALK_SEND ? s->other : s->actor);
        print_items(s);
    }
}
