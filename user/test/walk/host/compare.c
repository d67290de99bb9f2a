/*
 * Walks the same steps as the guest on the model, and compares what the guest has seen after each.
 */
#include "compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "judge.h"
#include "walk/walk.h"

static struct walk_result *result;
static const struct walk_step *step;
static struct walk_view view;
static struct before before;
static uint64_t counts[32][STATUS_COUNT + 1];

/* Only the first difference is told: what comes behind follows from it. */
static void differs(struct difference d)
{
    if (result->differs)
        return;
    result->differs = true;
    snprintf(result->what, sizeof result->what, "%s", d.what);
    value_text(d.kind, d.expected, result->expected, sizeof result->expected);
    value_text(d.kind, d.seen, result->seen, sizeof result->seen);
    result->family = family_of(step, &before, &d);
}

static void same(const char *what, enum value kind, uint64_t expected, uint64_t seen)
{
    if (expected != seen)
        differs((struct difference){ .what = what, .kind = kind, .expected = expected, .seen = seen, .pd = NONE });
}

/* ---- One step --------------------------------------------------------------------------------------------------------- */

static void judge(const struct walk_seen *seen, struct walk_seen *want)
{
    accounts_before();
    before_note(&before);
    switch (step->kind) {
    case WALK_BIRTH:
        judge_birth(step, seen, want);
        break;
    case WALK_END:
        judge_end(step, want);
        break;
    case WALK_CALL:
        judge_call(step, seen, want);
        break;
    default:
        judge_message(step, want);
    }
    want->alive = actors_alive();
    accounts_after(step->kind == WALK_BIRTH || want->alive != view.alive);
}

static void compare_results(const struct walk_seen *want, const struct walk_seen *seen)
{
    const bool control = step->kind == WALK_CALL && step->call == CALL_PD_CONTROL;

    same("its status", VALUE_STATUS, want->rax, seen->rax);
    same("its second result", control && want->rax == SUCCESS ? VALUE_NUMBER : VALUE_REFUSAL, want->rdx, seen->rdx);
    same("why the items of the reply did not arrive", VALUE_REFUSAL, want->lost, seen->lost);
    same("the descriptor of what arrived", VALUE_NUMBER, want->descriptor, seen->descriptor);
    same("the actors that live, a bit for each", VALUE_ALIVE, want->alive, seen->alive);
    for (unsigned i = 0; i < WALK_ITEMS; i++) {
        same("under which number an item arrived", VALUE_RANGE, want->item[i].range, seen->item[i].range);
        same("as what an item arrived", VALUE_ITEM, want->item[i].how, seen->item[i].how);
    }
    same("the records that the receiver's window still admits", VALUE_RECORDS, want->records, seen->records);
}

static void compare_accounts(const struct walk_seen *seen)
{
    for (unsigned a = 0; a < WALK_ACTORS; a++) {
        const struct walk_account *has = &seen->account[a];
        const char *wrong = seen->alive >> a & 1 ? account_check(a, has) : NULL;
        char text[64];
        if (!wrong)
            continue;
        const int pd = slot_of_actor(a);
        struct difference d = {
            .what = text, .kind = VALUE_CELLS, .expected = model_cells(pd) + more[pd].base_cells, .seen = has->cells, .pd = pd
        };
        if (wrong[0] == 'q')
            d.kind = VALUE_QUOTA, d.expected = m.object[pd].quota, d.seen = has->quota;
        else if (wrong[0] != 'c')
            d.kind = VALUE_USED, d.expected = account_used(pd, more[pd].low), d.seen = has->used;
        snprintf(text, sizeof text, "the account of actor %u: %s", a, wrong);
        differs(d);
    }
}

/* What a look-up must have given; the view is that of the model, which is the guest's as long as they agree. */
static void compare_look(unsigned actor, unsigned n, uint64_t seen)
{
    const int pd = slot_of_actor(actor);
    const uint64_t word = model_word(pd, (int)n);
    char what[64];

    view.look[actor][n] = word;
    if (word == seen)
        return;
    snprintf(what, sizeof what, "number %u of actor %u", WALK_FIRST + n, actor);
    differs((struct difference){ .what = what, .kind = VALUE_WORD, .expected = word, .seen = seen, .pd = pd, .number = (int)n });
}

