/* A string that grows. There is no way to go on without memory here, so the functions end the program instead of
 * failing. */
#ifndef STAGE_CUT_TEXT_H
#define STAGE_CUT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *bytes; /* always ends with a 0 byte that length does not count; NULL when nothing was ever added */
    size_t length;
    size_t capacity;
};

/* malloc, realloc and strndup that end the program with a message (exit code 3) when memory is out. */
void *memory_resize(void *old, size_t size);
char *memory_copy(const char *bytes, size_t length);

void text_add(struct text *text, const char *bytes, size_t length);
void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool text_equal(const struct text *left, const struct text *right);
void text_free(struct text *text);

#endif
