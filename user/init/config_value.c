#include "init/config_reader.h"

#include "cairn/format.h"
#include "lib/string.h"

/* ---- Errors ---------------------------------------------------------------------------------------------------- */

/* The error's text as it grows; end is its last byte, which stays for the NUL. */
static char *at, *end;

static void put_char(char c)
{
    if (at < end)
        *at++ = c;
}

static void put(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    format_list(format, arguments);
    va_end(arguments);
}

bool config_wrong(struct config_reader *r, uint32_t node, const char *format, ...)
{
    struct json_error place;
    va_list arguments;

    json_locate(&r->json, node, &place);
    r->error->line = place.line;
    r->error->column = place.column;
    at = r->error->text;
    end = at + sizeof r->error->text - 1;
    if (r->child)
        put("child \"%s\": ", r->child);
    va_start(arguments, format);
    format_list(format, arguments);
    va_end(arguments);
    *at = '\0';
    return false;
}

const char *config_word(const struct config_reader *r, uint32_t node)
{
    static char text[64];

    return json_copy_text(&r->json, node, text, sizeof text) >= 0 ? text : "...";
}

/* ---- Values ---------------------------------------------------------------------------------------------------- */

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
        return near ? config_wrong(r, key, "unknown key \"%s\" in %s; did you mean \"%s\"?", config_word(r, key), what, near)
                    : config_wrong(r, key, "unknown key \"%s\" in %s", config_word(r, key), what);
    }
    return true;
}

bool config_member(struct config_reader *r, uint32_t node, const char *key, enum json_type type, bool needed, uint32_t *value)
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
