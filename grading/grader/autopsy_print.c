/* An autopsy in words: see autopsy.h. */
#include "autopsy.h"

#include "exceptions.h"
#include "report_style.h"

#include <inttypes.h>
#include <string.h>

#define CAUSES 2

static const char *ending(const struct autopsy *autopsy)
{
    static const char *const words[] = {
        [MACHINE_SHUTDOWN] =
            "a triple fault: the processor could deliver neither an exception nor the double fault that followed",
        [MACHINE_PANICKED] = "the machine was told to stop",
        [MACHINE_DEAD] = "halted for good, with interrupts off",
        [MACHINE_IDLE] = "waiting for an interrupt, and none comes",
        [MACHINE_OVER_LIMIT] = "still running at the limit",
        [MACHINE_FLOOD] = "printing without end",
        [MACHINE_STORM] = "interrupted again and again, without end",
    };
    size_t kind = (size_t)autopsy->end.kind;
    if (autopsy->panicked)
        return "the kernel panicked";
    return kind < sizeof words / sizeof words[0] && words[kind] ? words[kind] : machine_outcome_name(autopsy->end.kind);
}

static void print_exception(const struct report *report, const struct autopsy *a)
{
    char error[200], text[400];
    exception_error(a->vector, a->error, a->at.cr2, error, sizeof error);
    snprintf(text, sizeof text, "%s (vector %" PRIu64 ", error code 0x%" PRIx64 ")%s%s", exception_name(a->vector),
             a->vector, a->error, error[0] ? ": " : "", error);
    style_field(report, "cause", text);
}

static void print_words(const struct report *report, const char *const names[4], const uint64_t values[4], int count)
{
    fprintf(report->out, "%*s", 8, "");
    for (int i = 0; i < count; i++)
        fprintf(report->out, "%s%-4s%016" PRIx64, i ? "  " : "", names[i], values[i]);
    fputc('\n', report->out);
}

/* The GS base is that of the last moment: behind an exception the kernel may already have put it right. */
static void print_registers(const struct report *report, const struct x86_registers *r, bool gs_known)
{
    static const char *const names[][4] = {
        { "rax", "rbx", "rcx", "rdx" }, { "rsi", "rdi", "rbp", "rsp" }, { "r8", "r9", "r10", "r11" },
        { "r12", "r13", "r14", "r15" }, { "rip", "cr2", "cr3", "gs" },
    };
    const uint64_t values[][4] = {
        { r->rax, r->rbx, r->rcx, r->rdx }, { r->rsi, r->rdi, r->rbp, r->rsp },     { r->r8, r->r9, r->r10, r->r11 },
        { r->r12, r->r13, r->r14, r->r15 }, { r->rip, r->cr2, r->cr3, r->gs_base },
    };
    char flags[96];
    size_t rows = sizeof values / sizeof values[0];
    for (size_t i = 0; i < rows; i++)
        print_words(report, names[i], values[i], i + 1 == rows && !gs_known ? 3 : 4);
    fprintf(report->out, "%*scs %04x (ring %u)  ss %04x  rflags %08" PRIx64 " (%s)\n", 8, "", r->cs, r->cs & 3u, r->ss,
            r->rflags, x86_rflags_text(r->rflags, flags, sizeof flags));
}

static void print_trail(const struct report *report, const struct autopsy *autopsy)
{
    char text[AUTOPSY_TRAIL * 170] = "";
    for (size_t i = 0; i < AUTOPSY_TRAIL; i++) {
        size_t used = strlen(text);
        bool again = i && strcmp(autopsy->trail[i], autopsy->trail[i - 1]) == 0;
        if (autopsy->trail[i][0] && !again)
            snprintf(text + used, sizeof text - used, "%s%s", used ? " -> " : "", autopsy->trail[i]);
    }
    style_field(report, autopsy->end.kind == MACHINE_SHUTDOWN ? "last" : "it was at", text);
}

/* The first test that failed with a recording of its death. */
static const struct verdict *first_death(const struct result *result, const struct test **test)
{
    for (size_t i = 0; i < result->tests->count; i++) {
        const struct verdict *verdict = &result->verdicts[i];
        *test = &result->tests->test[i];
        if (result->selected[i] && verdict->kind == VERDICT_FAILED && verdict->has_end && verdict->log[0])
            return verdict;
    }
    return NULL;
}

void report_autopsy(struct report *report)
{
    const struct test *test;
    const struct verdict *verdict = first_death(report->result, &test);
    struct autopsy autopsy;
    struct image *kernel;
    if (report->feedback < FEEDBACK_SEEN || !verdict || image_open(&kernel, build_for(report->result->build, test)->elf).code != STATUS_OK)
        return;
    struct status status = autopsy_make(&autopsy, verdict, kernel);
    if (status.code == STATUS_OK)
        autopsy_print(report, &autopsy, test, verdict);
    else
        fprintf(report->out, "\nNo autopsy of %s: %s\n", test->id, status.message);
    image_close(kernel);
}

void autopsy_print(const struct report *report, const struct autopsy *autopsy, const struct test *test,
                   const struct verdict *verdict)
{
    const struct family *family = families_find(report->result->families, verdict->family);
    const char *causes[CAUSES];
    char text[240], section[40];
    snprintf(text, sizeof text, "Autopsy of %s", test->id);
    fputc('\n', report->out);
    style_print(report, STYLE_STRONG, text);
    snprintf(text, sizeof text, "%s, after %" PRIu64 " instructions", ending(autopsy), autopsy->end.count);
    fputc('\n', report->out);
    style_field(report, "end", text);
    style_field(report, "it said", autopsy->message);
    if (autopsy->has_vector)
        print_exception(report, autopsy);
    style_field(report, "where", autopsy->place);
    print_trail(report, autopsy);
    print_registers(report, &autopsy->at, !autopsy->has_vector);
    size_t count = autopsy_causes(autopsy, causes, CAUSES);
    for (size_t i = 0; i < count; i++)
        style_field(report, i ? "or" : "likely", causes[i]);
    snprintf(text, sizeof text, "exercises/%s/README.md#%s", report->result->stage,
             families_section(family, test->task, section, sizeof section));
    style_field(report, "handout", text);
}
