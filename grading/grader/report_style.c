/* See report_style.h. */
#include "report_style.h"

#include "clean.h"

enum { FIELD_INDENT = 8, FIELD_NAME = 10 };

static const char *const codes[] = {
    [STYLE_PLAIN] = "",        [STYLE_GOOD] = "\033[32m",  [STYLE_BAD] = "\033[31;1m",
    [STYLE_OPEN] = "\033[33m", [STYLE_STRONG] = "\033[1m", [STYLE_DIM] = "\033[2m",
};

void style_print(const struct report *report, enum style style, const char *text)
{
    char safe[1024];
    clean_copy(safe, sizeof safe, text);
    if (report->color && style != STYLE_PLAIN)
        fprintf(report->out, "%s%s\033[0m", codes[style], safe);
    else
        fputs(safe, report->out);
}

void style_field(const struct report *report, const char *name, const char *text)
{
    char padded[32];
    if (!text || !text[0])
        return;
    snprintf(padded, sizeof padded, "%-*s", FIELD_NAME, name);
    fprintf(report->out, "%*s", FIELD_INDENT, "");
    style_print(report, STYLE_DIM, padded);
    clean_wrap(report->out, text, FIELD_INDENT + FIELD_NAME, FIELD_INDENT + FIELD_NAME, REPORT_WIDTH);
    fputc('\n', report->out);
}
