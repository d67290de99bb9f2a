/* Stage 2, ELF: files that are wrong in one place and files that only look so, all offered to the student's elf_check. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "probes/boot_trial.h"
#include "probes/probes.h"

/* ---- Verdicts on files ---- */

static void clean_text(char *text)
{
    text[EXAM_TEXT - 1] = '\0';
    for (char *c = text; *c; c++)
        *c = *c < ' ' || *c > '~' ? '?' : *c;
}

static bool survived(struct trial *trial, unsigned i)
{
    const struct exam_fault *fault = &trial->report->checked[i].fault;

    if (fault->vector)
        session_fail(trial->world.session, fault->rip, trial->file[i]->family,
                     "elf_check reads nothing outside the file and writes nothing in it, whatever the file says",
                     "exception %" PRIu64 " at address 0x%" PRIx64 ", %s (file: %s)", fault->vector, fault->address,
                     fault_place(trial, i, fault->address), trial->file[i]->what);
    return !fault->vector;
}

static bool same_segment(const struct elf_segment *a, const struct elf_segment *b)
{
    return a->vaddr == b->vaddr && a->offset == b->offset && a->filesz == b->filesz && a->memsz == b->memsz &&
           a->rights == b->rights;
}

static bool has_segment(const struct elf_plan *plan, const struct elf_segment *s)
{
    for (unsigned i = 0; i < plan->count && i < ELF_SEGMENTS; i++)
        if (same_segment(&plan->segment[i], s))
            return true;
    return false;
}

/* In whatever order. */
static void check_plan(struct trial *trial, unsigned i)
{
    struct session *session = trial->world.session;
    const struct elf_plan *found = &trial->report->checked[i].plan;
    const char *what = trial->file[i]->what, *expected = "the plan says what the file says: entry, and each segment to be loaded";
    struct elf_plan wanted;

    draft_plan(trial->draft[i], &wanted);
    if (found->entry != wanted.entry)
        session_fail(session, 0, "elf-file", expected, "the entry is 0x%" PRIx64 " instead of 0x%" PRIx64 " (file: %s)",
                     found->entry, wanted.entry, what);
    if (found->count != wanted.count)
        session_fail(session, 0, trial->file[i]->family, expected, "%u segments instead of %u (file: %s)", found->count,
                     wanted.count, what);
    for (unsigned k = 0; k < wanted.count && !session_decided(session); k++)
        if (!has_segment(found, &wanted.segment[k]))
            session_fail(session, 0, trial->file[i]->family, expected,
                         "the segment at 0x%" PRIx64 " is missing, or another one (file: %s)", wanted.segment[k].vaddr, what);
}

static void judge(struct trial *trial, unsigned i)
{
    struct session *session = trial->world.session;
    struct exam_checked *c = &trial->report->checked[i];
    const struct elf_case *f = trial->file[i];

    clean_text(c->text);
    if (!survived(trial, i))
        return;
    if (f->fields && !c->refused)
        session_fail(session, 0, f->family, "elf_check refuses what cannot be loaded", "it accepted a file in which %s%s",
                     "this is wrong: ", f->what);
    else if (!f->fields && c->refused)
        session_fail(session, 0, f->family, "elf_check accepts what can be loaded, however odd it looks",
                     "it refused this: %s (\"%s\")", f->what, c->text);
    else if (!f->fields)
        check_plan(trial, i);
}

static void try_cases(struct session *session, const struct elf_case *cases, unsigned count, unsigned rounds)
{
    struct trial *trial = NULL;

    if (open_trial(&trial, session)) {
        for (unsigned round = 0; round < rounds; round++)
            add_case(trial, &elf_odd[0]); /* who refuses everything has understood nothing */
        for (unsigned i = 0; i < count * rounds; i++)
            add_case(trial, &cases[i % count]);
        if (run_trial(trial, EXAM_CHECK, cases[0].family, "elf_check comes to a verdict on every file"))
            for (unsigned i = 0; i < trial->count && !session_decided(session); i++)
                judge(trial, i);
    }
    close_trial(trial);
}

void probe_boot_elf_headers(struct session *session)
{
    try_cases(session, elf_bad, elf_bad_count, 2);
}

void probe_boot_elf_segments(struct session *session)
{
    try_cases(session, elf_bad_segments, elf_bad_segments_count, 2);
}

void probe_boot_elf_odd(struct session *session)
{
    try_cases(session, elf_odd, elf_odd_count, 3);
}

/* ---- Messages ---- */

/* Whether text begins with one of the names, as a whole word. */
static bool names_field(const char *text, const char *fields)
{
    for (size_t length; *fields; fields += length + (fields[length] == ' ')) {
        length = strcspn(fields, " ");
        if (strncmp(text, fields, length) == 0 && !isalnum((unsigned char)text[length]) && text[length] != '_')
            return true;
    }
    return false;
}

static void judge_message(struct trial *trial, unsigned i)
{
    struct session *session = trial->world.session;
    struct exam_checked *c = &trial->report->checked[i];
    int fault = trial->draft[i]->fault;

    clean_text(c->text);
    if (!survived(trial, i) || !trial->file[i]->fields || !c->refused)
        return;
    if (!names_field(c->text, trial->file[i]->fields))
        session_fail(session, 0, "elf-file", "a refusal begins with the name of the field at fault",
                     "\"%s\" for a file in which this is wrong: %s", c->text, trial->file[i]->what);
    if (fault >= -1 && c->plan.header != fault)
        session_fail(session, 0, "elf-file", "plan->header tells which program header is at fault, -1 the file's own",
                     "it is %d instead of %d for: %s", c->plan.header, fault, trial->file[i]->what);
}

void probe_boot_elf_messages(struct session *session)
{
    struct trial *trial = NULL;

    if (open_trial(&trial, session)) {
        for (unsigned i = 0; i < elf_bad_count; i++)
            add_case(trial, &elf_bad[i]);
        for (unsigned i = 0; i < elf_bad_segments_count; i++)
            add_case(trial, &elf_bad_segments[i]);
        if (run_trial(trial, EXAM_CHECK, "elf-file", "elf_check comes to a verdict on every file"))
            for (unsigned i = 0; i < trial->count && !session_decided(session); i++)
                judge_message(trial, i);
    }
    close_trial(trial);
}
