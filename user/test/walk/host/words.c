/*
 * Steps and values in words, for who has to find out why one went wrong.
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

static const char *type_text(uint64_t type)
{
    static const char *const name[] = { "nothing", "PD", "EC", "SC", "portal", "semaphore", "kernel object" };
    return type < sizeof name / sizeof name[0] ? name[type] : "object of no type";
}

/* ---- Values ----------------------------------------------------------------------------------------------------------- */

static void word_text(uint64_t word, char *text, size_t size)
{
    const unsigned state = word >> 16 & 0xff, rights = word >> 8 & 0xff, pins = (unsigned)(word >> 32);

    if (!word)
        snprintf(text, size, "empty");
    else if (state == 1)
        snprintf(text, size, "%s, rights 0x%x, pins %u", type_text(word & 0xff), rights, pins);
    else if (state == 2 && !(word & 0xffff))
        snprintf(text, size, "reserved, pins %u", pins);
    else
        snprintf(text, size, "the word 0x%" PRIx64, word);
}

static void refusal_text(uint64_t word, char *text, size_t size)
{
    static const char *const owners[] = { "nobody", "the caller", "the payer", "the target", "the receiver" };
    const unsigned owner = REFUSAL_OWNER(word);

    if (!word)
        snprintf(text, size, "0");
    else if (word <= UINT32_MAX || owner > 4)
        snprintf(text, size, "0x%" PRIx64, word);
    else
        snprintf(text, size, "%s, %u lacking of %s, item %d (0x%" PRIx64 ")", status_text(REFUSAL_STATUS(word)),
                 REFUSAL_LACKING(word), owners[owner], REFUSAL_ITEM(word) == NO_ITEM ? -1 : (int)REFUSAL_ITEM(word), word);
}

static void item_text(uint64_t how, char *text, size_t size)
{
    static const char *const kinds[] = { "nothing", "delegated", "translated", "kind 3" };

    snprintf(text, size, "%s, rights 0x%x", kinds[ITEM_KIND(how) & 3], ITEM_RIGHTS(how));
}

void value_text(enum value kind, uint64_t value, char *text, size_t size)
{
    switch (kind) {
    case VALUE_STATUS:
        snprintf(text, size, "%s", status_text(value));
        break;
    case VALUE_REFUSAL:
        refusal_text(value, text, size);
        break;
    case VALUE_RANGE:
        snprintf(text, size, value ? "number %" PRIu64 : "nothing", RANGE_BASE(value));
        break;
    case VALUE_ITEM:
        item_text(value, text, size);
        break;
    case VALUE_WORD:
        word_text(value, text, size);
        break;
    case VALUE_NUMBER:
    case VALUE_ALIVE:
        snprintf(text, size, "0x%" PRIx64, value);
        break;
    default:
        snprintf(text, size, "%" PRIu64, value);
    }
}

/* ---- Steps ------------------------------------------------------------------------------------------------------------ */

static void items_text(FILE *to, const struct walk_step *s)
{
    static const char *const kinds[] = { "nothing", "delegate", "translate", "kind 3" };

    for (unsigned i = 0; i < s->items; i++)
        fprintf(to, "; item %u: %s %" PRIu64 "%s rights 0x%x%s", i, kinds[ITEM_KIND(s->item[i].how) & 3],
                RANGE_BASE(s->item[i].range), RANGE_ORDER(s->item[i].range) ? " order 1" : "", ITEM_RIGHTS(s->item[i].how),
                ITEM_SPOT(s->item[i].how) ? " with a spot" : "");
    fprintf(to, "; the window: %u numbers from %u, %u records", s->count, s->base, s->records);
}

