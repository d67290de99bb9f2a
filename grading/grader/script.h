/* Linker scripts, the only file of a submission that tells a tool of ours what to do.
 *
 * A script can read files, choose the output's name, drop other people's sections and define anybody's symbols. A stage needs none of
 * that, so what is not known to be harmless is refused, with its line.
 */
#ifndef CAIRN_GRADER_SCRIPT_H
#define CAIRN_GRADER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define SCRIPT_TOKENS 4096
#define SCRIPT_WORD   64

/* A word (a name, a number, a pattern's piece), a string, or one character. */
struct script_token {
    char text[SCRIPT_WORD];
    unsigned line;
};

struct script {
    struct script_token token[SCRIPT_TOKENS];
    size_t count;
};

/* Cuts the text into tokens, comments left out. A line to `complaints` when it cannot be done. */
void script_read(struct script *script, const char *text, size_t length, FILE *complaints);

/* Writes a line "kernel.ld:12: …" for each thing that is not allowed. contracts: the folder of NAME.symbols. */
void script_check(const struct script *script, const char *contracts, FILE *complaints);

/* Whether the script defines this symbol. */
bool script_defines(const struct script *script, const char *name);

/* Whether a pattern for the input section `name` stands in a KEEP(...). */
bool script_keeps(const struct script *script, const char *name);

/* Whether the word stands anywhere in it. */
bool script_mentions(const struct script *script, const char *word);

/* Whether `name` is an output section of the script. */
bool script_has_output(const struct script *script, const char *name);

#endif
