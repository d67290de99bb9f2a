/* Status values: see status.h. */
#include "status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct status status_ok(void)
{
    return (struct status){ .code = STATUS_OK };
}

struct status status_error(enum status_code code, const char *format, ...)
{
    struct status status = { .code = code };
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(status.message, sizeof status.message, format, arguments);
    va_end(arguments);
    status.message[strcspn(status.message, "\r\n")] = '\0';
    return status;
}

struct status status_errno(const char *what)
{
    const char *reason = strerror(errno);
    return status_error(STATUS_SYSTEM, "%s: %s", what, reason);
}

const char *status_name(enum status_code code)
{
    static const char *const names[] = {
        [STATUS_OK] = "ok",           [STATUS_SYSTEM] = "system",     [STATUS_NO_SANDBOX] = "no-sandbox",
        [STATUS_MISUSE] = "misuse",   [STATUS_PROTOCOL] = "protocol", [STATUS_REFUSED] = "refused",
        [STATUS_TIMEOUT] = "timeout", [STATUS_CLOSED] = "closed",     [STATUS_UNMAPPED] = "unmapped",
    };
    return (size_t)code < sizeof names / sizeof names[0] ? names[code] : "unknown";
}
