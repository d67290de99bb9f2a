/* Stage 4's random walks: user/test/walk, booted on the kernel under test. The guest logs in its memory what it sees; the host finds the
 * log in the physical memory of the stopped machine, and does the same steps on the model.
 *
 * The log is not believed to be the guest's: a kernel that writes into it what the model expects has to have the model.
 */
#include "machine/pinned.h"
#include "probes/probes.h"

#include "walk/host/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_SIZE (4096ull << WALK_ORDER_SHORT)
#define MEMORY   (PINNED_MEMORY_MIB * 0x100000ull)

/* What a walk's record is called says how it is walked: "4.walk-revoke". */
static const struct {
    const char *name;
    struct walk_run run; /* without the seed */
} walks[] = {
    { "delegate", { .plan = WALK_DELEGATE, .steps = 1000 } }, { "revoke", { .plan = WALK_REVOKE, .steps = 1200 } },
    { "pins", { .plan = WALK_PINS, .steps = 1500 } },         { "ends", { .plan = WALK_ENDS, .steps = 2000 } },
    { "accounts", { .plan = WALK_ACCOUNTS, .steps = 2000 } },
};

static bool choose_walk(struct session *session, struct walk_run *run)
{
    const char *name = strstr(session->input->test->id, ".walk-");

    for (size_t i = 0; name && i < sizeof walks / sizeof walks[0]; i++)
        if (!strcmp(name + 6, walks[i].name)) {
            *run = walks[i].run;
            run->seed = session_draw(session);
            return true;
        }
    verdict_trouble(session->verdict, "there is no walk for the test %s", session->input->test->id);
    return false;
}

/* The log lies at a multiple of its size, and nothing else that is there knows the seed. NULL: the guest has not begun to walk. */
static struct walk_log *find_log(struct session *session, const struct walk_run *run)
{
    struct walk_log *log = malloc(LOG_SIZE);

    for (uint64_t at = LOG_SIZE; log && at + LOG_SIZE <= MEMORY; at += LOG_SIZE) {
        if (machine_read_physical(session->machine, at, log, sizeof *log).code != STATUS_OK)
            break;
        if (log->magic != WALK_MAGIC || log->seed != run->seed || log->plan != run->plan || log->wanted != run->steps)
            continue;
        if (machine_read_physical(session->machine, at, log, LOG_SIZE).code == STATUS_OK)
            return log;
    }
    free(log);
    return NULL;
}

/* A family that the record does not list would be told to nobody: then it is the test's own. */
static const char *listed(const struct session *session, const char *family)
{
    const char **own = session->input->test->families;

    for (const char **f = own; *f; f++)
        if (!strcmp(*f, family))
            return family;
    return own[0];
}

static void tell_difference(struct session *session, const struct walk_result *result)
{
    char expected[sizeof session->verdict->expected];

    snprintf(expected, sizeof expected, "%s: %s, when %.270s", result->what, result->expected, result->step);
    session_fail(session, 0, listed(session, result->family), expected,
                 "%s; step %" PRIu64 " of the walk, all before it were right", result->seen, result->agreed + 1);
}

static void tell_end(struct session *session, const struct walk_result *result)
{
    char end[120], words[160], where[400] = "before the first step of the walk";
    const char *family = result ? listed(session, result->family) : session->input->test->families[0];

    session->verdict->early = !result;
    if (result)
        snprintf(where, sizeof where, "step %" PRIu64 " of the walk: %.270s", result->agreed + 1, result->step);
    session_last_words(session, words, sizeof words);
    session_fail(session, 0, family, "the walk comes to its end", "%s%s%s; %s", session_end_text(session, end, sizeof end),
                 words[0] ? ": " : "", words, where);
}

void probe_caps_walk(struct session *session)
{
    struct walk_run run;
    struct walk_result result;

    if (!choose_walk(session, &run) || !session_patch(session, false, "walk_run", &run, sizeof run))
        return;
    session_stop_at(session, session_program(session, "walk_end"));
    const bool ended = session_record(session);
    if (session_decided(session))
        return;
    struct walk_log *log = find_log(session, &run);
    const bool walked = log && walk_compare(log, LOG_SIZE, &result);
    if (walked && result.differs)
        tell_difference(session, &result);
    else if (!walked || !ended || result.agreed < run.steps)
        tell_end(session, walked ? &result : NULL);
    free(log);
}
