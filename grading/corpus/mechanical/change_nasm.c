/* Changes of a line of NASM: see change.h. What makes no sense does not assemble, and is not counted. */
#include "corpus/mechanical/line.h"

#include <stdio.h>
#include <string.h>

/* Each is changed into the one behind it in its row. */
static const char *const registers[][17] = {
    { "rax", "rcx", "rdx", "rbx", "rsi", "rdi", "rbp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rsp", NULL },
    { "eax", "ecx", "edx", "ebx", "esi", "edi", "ebp", "esp", NULL },
    { "ax", "cx", "dx", "bx", "si", "di", NULL },
    { "al", "cl", "dl", "bl", NULL },
    { "cr0", "cr4", NULL },
    { "ds", "es", "ss", "fs", "gs", NULL },
};

static const char *const opposites[][2] = {
    { "je", "jne" },  { "jz", "jnz" },  { "jb", "jae" },  { "jc", "jnc" },   { "ja", "jbe" },  { "jl", "jge" },
    { "jg", "jle" },  { "js", "jns" },  { "bts", "btr" }, { "or", "and" },   { "add", "sub" }, { "shl", "shr" },
    { "cli", "sti" }, { "cld", "std" }, { "inc", "dec" }, { "push", "pop" },
};

static void change_register(struct changes *changes, const struct change *place, const struct token *token)
{
    for (size_t row = 0; row < sizeof registers / sizeof *registers; row++)
        for (size_t i = 0; registers[row][i]; i++)
            if (token_is(token, registers[row][i]))
                line_replace(changes, place, "register", token->at, token->at + token->length,
                             registers[row][i + 1] ? registers[row][i + 1] : registers[row][0]);
}

static void change_opposite(struct changes *changes, const struct change *place, const struct token *token)
{
    for (size_t i = 0; i < sizeof opposites / sizeof *opposites; i++)
        for (int side = 0; side < 2; side++)
            if (token_is(token, opposites[i][side]))
                line_replace(changes, place, "instruction", token->at, token->at + token->length, opposites[i][!side]);
}

static bool is_directive(const struct token *token)
{
    static const char *const directives[] = { "section", "global", "extern", "align", "bits", "default", "%", "times" };
    for (size_t i = 0; i < sizeof directives / sizeof *directives; i++)
        if (token_is(token, directives[i]))
            return true;
    return false;
}

void changes_nasm(struct changes *changes, const struct change *place)
{
    struct tokens tokens;
    size_t first = 0;

    if (!tokens_read(&tokens, place->old, true))
        return;
    if (tokens.count > 1 && token_is(&tokens.list[1], ":"))
        first = 2;
    if (first >= tokens.count || is_directive(&tokens.list[first]))
        return;
    const struct token *last = &tokens.list[tokens.count - 1];
    line_replace(changes, place, "instruction", tokens.list[first].at, last->at + last->length, "");
    change_opposite(changes, place, &tokens.list[first]);
    for (size_t i = first + 1; i < tokens.count; i++) {
        const struct token *token = &tokens.list[i];
        if (token->kind == TOKEN_NUMBER)
            line_numbers(changes, place, token);
        else if (token->kind == TOKEN_NAME)
            change_register(changes, place, token);
        if (token_is(token, ",") && i == first + 2 && i + 2 == tokens.count)
            line_exchange(changes, place, "operands", tokens.list[i - 1].at, tokens.list[i - 1].length, last->at, last->length);
    }
}
