#include "lib/log.h"

#include "cairn/format.h"
#include "lib/service/log.h"

/* One thread prints at a time: handlers hold the component lock, and construct does. */
static char line[LOG_LINE_SIZE];
static unsigned length;
static struct capability target;

static void flush(void)
{
    line[length] = 0;
    length = 0;
    (void)!log_write(target, line);
}

static void put_char(char c)
{
    if (length == LOG_LINE_SIZE - 1)
        flush();
    line[length++] = c;
}

void log_line(struct env *env, const char *format, ...)
{
    va_list arguments;

    target = env->log;
    va_start(arguments, format);
    format_list(format, arguments);
    va_end(arguments);
    put_char('\n');
    flush();
}
