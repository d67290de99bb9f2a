/*
 * Reads what the guest has seen (walk.h), walks the same steps on the model, and compares after each.
 *
 *   walk RAM AT [--counts]     RAM: a file with the guest's memory; AT: where in it the log is. --counts: how often each call
 * ended how
 *
 * Exit codes: 0 all steps agree, 1 they do not, 2 the log is not as it should be.
 */
#include "judge.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct walk_log *header;
static const struct walk_step *step;
static uint64_t number;
static uint64_t counts[32][STATUS_COUNT + 1];

static noreturn void broken(const char *why)
{
    printf("walk: %s\n", why);
    exit(2);
}

static noreturn void differs(const char *what, uint64_t expected, uint64_t got)
{
    printf("seed %" PRIu64 ", step %" PRIu64 ": ", header->seed, number);
    step_print(step);
    printf("  %s: expected 0x%" PRIx64 " (%" PRId64 "), seen 0x%" PRIx64 " (%" PRId64 ")\n", what, expected, (int64_t)expected,
           got, (int64_t)got);
    exit(1);
}

static void same(const char *what, uint64_t expected, uint64_t got)
{
    if (expected != got)
        differs(what, expected, got);
}

static void same_status(uint64_t expected, uint64_t got)
{
    char what[64];

    snprintf(what, sizeof what, "status %s, not %s", status_text(expected), status_text(got));
    same(what, expected, got);
}

/* ---- One step --------------------------------------------------------------------------------------------------------- */

static struct walk_view view;

static void judge(const struct walk_seen *seen, struct walk_seen *want)
{
    accounts_before();
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
    same_status(want->rax, seen->rax);
    same("rdx", want->rdx, seen->rdx);
    same("descriptor that arrived", want->descriptor, seen->descriptor);
    same("lost", want->lost, seen->lost);
    same("records left", want->records, seen->records);
    same("actors that live", want->alive, seen->alive);
    for (unsigned i = 0; i < WALK_ITEMS; i++) {
        same("range of an item that arrived", want->item[i].range, seen->item[i].range);
        same("item that arrived", want->item[i].how, seen->item[i].how);
    }
}

static void compare_accounts(const struct walk_seen *seen)
{
    for (unsigned a = 0; a < WALK_ACTORS; a++) {
        const char *what = seen->alive >> a & 1 ? account_check(a, &seen->account[a]) : NULL;
        char text[64];
        if (!what)
            continue;
        const int pd = slot_of_actor(a);
        snprintf(text, sizeof text, "account of actor %u: %s", a, what);
        differs(text,
                what[0] == 'q'   ? m.object[pd].quota
                : what[0] == 'c' ? model_cells(pd) + more[pd].base_cells
                                 : account_used(pd, more[pd].low),
                what[0] == 'q'   ? seen->account[a].quota
                : what[0] == 'c' ? seen->account[a].cells
                                 : seen->account[a].used);
    }
}

/* What a look-up must have given; the view is that of the model, which is the guest's as long as they agree. */
static void compare_look(unsigned actor, unsigned n, uint64_t seen)
{
    char what[64];
    const uint64_t word = model_word(slot_of_actor(actor), (int)n);

    if (word != seen) {
        snprintf(what, sizeof what, "look-up of actor %u's number %u", actor, WALK_FIRST + n);
        differs(what, word, seen);
    }
    view.look[actor][n] = word;
}

static void compare_looks(struct random *r, const struct walk_seen *want, const struct walk_seen *seen)
{
    struct walk_look look[WALK_LOOKS];
    const unsigned looks = walk_looks(r, step, want->alive, want->item, look);

    view.alive = want->alive;
    for (unsigned i = 0; i < looks; i++)
        compare_look(look[i].actor, look[i].number, seen->look[i]);
    for (unsigned a = 0; a < WALK_ACTORS; a++)
        if (!(view.alive >> a & 1))
            memset(view.look[a], 0, sizeof view.look[a]);
}

static void count(const struct walk_seen *seen)
{
    uint64_t row = 14u + step->kind;
    if (step->kind == WALK_CALL)
        row = step->call == CALL_PD_CONTROL ? 20 + step->a[1] : step->call;
    counts[row][seen->rax < STATUS_COUNT ? seen->rax : STATUS_COUNT]++;
}

/* ---- All of it -------------------------------------------------------------------------------------------------------- */

static void compare(const struct walk_seen *seen, const struct walk_sweep *sweeps)
{
    struct random r = { random_seed(header->seed, 0) };
    struct walk_step now;

    step = &now;
    judge_boot();
    for (number = 0; number < header->done; number++, seen++) {
        struct walk_seen want = { 0 };
        walk_choose(&r, &view, number, &now);
        same("the generator: the guest has chosen another step", r.state, seen->random);
        judge(seen, &want);
        compare_results(&want, seen);
        compare_accounts(seen);
        compare_looks(&r, &want, seen);
        count(seen);
        if (number % WALK_SWEEP == WALK_SWEEP - 1)
            for (unsigned a = 0; a < WALK_ACTORS; a++)
                for (unsigned n = 0; n < WALK_NUMBERS && view.alive >> a & 1; n++)
                    compare_look(a, n, sweeps[number / WALK_SWEEP].look[a][n]);
    }
}

static void print_counts(void)
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

int main(int argc, char **argv)
{
    struct stat status;

    if (argc < 3)
        broken("usage: walk RAM AT [--counts]");
    const int file = open(argv[1], O_RDONLY);
    const uint64_t at = strtoull(argv[2], NULL, 0);
    if (file < 0 || fstat(file, &status) < 0)
        broken("the guest's memory cannot be read");
    const char *ram = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (ram == MAP_FAILED || at + (4096ull << WALK_ORDER) > (uint64_t)status.st_size)
        broken("there is no log at this place");
    header = (const void *)(ram + at);
    if (header->magic != WALK_MAGIC)
        broken("there is no log at this place");
    compare((const void *)(ram + at + header->steps_at), (const void *)(ram + at + header->sweeps_at));
    printf("walk: seed %" PRIu64 ": %" PRIu64 " of %" PRIu64 " steps agree with the model\n", header->seed, header->done,
           header->wanted);
    if (argc > 3 && strcmp(argv[3], "--counts") == 0)
        print_counts();
    return header->done == header->wanted ? 0 : 1;
}
