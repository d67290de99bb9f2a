/* See json_line.h. The text is known to be JSON, so it is only skipped through. */
#include "json_line.h"

#include <string.h>

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* at: the opening quote. Returns what follows the closing one. */
static const char *skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        at += *at == '\\' && at[1];
    return at + (*at == '"');
}

static const char *skip_value(const char *at)
{
    unsigned depth = 0;
    do {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (*at && (depth || !strchr(",}] \t\r\n", *at)));
    return at;
}

/* object: its opening brace. Returns the key's opening quote, or NULL. */
static const char *find_key(const char *object, const char *key)
{
    const char *at = skip_space(object + 1);
    while (*at == '"') {
        const char *name = at, *end = skip_string(at);
        if ((size_t)(end - name) == strlen(key) + 2 && strncmp(name + 1, key, strlen(key)) == 0)
            return name;
        at = skip_space(skip_value(skip_space(skip_space(end) + 1)));
        at = skip_space(at + (*at == ','));
    }
    return NULL;
}

unsigned json_line(const char *text, const char *const *keys)
{
    const char *at = skip_space(text), *found = at;
    unsigned line = 1;
    for (; *keys && *at == '{'; keys++) {
        const char *key = find_key(at, *keys);
        if (!key)
            break;
        found = key;
        at = skip_space(skip_space(skip_string(key)) + 1);
    }
    for (const char *c = text; c < found; c++)
        line += *c == '\n';
    return line;
}
