/* Stage 3 alone, tried by the rig in ring 0 (grading/rig). The rig tells as a told program does; where it does not come to its end because
 * an answer of a later task is missing, the host looks at what had been expected of the call by then.
 */
#include "probes/probes.h"
#include "probes/told_private.h"
#include "rig/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The test of the record's name: 3.queues is "queues". */
static bool find_test(struct told_program *program)
{
    const char *wanted = strchr(program->session->input->test->id, '.') + 1;
    char name[TOLD_TEXT];

    for (uint64_t i = 0; i < program->count; i++)
        if (told_string(program, program->line[i].name, name, sizeof name) && !strcmp(name, wanted)) {
            program->first = i;
            program->last = i + 1;
            return told_check_families(program);
        }
    verdict_trouble(program->session->verdict, "the rig has no test %s", wanted);
    return false;
}

static void look_at(const struct told_program *program, struct told *told, const struct rig_expected *expected, uint64_t i)
{
    uint64_t value = 0;
    const uint64_t size = expected->entry[i].size;

    if (size > sizeof value || !session_read(program->session, expected->entry[i].address, &value, size) ||
        value == expected->entry[i].wanted)
        return;
    told->what = expected->entry[i].what;
    told->file = expected->entry[i].file;
    told->line = expected->entry[i].line;
    told->kind = '=';
    told->got = value;
    told->expected = expected->entry[i].wanted;
    told_fail_check(program, told);
}

static void tried_nothing(struct session *session)
{
    char title[64];

    session_unwritten(session, title, sizeof title);
    session->verdict->early = true;
    session_fail(session, 0, session->input->test->families[0], "the first tries of this test need no answer of a later task",
                 "before anything could be tried it came to what is not yet written: %s", title);
}

/*
 * An answer of a later task is missing: this one's must have done what they should by now. A test begins with what needs no later task:
 * where nothing was tried, a choice took nobody, or somebody else. What was not tried is told as well: `ok` would be said too soon.
 */
static void judge_unfinished(const struct told_program *program)
{
    struct session *session = program->session;
    struct rig_expected expected;
    struct told told;
    char title[64];

    if (!session_read(session, program->told, &told, sizeof told) ||
        !session_read(session, session_kernel(session, "rig_expected"), &expected, sizeof expected))
        return;
    if (expected.count > RIG_EXPECTED) {
        told_forged(session, "more is written there than the rig expects of one call");
        return;
    }
    if (!expected.count && !told.checks) {
        tried_nothing(session);
        return;
    }
    for (uint64_t i = 0; i < expected.count && !session_decided(session); i++)
        look_at(program, &told, &expected, i);
    if (session_decided(session))
        return;
    session_unwritten(session, title, sizeof title);
    if (!session_decided(session))
        memcpy(session->verdict->seen, title, sizeof title);
}

void probe_rig(struct session *session)
{
    struct told_program program;
    char options[80];

    if (!told_open(&program, session, true) || !find_test(&program))
        return;
    snprintf(options, sizeof options, "rig=%" PRIu64 " challenge=%" PRIu64, program.first, session_draw(session) | 1);
    session->options = options;
    session_stop_at(session, program.end);
    if (!session_record_tables(session))
        told_explain_end(&program);
    else if (session->outcome.address == program.end)
        told_judge(&program);
    else
        judge_unfinished(&program);
    session->options = NULL;
}