static void compare_looks(struct random *r, const struct walk_seen *want, const struct walk_seen *seen)
{
    struct walk_look look[WALK_LOOKS];
    const unsigned looks = walk_looks(r, step, want->alive, want->item, look);

    walk_note(&view, step, want->rax);
    view.alive = want->alive;
    for (unsigned i = 0; i < looks; i++)
        compare_look(look[i].actor, look[i].number, seen->look[i]);
    for (unsigned a = 0; a < WALK_ACTORS; a++)
        if (!(view.alive >> a & 1))
            memset(view.look[a], 0, sizeof view.look[a]);
}

static void compare_sweep(const struct walk_sweep *sweep)
{
    for (unsigned a = 0; a < WALK_ACTORS; a++)
        for (unsigned n = 0; n < WALK_NUMBERS && view.alive >> a & 1; n++)
            compare_look(a, n, sweep->look[a][n]);
}

/* ---- All of it -------------------------------------------------------------------------------------------------------- */

static void count(const struct walk_seen *seen)
{
    uint64_t row = 14u + step->kind;
    if (step->kind == WALK_CALL)
        row = step->call == CALL_PD_CONTROL ? 20 + step->a[1] : step->call;
    counts[row][seen->rax < STATUS_COUNT ? seen->rax : STATUS_COUNT]++;
}

void walk_print_counts(void)
{
    static const char *const rows[32] = {
        [CALL_CREATE_PD] = "create_pd",   [CALL_CREATE_EC] = "create_ec",   [CALL_CREATE_SC] = "create_sc",
        [CALL_CREATE_PT] = "create_pt",   [CALL_CREATE_SM] = "create_sm",   [CALL_REMOVE] = "remove",
        [CALL_EC_CONTROL] = "ec_control", [CALL_SC_CONTROL] = "sc_control", [CALL_PT_CONTROL] = "pt_control",
        [CALL_SM_CONTROL] = "sm_control", [14 + WALK_BIRTH] = "birth",      [14 + WALK_END] = "end",
        [14 + WALK_SEND] = "call",        [14 + WALK_REPLY] = "reply",      [20 + PD_QUOTA] = "quota",
        [20 + PD_FIGURES] = "figures",    [20 + PD_GRANT] = "grant",        [20 + PD_ACK] = "acknowledge",
    };

    for (unsigned i = 0; i < 32; i++) {
        if (!rows[i])
            continue;
        printf("  %-12s", rows[i]);
        for (unsigned s = 0; s <= STATUS_COUNT; s++)
            if (counts[i][s])
                printf(" %s %" PRIu64, status_text(s), counts[i][s]);
        printf("\n");
    }
}

/* Looks come before accounts: that somebody still has a right says more than that he pays for it. */
static void compare_step(struct random *r, const struct walk_seen *seen)
{
    struct walk_seen want = { 0 };

    same("the generator: the guest has chosen another step", VALUE_NUMBER, r->state, seen->random);
    judge(seen, &want);
    compare_results(&want, seen);
    compare_looks(r, &want, seen);
    compare_accounts(seen);
    count(seen);
}

static bool fits(const struct walk_log *log, size_t size)
{
    const uint64_t most = size / sizeof(struct walk_seen);

    return size >= sizeof *log && log->magic == WALK_MAGIC && log->plan < WALK_PLANS && log->done <= log->wanted &&
           log->wanted <= most && log->steps_at == sizeof *log &&
           log->sweeps_at == log->steps_at + log->wanted * sizeof(struct walk_seen) &&
           log->sweeps_at + (log->wanted / WALK_SWEEP + 1) * sizeof(struct walk_sweep) <= size;
}

bool walk_compare(const struct walk_log *log, size_t size, struct walk_result *to)
{
    *to = (struct walk_result){ 0 };
    if (!fits(log, size))
        return false;
    const struct walk_seen *seen = (const void *)((const char *)log + log->steps_at);
    const struct walk_sweep *sweep = (const void *)((const char *)log + log->sweeps_at);
    struct random r = { random_seed(log->seed, 0) };
    struct walk_step now;

    result = to;
    step = &now;
    judge_plan(&walk_plans[log->plan]);
    judge_boot();
    for (uint64_t number = 0;; number++) {
        walk_choose(&r, &walk_plans[log->plan], &view, number, &now);
        if (number == log->done)
            break;
        compare_step(&r, &seen[number]);
        if (number % WALK_SWEEP == WALK_SWEEP - 1)
            compare_sweep(&sweep[number / WALK_SWEEP]);
        if (result->differs)
            break;
        result->agreed++;
    }
    step_text(&now, result->step, sizeof result->step);
    if (!result->differs)
        result->family = family_of_step(&now);
    return true;
}
