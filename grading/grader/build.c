/* Building a submission: see build.h. */
#include "build.h"

#include "copy_tree.h"
#include "machine/arguments.h"
#include "machine/sandbox.h"
#include "messages.h"
#include "objects.h"
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAKE "/usr/bin/make"
#define OBJECT_MAX                                                                                                     \
    (16u << 20) /* bytes of one file: a kernel's image must stay below that, and 64 of them still fit on a disk */

bool build_has_rig(const char *stage)
{
    return stage[0] == '3';
}

static struct status lay_out(const struct build_input *input)
{
    char path[128], constants[700];
    snprintf(path, sizeof path, "%s/in/kit", input->dir->path);
    struct status status = copy_tree(input->kit->cache, path);
    snprintf(path, sizeof path, "%s/run/asm_constants.inc", input->dir->path);
    snprintf(constants, sizeof constants, "%s/asm_constants.inc", input->kit->cache);
    if (status.code == STATUS_OK)
        status = copy_file(constants, path, 0);
    snprintf(path, sizeof path, "%s/in/submission", input->dir->path);
    if (status.code == STATUS_OK && (mkdir(path, 0755) < 0 || chmod(path, 0755) < 0))
        status = status_errno(path);
    return status.code == STATUS_OK ? submission_write(input->submission, path) : status;
}

/* READY="kernel 2-boot ...": every part but the student's, or when linking every part; and where kernel.mk finds the
 * stages. */
static void add_parts(struct arguments *args, const struct build_input *input, bool linking)
{
    char ready[256] = "READY=";
    size_t index;
    const json_t *value;
    json_array_foreach(json_object_get(input->kit->json, "parts"), index, value)
    {
        const char *part = json_string_value(value);
        size_t used = strlen(ready);
        if (!part)
            continue;
        bool own = strcmp(part, input->stage) == 0;
        if (!own || linking)
            snprintf(ready + used, sizeof ready - used, "%s ", part);
        if (part[0] >= '1' && part[0] <= '9')
            arguments_add(args, "STAGE_%c=%s%s", part[0], own ? "/submission" : "/kit/", own ? "" : part);
    }
    arguments_add(args, "%s", ready);
}

/* What stands behind the stage: the stand-in asks the first, the examiner the second, the others are part of the whole kernel. Stage 3
 * alone is tried by the rig as well, in a second kernel. */
static const char *body_of(const char *stage)
{
    return stage[0] == '1' ? "standin" : stage[0] == '2' ? "examiner" : "stages";
}

/* The same flags for everybody: nothing of the student's, least of all a makefile, is ever read by make. */
static void make_arguments(struct arguments *args, const struct build_input *input, const char *body, bool linking)
{
    arguments_append(args, MAKE, "-s", "-k", "-O", "-r", "-R", "-o", "/box/asm_constants.inc", "-f",
                     "/kit/kernel/kernel.mk", "CONFIG=/kit/config.mk", "OUT=/box", "PARTS=/kit/parts", "STRICT=", NULL);
    add_parts(args, input, linking);
    arguments_add(args, "BODY=%s", body);
    arguments_add(args, "-j%u", input->jobs ? input->jobs : 1);
    if (linking)
        arguments_add(args, "all");
    else
        arguments_add(args, "/box/%s.part.o", input->stage);
}

/* Runs make in the sandbox, and frees its arguments. */
static struct status make(const struct build_input *input, struct arguments *args, struct sandbox_result *result)
{
    char kit[128], submission[128], run[128];
    snprintf(kit, sizeof kit, "%s/in/kit", input->dir->path);
    snprintf(submission, sizeof submission, "%s/in/submission", input->dir->path);
    snprintf(run, sizeof run, "%s/run", input->dir->path);
    const struct sandbox_bind binds[] = { { kit, "/kit", false },
                                          { submission, "/submission", false },
                                          { run, "/box", true } };
    struct sandbox box = {
        .binds = binds, .bind_count = 3, .directory = "/box", .limits = sandbox_default_limits(), .uid = input->uid
    };
    box.limits.file_size = OBJECT_MAX;
    if (access(MAKE, X_OK) < 0)
        return status_errno(MAKE);
    struct status status = args->failed ? status_error(STATUS_SYSTEM, "out of memory")
                                        : sandbox_run(&box, (const char *const *)args->list, result);
    arguments_free(args);
    return status;
}

