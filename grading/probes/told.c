/* Programs that tell the host by memory what they found: see tests/told/told.h. One recording, and a replay that looks whether what it
 * tells has happened.
 */
#include "probes/probes.h"
#include "probes/told_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEAT 4000000 /* instructions: the tests sleep for seconds of guest time */

/* ---- The program ---- */

static uint64_t symbol(const struct told_program *program, const char *name)
{
    return program->rig ? session_kernel(program->session, name) : session_program(program->session, name);
}

static void read_table(struct told_program *program)
{
    struct session *session = program->session;
    uint64_t at = symbol(program, program->rig ? "rig_tests" : "told_tests");

    for (;; at += sizeof program->line[0]) {
        struct told_line *line = &program->line[program->count];
        if (program->count == TOLD_TESTS || !image_read(program->image, at, line, sizeof *line)) {
            if (!session_decided(session))
                verdict_trouble(session->verdict, "told_tests has no end, or more than %d lines", TOLD_TESTS);
            return;
        }
        if (!line->name)
            return;
        program->count++;
    }
}

static void find_ways(struct told_program *program)
{
    static const char *const names[TOLD_WAYS] = { "check_equal", "check_at_most", "check_status", "check_unchanged" };
    const uint8_t *text;
    size_t length;

    program->check = symbol(program, "told_check");
    if (program->rig) {
        program->way[0] = symbol(program, "rig_check");
        program->text_end = symbol(program, "rig_text_end");
        return;
    }
    program->failure = symbol(program, "told_failure");
    for (unsigned i = 0; i < TOLD_WAYS; i++)
        program->way[i] = symbol(program, names[i]);
    if (image_text(program->image, &program->text_end, &text, &length))
        program->text_end += length;
}

bool told_open(struct told_program *program, struct session *session, bool rig)
{
    *program = (struct told_program){ .session = session, .rig = rig, .ring = rig ? 0 : 3 };
    program->image = rig ? session->kernel : session->program;
    program->told = symbol(program, "told");
    program->begins = symbol(program, "told_begins");
    program->ends = symbol(program, "told_ends");
    program->family = symbol(program, "told_family");
    program->end = symbol(program, "told_end");
    program->doors = symbol(program, "told_doors");
    find_ways(program);
    if (!session_decided(session))
        read_table(program);
    program->last = program->count;
    if (!session_decided(session) && !program->count)
        verdict_trouble(session->verdict, "told_tests is empty");
    return !session_decided(session);
}

bool told_string(const struct told_program *program, uint64_t address, char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!image_read(program->image, address + i, &text[i], 1))
            break;
        if (!text[i])
            return i > 0;
        if (i + 1 == size) { /* longer: the macros of a check are written out */
            memcpy(text + size - 4, "...", 4);
            return true;
        }
    }
    text[0] = '\0';
    return false;
}

static bool in_record(const struct session *session, const char *family)
{
    for (const char **f = session->input->test->families; *f; f++)
        if (!strcmp(*f, family))
            return true;
    return false;
}

/*
 * The family at an address; the test's own when its record does not list that one, or when the guest has written nonsense there. What
 * several tests share can tell more than one of them is about: `ec_switch` names the family `current` in the test of the FPU, too.
 */
static const char *family_at(const struct told_program *program, uint64_t address, char *text, size_t size)
{
    const struct session *session = program->session;
    return told_string(program, address, text, size) && in_record(session, text) ? text : session->input->test->families[0];
}

/* A family that no record knows is found by the first who runs the test, not by a student whose bug needs it. */
bool told_check_families(const struct told_program *program)
{
    char text[TOLD_TEXT];
    for (uint64_t i = program->first; i < program->last; i++)
        if (!told_string(program, program->line[i].family, text, sizeof text) || !in_record(program->session, text)) {
            verdict_trouble(program->session->verdict, "line %" PRIu64 " of told_tests: the record does not list the family %s",
                            i, text);
            return false;
        }
    return true;
}

/* ", in the test grant_union", or before the first. */
static void name_test(const struct told_program *program, uint64_t index, char *text, size_t size)
{
    char name[TOLD_TEXT];
    if (index < program->count && told_string(program, program->line[index].name, name, sizeof name))
        snprintf(text, size, "in the test %s", name);
    else
        snprintf(text, size, "while the tests are prepared");
}

/* ---- A check that failed ---- */

/* The program knows the names: STATUS_COUNT of them. */
static void status_text(const struct told_program *program, uint64_t value, char *text, size_t size)
{
    struct session *session = program->session;
    uint64_t count = 0, name = 0, names = session_program(session, "told_status");

    image_read(session->program, session_program(session, "told_status_count"), &count, sizeof count);
    if (value >= count || !image_read(session->program, names + 8 * value, &name, sizeof name) ||
        !told_string(program, name, text, size))
        snprintf(text, size, "no status that there is");
}

static void number(const struct told_program *program, uint64_t kind, uint64_t value, char *text, size_t size)
{
    if (kind == 's')
        status_text(program, value, text, size);
    else if (value < 10)
        snprintf(text, size, "%" PRIu64, value);
    else
        snprintf(text, size, "0x%" PRIx64 " (%" PRId64 ")", value, (int64_t)value);
}

/* What a refused call has changed: CHANGED_… of user/test/kit/check.h. */
static void changes(uint64_t changed, char *text, size_t size)
{
    static const char *const names[] = { "words of the caller's UTCB", "an account", "what a number names" };
    size_t used = (size_t)snprintf(text, size, "it has changed");

    for (unsigned i = 0; i < sizeof names / sizeof *names && used < size; i++)
        if (changed >> i & 1)
            used += (size_t)snprintf(text + used, size - used, "%s %s", changed & ((1u << i) - 1) ? " and" : "", names[i]);
}

