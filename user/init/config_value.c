#include <stdarg.h>

#include "init/config_reader.h"
#include "lib/string.h"

/* ---- Errors ---------------------------------------------------------------------------------------------------------
 */

struct line {
    char *at, *end; /* end: the last byte, which stays for the NUL */
};

static void put(struct line *line, const char *text)
{
    while (*text && line->at < line->end)
        *line->at++ = *text++;
}

static void put_number(struct line *line, unsigned number)
{
    char digits[12], *at = digits + sizeof digits - 1;

    *at = '\0';
    do {
        *--at = '0' + number % 10;
        number /= 10;
    } while (number);
    put(line, at);
}

static void put_node(struct line *line, const struct json *json, uint32_t node)
{
    char text[64];

    put(line, json_copy_text(json, node, text, sizeof text) >= 0 ? text : "...");
}

bool config_wrong(struct config_reader *r, uint32_t node, const char *format, ...)
{
    struct json_error place;
    struct line line = { r->error->text, r->error->text + sizeof r->error->text - 1 };
    char one[2] = "";
    va_list arguments;

    json_locate(&r->json, node, &place);
    r->error->line = place.line;
    r->error->column = place.column;
    if (r->child) {
        put(&line, "child \"");
        put(&line, r->child);
        put(&line, "\": ");
    }
    va_start(arguments, format);
    for (; *format; format++) {
        one[0] = *format;
        if (*format != '%')
            put(&line, one);
        else if (*++format == 's')
            put(&line, va_arg(arguments, const char *));
        else if (*format == 'u')
            put_number(&line, va_arg(arguments, unsigned));
        else
            put_node(&line, &r->json, va_arg(arguments, uint32_t));
    }
    va_end(arguments);
    *line.at = '\0';
    return false;
}

/* ---- Values ---------------------------------------------------------------------------------------------------------
 */

bool config_keys(struct config_reader *r, uint32_t node, const char *what, const char *const words[], unsigned count)
{
    uint32_t at = 0, key, value;

    if (r->json.node[node].type != JSON_OBJECT)
        return config_wrong(r, node, "%s must be an object { ... }", what);
    while (json_next(&r->json, node, &at, &key, &value)) {
        unsigned i = 0;
        while (i < count && !json_is_text(&r->json, key, words[i]))
            i++;
        if (i < count)
            continue;
        const char *near = json_nearest(&r->json, key, words, count);
        return near ? config_wrong(r, key, "unknown key \"%k\" in %s; did you mean \"%s\"?", key, what, near)
                    : config_wrong(r, key, "unknown key \"%k\" in %s", key, what);
    }
    return true;
}

bool config_member(struct config_reader *r, uint32_t node, const char *key, enum json_type type, bool needed,
                   uint32_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object { ... }",
        [JSON_ARRAY] = "a list [ ... ]",
        [JSON_TEXT] = "a text",
        [JSON_NUMBER] = "a number",
    };

    *value = json_member(&r->json, node, key);
    if (!*value)
        return !needed || config_wrong(r, node, "\"%s\" is missing", key);
    return r->json.node[*value].type == type || config_wrong(r, *value, "\"%s\" must be %s", key, names[type]);
}

bool config_text(struct config_reader *r, uint32_t node, const char *key, char *out, size_t size)
{
    if (r->json.node[node].type != JSON_TEXT)
        return config_wrong(r, node, "\"%s\" must be a text", key);
    const int length = json_copy_text(&r->json, node, out, size);
    if (length < 0)
        return config_wrong(r, node, "\"%s\" is longer than %u bytes", key, (unsigned)size - 1);
    return length || config_wrong(r, node, "\"%s\" is empty", key);
}

bool config_text_member(struct config_reader *r, uint32_t node, const char *key, bool needed, char *out, size_t size)
{
    uint32_t value;

    out[0] = '\0';
    if (!config_member(r, node, key, JSON_TEXT, needed, &value))
        return false;
    return !value || config_text(r, value, key, out, size);
}

/* The letter behind a number: how far it is shifted; -1: no such letter. */
static int unit_shift(char unit)
{
    static const char units[] = "KMG";

    if (!unit)
        return 0;
    for (int i = 0; units[i]; i++)
        if (unit == units[i])
            return 10 * (i + 1);
    return -1;
}

static bool parse_size(const char *text, uint64_t *bytes)
{
    const char *at = text;

    for (*bytes = 0; *at >= '0' && *at <= '9'; at++) {
        if (*bytes > (UINT64_MAX - 9) / 10)
            return false;
        *bytes = *bytes * 10 + (uint64_t)(*at - '0');
    }
    const int shift = unit_shift(*at);
    if (at == text || shift < 0 || (*at && at[1]) || *bytes > UINT64_MAX >> shift)
        return false;
    *bytes <<= shift;
    return true;
}

bool config_size(struct config_reader *r, uint32_t node, const char *key, uint64_t *bytes)
{
    const uint32_t value = json_member(&r->json, node, key);
    char text[32];

    if (!value || json_natural(&r->json, value, INT64_MAX, bytes))
        return true;
    if (json_copy_text(&r->json, value, text, sizeof text) >= 0 && parse_size(text, bytes) && *bytes <= INT64_MAX)
        return true;
    return config_wrong(r, value, "\"%s\" must be a number of bytes: 4096, \"64K\", \"1M\", \"2G\"", key);
}