/* Takes over what was said; `why` is added when there is something to add. */
static struct status keep(struct build *build, char *text, const char *why)
{
    char *whole = NULL;
    if (text && asprintf(&whole, "%s%s", text, why) < 0)
        whole = NULL;
    free(text);
    free(build->messages);
    build->messages = whole;
    return whole ? status_ok() : status_errno("memory");
}

/* Why make failed, when the compiler itself does not say it in a student's words. */
static const char *reason(const struct sandbox_result *result, const char *text)
{
    if (result->timed_out)
        return "Compiling takes longer than a minute: it was stopped.\n";
    if (!text[0] || strstr(text, "terminated program") || strstr(text, "memory exhausted"))
        return "The compiler was stopped: the files ask for more memory, time or space than they get.\n";
    return "";
}

static struct status run_arguments(struct build *build, const struct build_input *input, struct arguments *args)
{
    struct sandbox_result result;
    struct status status = make(input, args, &result);
    if (status.code != STATUS_OK)
        return status;
    build->good = result.exit_code == 0;
    char *text = messages_make(result.output, result.output_length, input->stage, result.output_cut);
    const char *why = text && !build->good ? reason(&result, text) : "";
    sandbox_result_free(&result);
    /* The second run says nothing new when the first had warnings. */
    if (build->good && text && !text[0] && build->messages) {
        free(text);
        return status_ok();
    }
    return keep(build, text, why);
}

static struct status run_make(struct build *build, const struct build_input *input, const char *body, bool linking)
{
    struct arguments args = { 0 };
    make_arguments(&args, input, body, linking);
    return run_arguments(build, input, &args);
}

/* The linker script as tokens: of stage 2, or an empty one. NULL when memory is out. */
static struct script *read_script(const struct build_input *input, FILE *complaints)
{
    const struct submission *submission = input->submission;
    struct script *script = calloc(1, sizeof *script);
    for (size_t i = 0; script && i < submission->count; i++)
        if (input->stage[0] == '2' && strcmp(submission->file[i].name, "kernel.ld") == 0)
            script_read(script, submission->file[i].data, submission->file[i].length, complaints);
    return script;
}

enum inspection {
    SCRIPT,  /* before any tool reads it */
    OBJECTS, /* before they are linked */
    LIBRARY, /* the same, of the user-level threads */
    NAMES,
};

static struct status look(const struct build_input *input, enum inspection what, FILE *complaints)
{
    char objects[128], part[160], contracts[160];
    snprintf(objects, sizeof objects, "%s/run/%s", input->dir->path, what == LIBRARY ? "library" : input->stage);
    snprintf(part, sizeof part, "%s.part.o", objects);
    snprintf(contracts, sizeof contracts, "%s/in/kit/kernel/contract", input->dir->path);
    if (what == OBJECTS || what == LIBRARY)
        return objects_check(objects, input->stage, complaints);
    struct script *script = read_script(input, complaints);
    if (!script)
        return status_errno("memory");
    struct status status = status_ok();
    if (what == SCRIPT)
        script_check(script, contracts, complaints);
    else
        status = objects_check_names(objects, part, contracts, input->stage, script, complaints);
    free(script);
    return status;
}

/* Runs one of the checks; complaints make the build bad. */
static struct status inspect(struct build *build, const struct build_input *input, enum inspection what)
{
    char *text = NULL;
    size_t size = 0;
    FILE *complaints = open_memstream(&text, &size);
    if (!complaints)
        return status_errno("memory");
    struct status status = look(input, what, complaints);
    if (fclose(complaints) != 0 && status.code == STATUS_OK)
        status = status_errno("memory");
    if (status.code == STATUS_OK && size) {
        build->good = false;
        char *lines = messages_make(text, size, input->stage, false);
        status = keep(build, lines, "");
    }
    free(text);
    return status;
}

