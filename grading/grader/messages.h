/* What the compiler, the assembler and the linker have said about a student's files, made fit to show.
 */
#ifndef CAIRN_GRADER_MESSAGES_H
#define CAIRN_GRADER_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

#define MESSAGES_LINES   40  /* shown; of more, those with errors come first */
#define MESSAGES_COLUMNS 200 /* of one line */

/* Makes lines of `output`: make's own are dropped, the sandbox's paths are cut to the student's names, control characters neutralised,
 * floods cut. stage: "1-entry". malloc'ed; NULL when memory is out. */
char *messages_make(const char *output, size_t length, const char *stage, bool output_cut);

/* Lines that say "warning:" or "error:". */
unsigned messages_count(const char *text, const char *word);

#endif
