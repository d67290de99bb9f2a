/* The steps of a run: see grade.h. Each either goes on or ends it with its own exit code. */
#include "grade.h"

#include "clean.h"
#include "course.h"
#include "host.h"
#include "machine/sandbox.h"
#include "record.h"
#include "replay.h"
#include "report.h"
#include "run.h"
#include "seed.h"
#include "select.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GO_ON ((enum grade_exit) - 1)

struct grade {
    const struct options *options;
    const volatile bool *interrupted;
    char tests_path[600], stage[64], qemu[32], built_programs[600];
    struct kit kit;
    struct families families;
    struct tests tests;
    struct submission submission;
    struct workdir dir;
    struct build build;
    bool *selected, *shown; /* by test: is run; is also reported */
    struct verdict *verdicts;
    struct result result, shown_result;
    struct hints hints;
    struct course course;
    struct course_rules rules;
    struct deadline deadline;
    struct report report;
};

static enum grade_exit fail(enum grade_exit code, struct status status)
{
    clean(status.message);
    fprintf(stderr, "grade: %s\n", status.message);
    if (code == GRADE_TROUBLE)
        fprintf(stderr, "grade: this is the grader's trouble and says nothing about the submission\n");
    return code;
}

static unsigned jobs(const struct grade *grade)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return grade->options->jobs ? grade->options->jobs : processors > 0 ? (unsigned)processors : 1;
}

/* The kit, the exercise, its tests, and which of them. */
static enum grade_exit find_exercise(struct grade *grade)
{
    const struct options *options = grade->options;
    char path[600];
    struct status status = kit_open(&grade->kit, options->kit, options->build);
    if (status.code != STATUS_OK)
        return fail(GRADE_TROUBLE, status);
    snprintf(grade->tests_path, sizeof grade->tests_path, "%s/grading/tests", grade->kit.source);
    if (options->tests)
        snprintf(grade->tests_path, sizeof grade->tests_path, "%s", options->tests);
    snprintf(grade->built_programs, sizeof grade->built_programs, "%s/tests", grade->kit.build);
    status = kit_stage(grade->tests_path, options->exercise, grade->stage, sizeof grade->stage);
    if (status.code != STATUS_OK)
        return fail(status.code == STATUS_REFUSED ? GRADE_SUBMISSION : GRADE_TROUBLE, status);
    snprintf(path, sizeof path, "%.500s/grading/families", grade->kit.source);
    status = families_load(&grade->families, path, grade->stage);
    if (status.code == STATUS_OK)
        status = tests_load(&grade->tests, grade->tests_path, grade->stage, &grade->families);
    return status.code == STATUS_OK ? GO_ON : fail(options->tests ? GRADE_USAGE : GRADE_TROUBLE, status);
}

/* The default file of the kit is the grader's own; another one is the caller's. */
static enum grade_exit take_course(struct grade *grade)
{
    char path[600], families[600];
    const struct options *options = grade->options;
    snprintf(path, sizeof path, "%.500s/grading/course.json", grade->kit.source);
    snprintf(families, sizeof families, "%.500s/grading/families", grade->kit.source);
    struct status status = course_open(&grade->course, options->course ? options->course : path, families);
    if (status.code == STATUS_OK)
        status = course_apply(&grade->course, grade->stage, &grade->tests);
    if (status.code != STATUS_OK)
        return fail(options->course ? GRADE_USAGE : GRADE_TROUBLE, status);
    grade->rules = course_rules(&grade->course, grade->stage, options->student);
    grade->deadline = deadline_make(&grade->rules, course_extended(&grade->course, grade->stage, options->student),
                                    options->has_submitted ? &options->submitted : NULL);
    return GO_ON;
}

static enum grade_exit choose(struct grade *grade)
{
    grade->selected = calloc(grade->tests.count, sizeof *grade->selected);
    grade->shown = calloc(grade->tests.count, sizeof *grade->shown);
    grade->verdicts = calloc(grade->tests.count, sizeof *grade->verdicts);
    if (!grade->selected || !grade->shown || !grade->verdicts)
        return fail(GRADE_TROUBLE, status_errno("memory"));
    struct status status = select_tests(&grade->tests, grade->options->only, grade->selected);
    for (size_t i = 0; i < grade->tests.count; i++)
        grade->shown[i] = grade->selected[i] && course_shows(&grade->tests.test[i], grade->deadline.passed);
    return status.code == STATUS_OK ? GO_ON : fail(GRADE_USAGE, status);
}

static enum grade_exit take_in(struct grade *grade)
{
    struct status status = submission_read(&grade->submission, grade->options->submission, grade->stage);
    if (status.code != STATUS_OK)
        return fail(status.code == STATUS_REFUSED ? GRADE_SUBMISSION : GRADE_TROUBLE, status);
    return GO_ON;
}

static enum grade_exit build(struct grade *grade)
{
    struct build_input input = { .kit = &grade->kit,
                                 .submission = &grade->submission,
                                 .stage = grade->stage,
                                 .dir = &grade->dir,
                                 .jobs = jobs(grade) };
    struct status status = host_check(grade->qemu, sizeof grade->qemu);
    if (status.code == STATUS_OK)
        status = workdir_make(&grade->dir, SANDBOX_NOBODY);
    if (status.code == STATUS_OK)
        status = build_kernel(&grade->build, &input);
    return status.code == STATUS_OK ? GO_ON : fail(GRADE_TROUBLE, status);
}

