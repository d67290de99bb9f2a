/* A growing NULL-terminated argument list that owns its strings. */
#ifndef CAIRN_MACHINE_ARGUMENTS_H
#define CAIRN_MACHINE_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

struct arguments {
    char **list; /* for exec; list[count] is NULL */
    size_t count;
    bool failed; /* memory ran out: checked once, at the end */
};

/* Appends a printf-style argument. */
void arguments_add(struct arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends plain strings. */
#define arguments_append(arguments, ...) arguments_append_list(arguments, __VA_ARGS__, (char *)0)
void arguments_append_list(struct arguments *arguments, ...) __attribute__((sentinel));

void arguments_free(struct arguments *arguments);

#endif