static void control_text(FILE *to, const struct walk_step *s)
{
    switch (s->a[1]) {
    case PD_QUOTA:
        fprintf(to, "pd_control(%" PRIu64 ", PD_QUOTA, %" PRId64 " pages, payer %" PRIu64 ")", s->a[0], (int64_t)s->a[2],
                s->a[3]);
        break;
    case PD_GRANT:
        fprintf(to, "pd_control(%" PRIu64 ", PD_GRANT, number %" PRIu64 "%s, kind %u, rights 0x%x, to number %" PRIu64 ")",
                s->a[0], RANGE_BASE(s->a[2]), RANGE_ORDER(s->a[2]) ? " order 1" : "", ITEM_KIND(s->a[3]), ITEM_RIGHTS(s->a[3]),
                (uint64_t)ITEM_SPOT(s->a[3]));
        break;
    case PD_ACK:
        fprintf(to, "pd_control(PD_ACK, number %" PRIu64 ", %" PRIu64 " pins)", s->a[2], s->a[3]);
        break;
    default:
        fprintf(to, "pd_control(%" PRIu64 ", PD_FIGURES, %" PRIu64 ")", s->a[0], s->a[2]);
    }
}

static void create_text(FILE *to, const struct walk_step *s)
{
    static const char *const calls[] = {
        [CALL_CREATE_EC] = "create_ec", [CALL_CREATE_SC] = "create_sc", [CALL_CREATE_PT] = "create_pt"
    };

    if (s->call == CALL_CREATE_PD || s->call == CALL_CREATE_SM)
        fprintf(to, "create_%s(new %" PRIu64 ", payer %" PRIu64 ", %s %" PRIu64 ")", s->call == CALL_CREATE_PD ? "pd" : "sm",
                s->a[0], s->a[1], s->call == CALL_CREATE_PD ? "quota" : "count", s->a[2]);
    else
        fprintf(to, "%s(new %u, payer %u, %s %u)", calls[s->call], (unsigned)PAIR_LOW(s->a[0]), (unsigned)PAIR_LOW(s->a[1]),
                s->call == CALL_CREATE_EC ? "PD" : "EC", (unsigned)PAIR_HIGH(s->a[1]));
}

static void call_text(FILE *to, const struct walk_step *s)
{
    static const char *const operations[] = { "BELOW", "SELF", "DESTROY", "3" };
    static const char *const uses[] = {
        [CALL_EC_CONTROL] = "ec_control(%" PRIu64 ", EC_RECALL)",
        [CALL_SC_CONTROL] = "sc_control(%" PRIu64 ", SC_TIME)",
        [CALL_PT_CONTROL] = "pt_control(%" PRIu64 ", PT_SET)",
        [CALL_SM_CONTROL] = "sm_control(%" PRIu64 ", SM_UP)",
    };

    fprintf(to, "actor %u calls ", s->actor);
    if (s->call == CALL_REMOVE)
        fprintf(to, "remove(%s, number %" PRIu64 "%s, rights 0x%" PRIx64 ")", operations[PAIR_HIGH(s->a[0]) & 3],
                RANGE_BASE(s->a[1]), RANGE_ORDER(s->a[1]) ? " order 1" : "", s->a[2]);
    else if (s->call < CALL_REMOVE)
        create_text(to, s);
    else if (s->call == CALL_PD_CONTROL)
        control_text(to, s);
    else
        fprintf(to, uses[s->call], s->a[0]);
}

void step_text(const struct walk_step *s, char *text, size_t size)
{
    const bool sends = s->kind == WALK_SEND;
    FILE *to = fmemopen(text, size, "w");

    if (!to) {
        snprintf(text, size, "a step");
        return;
    }
    switch (s->kind) {
    case WALK_BIRTH:
        fprintf(to, "actor %u is made, with %" PRIu64 " pages of actor %u's, its PD under number %" PRIu64, s->actor, s->a[0],
                s->other, WALK_FIRST + s->a[1]);
        break;
    case WALK_END:
        fprintf(to, "actor %u is destroyed by root", s->actor);
        break;
    case WALK_CALL:
        call_text(to, s);
        break;
    default:
        fprintf(to, "actor %u sends items in a %s to actor %u", sends ? s->actor : s->other, sends ? "call" : "reply",
                sends ? s->other : s->actor);
        items_text(to, s);
    }
    fclose(to);
    text[size - 1] = '\0';
}
