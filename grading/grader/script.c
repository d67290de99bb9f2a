/* Linker scripts: see script.h. What may stand in one: script_check.c. */
#include "script.h"

#include <ctype.h>
#include <string.h>

struct text {
    const char *at, *end;
    unsigned line;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static void step(struct text *text)
{
    if (*text->at++ == '\n')
        text->line++;
}

static bool looks_at(const struct text *text, const char *string)
{
    size_t length = strlen(string);
    return (size_t)(text->end - text->at) >= length && memcmp(text->at, string, length) == 0;
}

static void skip(struct text *text)
{
    while (text->at < text->end) {
        if (looks_at(text, "/*")) {
            while (text->at < text->end && !looks_at(text, "*/"))
                step(text);
            for (int i = 0; i < 2 && text->at < text->end; i++)
                step(text);
        } else if (isspace((unsigned char)*text->at)) {
            step(text);
        } else {
            return;
        }
    }
}

/* How many characters the token at `text` has. */
static size_t token_length(const struct text *text)
{
    static const char discard[] = "/DISCARD/";
    const char *c = text->at;

    if (looks_at(text, discard))
        return strlen(discard);
    if (*c == '"') {
        for (c++; c < text->end && *c != '"' && *c != '\n'; c++)
            ;
        return (size_t)(c - text->at) + (c < text->end);
    }
    while (c < text->end && is_word(*c))
        c++;
    return c > text->at ? (size_t)(c - text->at) : 1;
}

void script_read(struct script *script, const char *text, size_t length, FILE *complaints)
{
    struct text rest = { text, text + length, 1 };

    script->count = 0;
    for (skip(&rest); rest.at < rest.end; skip(&rest)) {
        struct script_token *token = &script->token[script->count];
        size_t size = token_length(&rest);
        if (script->count == SCRIPT_TOKENS || (size >= SCRIPT_WORD && *rest.at != '"')) {
            fprintf(complaints, "kernel.ld:%u: too long\n", rest.line);
            return;
        }
        token->line = rest.line;
        snprintf(token->text, sizeof token->text, "%.*s", (int)size, rest.at);
        script->count++;
        for (size_t i = 0; i < size; i++)
            step(&rest);
    }
}

static bool is(const struct script *script, size_t at, const char *text)
{
    return at < script->count && strcmp(script->token[at].text, text) == 0;
}

bool script_keeps(const struct script *script, const char *name)
{
    int depth = 0, keep = 0; /* keep: the depth in which a KEEP( was opened */

    for (size_t i = 0; i < script->count; i++) {
        if (is(script, i, "("))
            depth++;
        if (is(script, i, "(") && i && is(script, i - 1, "KEEP") && !keep)
            keep = depth;
        if (is(script, i, ")") && depth-- == keep)
            keep = 0;
        if (keep && is(script, i, name))
            return true;
    }
    return false;
}

bool script_has_output(const struct script *script, const char *name)
{
    int parentheses = 0;

    for (size_t i = 0; i < script->count; i++) {
        parentheses += is(script, i, "(") - is(script, i, ")");
        if (!parentheses && is(script, i, name))
            return true;
    }
    return false;
}

bool script_mentions(const struct script *script, const char *word)
{
    for (size_t i = 0; i < script->count; i++)
        if (is(script, i, word))
            return true;
    return false;
}
