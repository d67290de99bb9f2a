#include "json_oracle.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void put(char *out, size_t size, const char *text)
{
    strncat(out, text, size - strlen(out) - 1);
}

static void put_text(char *out, size_t size, const char *text)
{
    char hex[3];

    put(out, size, "'");
    for (; *text; text++) {
        snprintf(hex, sizeof hex, "%02x", (unsigned char)*text);
        put(out, size, hex);
    }
    put(out, size, "'");
}

static void spell(json_t *value, char *out, size_t size)
{
    static const char *const words[] = {
        [JSON_INTEGER] = "n", [JSON_REAL] = "n", [JSON_TRUE] = "t", [JSON_FALSE] = "f", [JSON_NULL] = "0"
    };
    const char *key;
    json_t *child;
    size_t i;

    switch (json_typeof(value)) {
    case JSON_OBJECT:
        put(out, size, "{");
        json_object_foreach(value, key, child)
        {
            put_text(out, size, key);
            spell(child, out, size);
        }
        put(out, size, "}");
        break;
    case JSON_ARRAY:
        put(out, size, "[");
        json_array_foreach(value, i, child) spell(child, out, size);
        put(out, size, "]");
        break;
    case JSON_STRING:
        put_text(out, size, json_string_value(value));
        break;
    default:
        put(out, size, words[json_typeof(value)]);
    }
}

bool oracle_spell(const char *text, size_t length, char *out, size_t size)
{
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);

    if (!value)
        return false;
    spell(value, out, size);
    json_decref(value);
    return true;
}
