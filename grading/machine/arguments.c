/* Argument lists: see arguments.h. */
#include "arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes ownership of `text`; NULL means that memory had run out. */
static void push(struct arguments *arguments, char *text)
{
    char **list = NULL;
    if (text)
        list = realloc(arguments->list, (arguments->count + 2) * sizeof *list);
    if (!list) {
        free(text);
        arguments->failed = true;
        return;
    }
    arguments->list = list;
    list[arguments->count++] = text;
    list[arguments->count] = NULL;
}

void arguments_add(struct arguments *arguments, const char *format, ...)
{
    char *text = NULL;
    va_list values;
    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    va_end(values);
    push(arguments, text);
}

void arguments_append_list(struct arguments *arguments, ...)
{
    va_list values;
    va_start(values, arguments);
    for (const char *text; (text = va_arg(values, const char *)) != NULL;)
        push(arguments, strdup(text));
    va_end(values);
}

void arguments_free(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->list[i]);
    free(arguments->list);
    *arguments = (struct arguments){ 0 };
}
