/* Text that somebody else has written - a compiler that quotes a student, a guest, a file name - on its way to a terminal.
 */
#ifndef CAIRN_GRADER_CLEAN_H
#define CAIRN_GRADER_CLEAN_H

#include <stddef.h>
#include <stdio.h>

/* Copies text to `out` (always NUL-terminated, cut to size). Printable ASCII and well-formed UTF-8 stay; tabs become a space;
 * every other byte, C1 controls and characters that change the direction of writing become '?'. */
void clean_copy(char *out, size_t size, const char *text);

/* The same in place; text only gets shorter or stays. */
void clean(char *text);

/* Prints words, broken at spaces, each line at most `width` columns; the first line begins where the caller is, at column
 * `at`, the others are indented by `indent`. Ends without a newline. The text is cleaned. */
void clean_wrap(FILE *out, const char *text, unsigned at, unsigned indent, unsigned width);

/* Columns that the text takes, one for each character. */
size_t clean_columns(const char *text, size_t length);

#endif
