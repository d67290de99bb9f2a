/* Changes of a line of C: see change.h. What makes no sense does not compile, and is not counted. */
#include "corpus/mechanical/line.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* "&" and "*" are operators between two operands, and something else before one. */
static const struct {
    const char *sign, *other, *kind;
    bool between;
} signs[] = {
    { "<", "<=", "comparison", true },      { "<=", "<", "comparison", true },      { ">", ">=", "comparison", true },
    { ">=", ">", "comparison", true },      { "==", "!=", "comparison", true },     { "!=", "==", "comparison", true },
    { "&&", "||", "condition", true },      { "||", "&&", "condition", true },      { "!", "", "condition", false },
    { "+", "-", "operator", true },         { "-", "+", "operator", true },         { "&", "|", "operator", true },
    { "|", "&", "operator", true },         { "<<", ">>", "operator", true },       { ">>", "<<", "operator", true },
    { "%", "/", "operator", true },         { "/", "%", "operator", true },         { "++", "--", "operator", false },
    { "--", "++", "operator", false },      { "+=", "-=", "operator", true },       { "-=", "+=", "operator", true },
    { "|=", "&=", "operator", true },       { "&=", "|=", "operator", true },       { "~", "", "operator", false },
    { "true", "false", "constant", false }, { "false", "true", "constant", false },
};

static bool ends_operand(const struct token *token)
{
    return token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER || token_is(token, ")") || token_is(token, "]");
}

static void change_signs(struct changes *changes, const struct change *place, const struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->list[i];
        bool between = i > 0 && ends_operand(&tokens->list[i - 1]);
        if (token->kind == TOKEN_NUMBER)
            line_numbers(changes, place, token);
        for (size_t j = 0; j < sizeof signs / sizeof *signs; j++)
            if (token_is(token, signs[j].sign) && (between || !signs[j].between))
                line_replace(changes, place, signs[j].kind, token->at, token->at + token->length, signs[j].other);
    }
}

/* if (x) -> if (!(x)) */
static void invert(struct changes *changes, const struct change *place, const struct tokens *tokens)
{
    char text[CHANGE_LINE + 8];
    for (size_t i = 0; i + 1 < tokens->count; i++) {
        size_t close = tokens_close(tokens, i + 1);
        if (!(token_is(&tokens->list[i], "if") || token_is(&tokens->list[i], "while")) || close == tokens->count)
            continue;
        const char *from = tokens->list[i + 1].at, *to = tokens->list[close].at + 1;
        snprintf(text, sizeof text, "(!%.*s)", (int)(to - from), from);
        line_replace(changes, place, "condition", from, to, text);
    }
}

/* ---- Operands ---- */

/* a, a->b, a.b[i], f(x): how many words from `first` on, without signs between operands. */
static size_t operand_end(const struct tokens *tokens, size_t first)
{
    size_t i = first;
    if (i == tokens->count || !(tokens->list[i].kind == TOKEN_NAME || tokens->list[i].kind == TOKEN_NUMBER))
        return first;
    for (i++; i < tokens->count; i++) {
        const struct token *token = &tokens->list[i];
        if ((token_is(token, "->") || token_is(token, ".")) && i + 1 < tokens->count)
            i++;
        else if (token_is(token, "(") && tokens_close(tokens, i) < tokens->count)
            i = tokens_close(tokens, i);
        else
            break;
    }
    return i;
}

static size_t length_of(const struct tokens *tokens, size_t first, size_t end)
{
    const struct token *last = &tokens->list[end - 1];
    return (size_t)(last->at + last->length - tokens->list[first].at);
}

/* `a SIGN b` -> `b SIGN a` for signs whose sides differ; a comma swaps two arguments. */
static void exchange(struct changes *changes, const struct change *place, const struct tokens *tokens)
{
    static const char *const between[] = { "-", "<<", ">>", "/", "%", "<", ">", "<=", ">=", "," };
    for (size_t i = 0; i < tokens->count; i++) {
        size_t sign = operand_end(tokens, i);
        size_t end = sign < tokens->count ? operand_end(tokens, sign + 1) : sign;
        bool inner = i > 0 && (token_is(&tokens->list[i - 1], "->") || token_is(&tokens->list[i - 1], "."));
        if (sign == i || sign == tokens->count || end == sign + 1 || inner)
            continue;
        for (size_t j = 0; j < sizeof between / sizeof *between; j++)
            if (token_is(&tokens->list[sign], between[j]))
                line_exchange(changes, place, "operands", tokens->list[i].at, length_of(tokens, i, sign),
                              tokens->list[sign + 1].at, length_of(tokens, sign + 1, end));
    }
}

/* ---- Statements ---- */

/* Whether a new statement can begin behind this line. */
static bool begins_behind(const char *before)
{
    size_t n = strlen(before);
    while (n && isspace((unsigned char)before[n - 1]))
        n--;
    return n == 0 || strchr(";{}:)", before[n - 1]) || (n >= 4 && !strncmp(before + n - 4, "else", 4));
}

/* `type name ...` and the like: without it nothing compiles. */
static bool declares(const struct tokens *tokens)
{
    static const char *const types[] = { "const", "static", "struct", "unsigned", "enum", "extern", "union" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (token_is(&tokens->list[0], types[i]))
            return true;
    return tokens->count > 1 && tokens->list[0].kind == TOKEN_NAME && !token_is(&tokens->list[0], "return") &&
           !token_is(&tokens->list[0], "goto") && tokens->list[1].kind == TOKEN_NAME;
}

/* A statement on one line becomes an empty one. */
static void drop(struct changes *changes, const struct change *place, const struct tokens *tokens, const char *before)
{
    const struct token *first = &tokens->list[0], *last = &tokens->list[tokens->count - 1];
    int depth = 0;

    for (size_t i = 0; i < tokens->count; i++)
        depth += token_is(&tokens->list[i], "(") - token_is(&tokens->list[i], ")");
    if (depth || !token_is(last, ";") || tokens->count < 2 || !begins_behind(before) || declares(tokens) ||
        token_is(first, "for"))
        return;
    line_replace(changes, place, "statement", first->at, last->at, "");
}

void changes_c(struct changes *changes, const struct change *place, const char *before)
{
    struct tokens tokens;
    if (!tokens_read(&tokens, place->old, false) || tokens.count == 0 || token_is(&tokens.list[0], "#") ||
        token_is(&tokens.list[0], "*") || token_is(&tokens.list[0], "trace")) /* the trace is for people; no program sees it */
        return;
    drop(changes, place, &tokens, before);
    invert(changes, place, &tokens);
    change_signs(changes, place, &tokens);
    exchange(changes, place, &tokens);
}