/* CHECK(!"it is so") says in words what should be. */
static bool plain_words(const char *what, char *text, size_t size)
{
    size_t length = strlen(what);
    if (length < 4 || strncmp(what, "!\"", 2) || what[length - 1] != '"')
        return false;
    snprintf(text, size, "%.*s", (int)(length - 3), what + 2);
    return true;
}

/* What was expected and what was seen, as the kind of check has it. */
static void explain_check(const struct told_program *program, const struct told *told, const char *what, char *expected,
                          size_t expected_size, char *seen, size_t seen_size)
{
    const char *bound = told->kind == '<' ? "at most " : "";
    char wanted[64];

    if (plain_words(what, expected, expected_size)) {
        snprintf(seen, seen_size, "it is not so");
    } else if (told->kind == 'u') {
        snprintf(expected, expected_size, "`%s` is refused and changes nothing", what);
        changes(told->got, seen, seen_size);
    } else {
        number(program, told->kind, told->expected, wanted, sizeof wanted);
        number(program, told->kind, told->got, seen, seen_size);
        if (program->rig)
            snprintf(expected, expected_size, "%s: %s%s", what, bound, wanted);
        else
            snprintf(expected, expected_size, "%s%s from `%s`", bound, wanted, what);
    }
}

void told_fail_check(const struct told_program *program, const struct told *told)
{
    char expected[400], seen[100], what[TOLD_TEXT], file[TOLD_TEXT], test[TOLD_TEXT + 16], family[TOLD_TEXT];
    const char *own = family_at(program, told->family, family, sizeof family);

    if (!told_string(program, told->what, what, sizeof what) || !told_string(program, told->file, file, sizeof file)) {
        session_fail(program->session, 0, own, "the test program's memory is changed by nobody but itself",
                     "what it tells about its first failed check is no text of its own");
        return;
    }
    explain_check(program, told, what, expected, sizeof expected, seen, sizeof seen);
    name_test(program, told->index, test, sizeof test);
    if (program->rig)
        session_fail(program->session, 0, own, expected, "%s; grading/rig/%s:%" PRIu64, seen, file, told->line);
    else
        session_fail(program->session, 0, own, expected, "%s; %s:%" PRIu64 ", %s", seen, file, told->line, test);
}

/* ---- A run that did not come to its end ---- */

/* end: what came instead of the program's own end. */
static void explain(const struct told_program *program, const char *end)
{
    struct session *session = program->session;
    char words[160], test[TOLD_TEXT + 16], family[TOLD_TEXT];

    if (session_decided(session))
        return;
    session_last_words(session, words, sizeof words);
    struct told_place place = told_last_place(program);
    if (session_decided(session))
        return;
    session->verdict->early = place.index >= program->count;
    name_test(program, place.index, test, sizeof test);
    session_fail(session, 0, family_at(program, place.family, family, sizeof family), "the test comes to its end", "%s%s%s; %s",
                 end, words[0] ? ": " : "", words, test);
}

void told_explain_end(const struct told_program *program)
{
    char end[120];
    explain(program, session_end_text(program->session, end, sizeof end));
}

/* ---- The test ---- */

/*
 * The kernel has come to an answer of a later task. Where the program has announced that, its checks until then are looked at as
 * those of any run that has passed. Otherwise something has gone wrong: with the answers up to its own task each test comes to its
 * end, and a program that, say, begins at the wrong instruction is soon an exception, which is a later task.
 */
static void judge_unwritten(const struct told_program *program)
{
    struct told told;
    char title[64], end[140];

    if (machine_read_virtual(program->session->machine, program->told, &told, sizeof told).code == STATUS_OK &&
        told.state == TOLD_REACHES) {
        told_verify(program, told.checks, true);
    } else {
        session_unwritten(program->session, title, sizeof title);
        snprintf(end, sizeof end, "the kernel came to an answer that this test does not need (%s)", title);
        explain(program, end);
    }
}

void told_judge(const struct told_program *program)
{
    struct session *session = program->session;
    struct told told;
    char why[200], name[TOLD_TEXT];

    if (!told_genuine(program, session->machine, &session->outcome.registers, why, sizeof why)) {
        told_forged(session, why);
        return;
    }
    if (!session_read(session, program->told, &told, sizeof told))
        return;
    switch (told.state) {
    case TOLD_PASSED:
        told_verify(program, told.checks, false);
        break;
    case TOLD_FAILED:
        told_fail_check(program, &told);
        break;
    case TOLD_UNKNOWN:
        told_string(program, told.what, name, sizeof name);
        verdict_trouble(session->verdict, "told_tests: there is no test %s in its group", name);
        break;
    default:
        told_forged(session, "it came to its end without having passed or failed");
    }
}

void probe_told(struct session *session)
{
    struct told_program program;
    uint64_t challenge = session_draw(session) | 1;

    if (!told_open(&program, session, false) || !told_check_families(&program) ||
        !session_patch(session, false, "told", &challenge, sizeof challenge))
        return;
    session->beat = BEAT;
    session_stop_at(session, program.end);
    if (!session_record_tables(session))
        told_explain_end(&program);
    else if (session->outcome.address == program.end)
        told_judge(&program);
    else
        judge_unwritten(&program);
}
