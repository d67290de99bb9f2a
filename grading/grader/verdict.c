/* Filling verdicts: see verdict.h. */
#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>

void verdict_fail(struct verdict *verdict, const char *family, const char *expected, const char *seen_format, ...)
{
    va_list arguments;
    verdict->kind = VERDICT_FAILED;
    snprintf(verdict->family, sizeof verdict->family, "%s", family);
    snprintf(verdict->expected, sizeof verdict->expected, "%s", expected);
    va_start(arguments, seen_format);
    vsnprintf(verdict->seen, sizeof verdict->seen, seen_format, arguments);
    va_end(arguments);
}

void verdict_trouble(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;
    verdict->kind = VERDICT_TROUBLE;
    va_start(arguments, format);
    vsnprintf(verdict->seen, sizeof verdict->seen, format, arguments);
    va_end(arguments);
}

const char *verdict_kind_name(enum verdict_kind kind)
{
    static const char *const names[] = {
        [VERDICT_PASSED] = "passed",   [VERDICT_FAILED] = "failed",   [VERDICT_NOT_WRITTEN] = "not-written",
        [VERDICT_NOT_RUN] = "not-run", [VERDICT_TROUBLE] = "trouble",
    };
    return (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : "unknown";
}