static void prepare_result(struct grade *grade)
{
    grade->result = (struct result){
        .kit = &grade->kit,
        .submission = &grade->submission,
        .families = &grade->families,
        .tests = &grade->tests,
        .build = &grade->build,
        .verdicts = grade->verdicts,
        .selected = grade->selected,
        .stage = grade->stage,
        .qemu = grade->qemu,
        .seed = grade->result.seed,
        .deadline = &grade->deadline,
    };
    char directory[600] = "";
    grade->shown_result = grade->result;
    grade->shown_result.selected = grade->shown;
    record_directory(&grade->kit, directory, sizeof directory);
    hints_open(&grade->hints, grade->options->hint, grade->rules.hints, directory, grade->stage);
    grade->report = (struct report){
        .out = stdout,
        .result = &grade->shown_result,
        .all = &grade->result,
        .feedback = grade->rules.feedback,
        .submission = grade->options->submission,
        .color = grade->options->color == COLOR_ALWAYS ||
                 (grade->options->color == COLOR_AUTO && isatty(1) && !getenv("NO_COLOR")),
        .progress = isatty(1),
        .hints = &grade->hints,
    };
}

/* Complete runs are kept in the build directory; that it is read-only, as in a grader's image, is no trouble. */
static void keep_record(struct grade *grade, const char *text)
{
    char path[1024];
    bool there = record_path(&grade->result, path, sizeof path).code == STATUS_OK;
    if (grade->options->replay && !grade->options->json)
        replay_compare(stdout, path, text, &grade->shown_result);
    if (there && result_complete(&grade->result))
        record_write(path, text);
}

static enum grade_exit write_record(struct grade *grade)
{
    char *text;
    struct status status = record_make(&grade->result, &text);
    if (status.code != STATUS_OK)
        return fail(GRADE_TROUBLE, status);
    if (grade->options->json)
        fputs(text, stdout);
    if (grade->options->output)
        status = record_write(grade->options->output, text);
    keep_record(grade, text);
    free(text);
    return status.code == STATUS_OK ? GO_ON : fail(GRADE_TROUBLE, status);
}

static void on_verdict(void *context, size_t index, const struct verdict *verdict)
{
    struct grade *grade = context;
    (void)verdict;
    if (!grade->options->json)
        report_verdict(&grade->report, index);
}

static void on_progress(void *context, size_t finished, size_t running)
{
    struct grade *grade = context;
    if (!grade->options->json)
        report_progress(&grade->report, finished, running);
}

static enum grade_exit run(struct grade *grade)
{
    const struct run_events events = { on_verdict, on_progress, grade };
    const struct run_input input = {
        .tests = &grade->tests,
        .selected = grade->selected,
        .build = &grade->build,
        .stage = grade->stage,
        .programs = { grade->options->tests ? grade->options->tests : grade->built_programs, grade->built_programs },
        .dir = &grade->dir,
        .seed = grade->result.seed,
        .jobs = jobs(grade),
        .interrupted = grade->interrupted,
    };
    struct status status = run_tests(&input, grade->verdicts, &events);
    report_progress_end(&grade->report);
    return status.code == STATUS_OK ? GO_ON : fail(GRADE_TROUBLE, status);
}

static enum grade_exit judge(struct grade *grade)
{
    enum grade_exit end;
    bool good = grade->build.good, text = !grade->options->json;
    prepare_result(grade);
    if (text)
        report_heading(&grade->report);
    if (!good && text)
        report_not_compiled(&grade->report);
    if (good && (end = run(grade)) != GO_ON)
        return end;
    if (good && text) {
        report_autopsy(&grade->report);
        report_ending(&grade->report);
    }
    if ((end = write_record(grade)) != GO_ON)
        return end;
    if (!good)
        return GRADE_COMPILE;
    return result_points(&grade->result) == result_max(&grade->result) ? GRADE_ALL_POINTS : GRADE_POINTS_MISSING;
}

static enum grade_exit choose_seed(struct grade *grade)
{
    grade->result.seed = grade->options->seed;
    struct status status = grade->options->has_seed ? status_ok() : seed_draw(&grade->result.seed);
    return status.code == STATUS_OK ? GO_ON : fail(GRADE_TROUBLE, status);
}

/* A report that did not get where it should is no result; that nobody wanted to read on is no trouble. */
static enum grade_exit check_output(enum grade_exit end)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    if (fflush(stdout) == 0 && !ferror(stdout))
        return end;
    if (poll(&out, 1, 0) > 0 && (out.revents & POLLERR))
        return end;
    return fail(GRADE_TROUBLE, status_error(STATUS_SYSTEM, "not all that was to be printed could be: is there room on the disk?"));
}

enum grade_exit grade(const struct options *options, const volatile bool *interrupted)
{
    static enum grade_exit (*const steps[])(struct grade *) = { find_exercise, take_course, choose, take_in,
                                                                choose_seed,   build,       judge };
    struct grade grade = { .options = options, .interrupted = interrupted };
    enum grade_exit end = GO_ON;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && end == GO_ON; i++)
        end = *interrupted ? fail(GRADE_TROUBLE, status_error(STATUS_SYSTEM, "interrupted")) : steps[i](&grade);
    workdir_remove(&grade.dir);
    hints_close(&grade.hints);
    build_free(&grade.build);
    submission_free(&grade.submission);
    tests_free(&grade.tests);
    families_free(&grade.families);
    kit_close(&grade.kit);
    course_close(&grade.course);
    free(grade.selected);
    free(grade.shown);
    free(grade.verdicts);
    return check_output(end);
}
