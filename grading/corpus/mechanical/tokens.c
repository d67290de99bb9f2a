/* Words of a line: see tokens.h. */
#include "tokens.h"

#include <ctype.h>
#include <string.h>

static size_t name_length(const char *at)
{
    size_t n = 0;
    while (isalnum((unsigned char)at[n]) || at[n] == '_' || at[n] == '.' || at[n] == '$')
        n++;
    return n;
}

/* In C a dot ends a name, in NASM it is part of a local label. */
static size_t word_length(const char *at, bool nasm)
{
    size_t n = name_length(at);
    const char *dot = nasm ? NULL : memchr(at, '.', n);
    return dot && dot > at ? (size_t)(dot - at) : n;
}

static size_t text_length(const char *at)
{
    size_t n = 1;
    while (at[n] && at[n] != at[0])
        n += at[n] == '\\' && at[n + 1] ? 2 : 1;
    return at[n] ? n + 1 : n;
}

static size_t other_length(const char *at)
{
    static const char *const signs[] = { "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
                                         "!=",  "&&",  "||",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=" };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (!strncmp(at, signs[i], strlen(signs[i])))
            return strlen(signs[i]);
    return 1;
}

/* Where the code of a line ends and a comment begins. A comment in C that ends on the line is stepped over. */
static const char *skip_comment(const char *at, bool nasm)
{
    if (nasm)
        return *at == ';' ? NULL : at;
    if (at[0] != '/' || (at[1] != '/' && at[1] != '*'))
        return at;
    const char *end = at[1] == '*' ? strstr(at + 2, "*/") : NULL;
    return end ? end + 2 : NULL;
}

bool tokens_read(struct tokens *tokens, const char *line, bool nasm)
{
    const char *at = line;
    for (tokens->count = 0; (at = skip_comment(at, nasm)) && *at;) {
        struct token token = { TOKEN_OTHER, at, 1 };
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        if (isdigit((unsigned char)*at)) {
            token.kind = TOKEN_NUMBER;
            token.length = word_length(at, nasm);
        } else if (isalpha((unsigned char)*at) || *at == '_' || (nasm && *at == '.')) {
            token.kind = TOKEN_NAME;
            token.length = word_length(at, nasm);
        } else if (*at == '"' || *at == '\'') {
            token.kind = TOKEN_TEXT;
            token.length = text_length(at);
        } else {
            token.length = other_length(at);
        }
        if (tokens->count == TOKENS_MAX)
            return false;
        tokens->list[tokens->count++] = token;
        at += token.length;
    }
    return true;
}

bool token_is(const struct token *token, const char *text)
{
    return strlen(text) == token->length && !memcmp(token->at, text, token->length);
}

size_t tokens_close(const struct tokens *tokens, size_t open)
{
    unsigned depth = 0;
    for (size_t i = open; i < tokens->count; i++) {
        if (token_is(&tokens->list[i], "("))
            depth++;
        else if (token_is(&tokens->list[i], ")") && --depth == 0)
            return i;
    }
    return tokens->count;
}
