#include "lib/args.h"

#include "lib/string.h"

/* Behind "key=", or NULL. */
static const char *find(const char *args, const char *key)
{
    const size_t length = text_length(key);

    while (*args) {
        while (*args == ' ' || *args == ',')
            args++;
        if (text_begins(args, key) && args[length] == '=')
            return args + length + 1;
        while (*args && *args != ',')
            args++;
    }
    return NULL;
}

static unsigned digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

bool args_number(const char *args, const char *key, uint64_t *value)
{
    const char *at = find(args, key);
    unsigned base = 10;

    if (at && text_begins(at, "0x")) {
        base = 16;
        at += 2;
    }
    if (!at || digit(*at) >= base)
        return false;
    for (*value = 0; digit(*at) < base; at++)
        if (__builtin_mul_overflow(*value, base, value) || __builtin_add_overflow(*value, digit(*at), value))
            return false;
    return !*at || *at == ',' || *at == ' ';
}

bool args_word(const char *args, const char *key, const char *word)
{
    const char *at = find(args, key);
    const size_t length = text_length(word);

    return at && text_begins(at, word) && (!at[length] || at[length] == ',' || at[length] == ' ');
}

bool args_has(const char *args, const char *key)
{
    return find(args, key) != NULL;
}

const char *label_last(const char *label)
{
    const char *last = label;

    for (; *label; label++)
        if (text_begins(label, " -> "))
            last = label + 4;
    return last;
}
