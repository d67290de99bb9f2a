/* Looking at what json.c has read. */
#include "lib/json_text.h"

void json_locate(const struct json *json, uint32_t node, struct json_error *error)
{
    json_locate_byte(json->text, json->node[node].start - (json->node[node].type == JSON_TEXT), error);
}

bool json_is_text(const struct json *json, uint32_t node, const char *text)
{
    if (json->node[node].type != JSON_TEXT)
        return false;
    struct speller s = speller(json->text, &json->node[node]);
    for (; *text; text++)
        if (speller_next(&s) != (uint8_t)*text)
            return false;
    return speller_next(&s) < 0;
}

int json_copy_text(const struct json *json, uint32_t node, char *buffer, size_t size)
{
    if (json->node[node].type != JSON_TEXT)
        return -1;
    struct speller s = speller(json->text, &json->node[node]);
    size_t length = 0;
    for (int byte; (byte = speller_next(&s)) >= 0;) {
        if (length + 1 >= size)
            return -1;
        buffer[length++] = byte;
    }
    if (length == size)
        return -1;
    buffer[length] = '\0';
    return length;
}

bool json_natural(const struct json *json, uint32_t node, uint64_t limit, uint64_t *value)
{
    const struct json_node *n = &json->node[node];

    *value = 0;
    if (n->type != JSON_NUMBER)
        return false;
    for (uint32_t i = 0; i < n->length; i++) {
        const char c = json->text[n->start + i];
        if (!json_is_digit(c) || *value > (limit - (uint64_t)(c - '0')) / 10 || limit < (uint64_t)(c - '0'))
            return false;
        *value = *value * 10 + (uint64_t)(c - '0');
    }
    return true;
}

bool json_next(const struct json *json, uint32_t node, uint32_t *at, uint32_t *key, uint32_t *value)
{
    const struct json_node *n = &json->node[node];
    const bool is_object = n->type == JSON_OBJECT;

    if (!is_object && n->type != JSON_ARRAY)
        return false;
    for (uint32_t next = *at ? *at : node + 1; next < n->end; next = *at) {
        *key = is_object ? next : 0;
        *value = next + is_object;
        *at = json->node[*value].end;
        if (!is_object || !json_is_text(json, *key, "//"))
            return true;
    }
    return false;
}

uint32_t json_member(const struct json *json, uint32_t node, const char *key)
{
    uint32_t at = 0, name, value;

    if (json->node[node].type != JSON_OBJECT)
        return 0;
    while (json_next(json, node, &at, &name, &value))
        if (json_is_text(json, name, key))
            return value;
    return 0;
}

/* ---- The nearest word
 * ------------------------------------------------------------------------------------------------ */

enum { WORD_MAX = 31, NEAR = 2 };

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    const unsigned d = a < b ? a : b;

    return d < c ? d : c;
}

/* One row of the table at a time: row[j] is the distance from what has been read of a to the first j letters of b. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[WORD_MAX + 1], length = 0;

    for (; b[length] && length < WORD_MAX; length++)
        row[length] = length;
    row[length] = length;
    for (; *a; a++) {
        unsigned before = row[0]++;
        for (unsigned j = 1; j <= length; j++) {
            const unsigned changed = before + (*a != b[j - 1]);
            before = row[j];
            row[j] = least(changed, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[length];
}

const char *json_nearest(const struct json *json, uint32_t node, const char *const words[], unsigned count)
{
    char text[WORD_MAX + 1];
    unsigned best = NEAR + 1;
    const char *nearest = NULL;

    if (json_copy_text(json, node, text, sizeof text) < 0)
        return NULL;
    for (unsigned i = 0; i < count; i++) {
        const unsigned d = distance(text, words[i]);
        if (d < best) {
            best = d;
            nearest = words[i];
        }
    }
    return nearest;
}