static struct status copy_out(struct built_kernel *kernel, const struct build_input *input, const char *name)
{
    char from[128];
    snprintf(kernel->elf, sizeof kernel->elf, "%s/%s.elf", input->dir->path, name);
    snprintf(kernel->boot, sizeof kernel->boot, "%s/%s.boot", input->dir->path, name);
    snprintf(from, sizeof from, "%s/run/kernel.elf", input->dir->path);
    struct status status = copy_file(from, kernel->elf, 1);
    snprintf(from, sizeof from, "%s/run/kernel.boot", input->dir->path);
    return status.code == STATUS_OK ? copy_file(from, kernel->boot, 1) : status;
}

/*
 * Linking is a run of make of its own, in which the student's part is as ready as the others: so the dependency files,
 * whose contents a source file can decide (NASM: %depend), are never read by make.
 */
static struct status link_kernel(struct build *build, const struct build_input *input)
{
    char from[160], to[192];
    snprintf(from, sizeof from, "%s/run/%s.part.o", input->dir->path, input->stage);
    snprintf(to, sizeof to, "%s/in/kit/parts/%s.part.o", input->dir->path, input->stage);
    unlink(to); /* the reference's */
    struct status status = copy_file(from, to, 1);
    if (status.code == STATUS_OK)
        status = run_make(build, input, body_of(input->stage), true);
    if (status.code == STATUS_OK && build->good)
        status = copy_out(&build->kernel, input, "kernel");
    if (status.code == STATUS_OK && build->good && build_has_rig(input->stage))
        status = run_make(build, input, "rig", true);
    if (status.code == STATUS_OK && build->good && build_has_rig(input->stage))
        status = copy_out(&build->rig, input, "rig");
    return status;
}

/* ---- The library of exercise 3, part A ---- */

static bool has_library(const struct submission *submission)
{
    for (size_t i = 0; i < submission->count; i++)
        if (strncmp(submission->file[i].name, "user/", 5) == 0)
            return true;
    return false;
}

static struct status make_library(struct build *build, const struct build_input *input, const char *target)
{
    struct arguments args = { 0 };
    arguments_append(&args, MAKE, "-s", "-k", "-O", "-r", "-R", "-f", "/kit/uthreads/uthreads.mk", "CONFIG=/kit/config.mk", "OUT=/box",
                     "KIT=/kit/uthreads", "SUBMISSION=/submission/user", NULL);
    arguments_add(&args, "%s", target);
    return run_arguments(build, input, &args);
}

static struct status build_library(struct build *build, const struct build_input *input)
{
    char from[128];
    struct status status = make_library(build, input, "library");
    if (status.code == STATUS_OK && build->good)
        status = inspect(build, input, LIBRARY);
    if (status.code == STATUS_OK && build->good)
        status = make_library(build, input, "program");
    if (status.code != STATUS_OK || !build->good)
        return status;
    snprintf(build->uthreads_elf, sizeof build->uthreads_elf, "%s/uthreads.elf", input->dir->path);
    snprintf(from, sizeof from, "%s/run/uthreads.elf", input->dir->path);
    return copy_file(from, build->uthreads_elf, 1);
}

struct status build_kernel(struct build *build, const struct build_input *input)
{
    *build = (struct build){ 0 };
    struct status status = lay_out(input);
    build->good = true;
    if (status.code == STATUS_OK)
        status = inspect(build, input, SCRIPT);
    if (status.code == STATUS_OK && build->good)
        status = run_make(build, input, body_of(input->stage), false);
    if (status.code == STATUS_OK && build->good)
        status = inspect(build, input, OBJECTS);
    if (status.code == STATUS_OK && build->good)
        status = inspect(build, input, NAMES);
    if (status.code == STATUS_OK && build->good)
        status = link_kernel(build, input);
    if (status.code == STATUS_OK && build->good && has_library(input->submission))
        status = build_library(build, input);
    snprintf(build->standin.elf, sizeof build->standin.elf, "%s/in/kit/standin/kernel.elf", input->dir->path);
    snprintf(build->standin.boot, sizeof build->standin.boot, "%s/in/kit/standin/kernel.boot", input->dir->path);
    return status;
}

void build_free(struct build *build)
{
    free(build->messages);
    build->messages = NULL;
}

const struct built_kernel *build_for(const struct build *build, const struct test *test)
{
    if (strcmp(test->probe, "uthreads") == 0)
        return &build->standin;
    return strcmp(test->probe, "rig") == 0 ? &build->rig : &build->kernel;
}
