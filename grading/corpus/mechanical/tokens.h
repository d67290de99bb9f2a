/* Words of one line of C or NASM. */
#ifndef CAIRN_MECHANICAL_TOKENS_H
#define CAIRN_MECHANICAL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind { TOKEN_NAME, TOKEN_NUMBER, TOKEN_TEXT /* in quotes */, TOKEN_OTHER };

struct token {
    enum token_kind kind;
    const char *at;
    size_t length;
};

#define TOKENS_MAX 128

struct tokens {
    struct token list[TOKENS_MAX];
    size_t count;
};

/* Comments are no words. False when there are too many words. */
bool tokens_read(struct tokens *tokens, const char *line, bool nasm);

bool token_is(const struct token *token, const char *text);

/* The index of the parenthesis that closes the one at `open`; count when it is on another line. */
size_t tokens_close(const struct tokens *tokens, size_t open);

#endif
