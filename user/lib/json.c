#include "lib/json_text.h"

struct reader {
    const char *text;
    uint32_t length, at; /* at: the next byte */
    struct json_node *node;
    uint32_t limit, count;
    uint32_t depth;
    const char *message; /* NULL as long as all is well; then `at` is where it is not */
};

/* ---- Bytes ----------------------------------------------------------------------------------------------------- */

/* The next byte; behind the text a NUL, which no rule accepts. */
static char peek(const struct reader *r)
{
    return r->at < r->length ? r->text[r->at] : '\0';
}

static bool wrong(struct reader *r, const char *message)
{
    if (!r->message)
        r->message = message;
    return false;
}

static void skip_space(struct reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
        r->at++;
}

static bool same(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* ---- Values ---------------------------------------------------------------------------------------------------- */

/* A new node that begins here; NULL: there is no room. */
static struct json_node *node_new(struct reader *r, enum json_type type)
{
    if (r->count == r->limit) {
        wrong(r, "too many nodes");
        return NULL;
    }
    struct json_node *node = &r->node[r->count++];
    *node = (struct json_node){ .type = type, .start = r->at, .end = r->count };
    return node;
}

static bool read_text(struct reader *r)
{
    if (peek(r) != '"')
        return wrong(r, "a text in quotes is missing");
    r->at++;
    struct json_node *node = node_new(r, JSON_TEXT);
    while (node && r->at < r->length && peek(r) != '"') {
        const unsigned length = json_character(r->text + r->at, r->length - r->at);
        if (!length)
            return wrong(r, "no such character in a text");
        r->at += length;
    }
    if (!node || r->at == r->length)
        return wrong(r, "the text has no end");
    node->length = r->at++ - node->start;
    return true;
}

static bool read_digits(struct reader *r)
{
    if (!json_is_digit(peek(r)))
        return wrong(r, "a digit is missing");
    while (json_is_digit(peek(r)))
        r->at++;
    return true;
}

static bool read_number(struct reader *r)
{
    struct json_node *node = node_new(r, JSON_NUMBER);

    if (!node)
        return false;
    r->at += peek(r) == '-';
    if (peek(r) == '0')
        r->at++;
    else if (!read_digits(r))
        return false;
    if (json_is_digit(peek(r)))
        return wrong(r, "a number does not begin with 0");
    if (peek(r) == '.' && (r->at++, !read_digits(r)))
        return false;
    if (peek(r) == 'e' || peek(r) == 'E') {
        r->at++;
        r->at += peek(r) == '+' || peek(r) == '-';
        if (!read_digits(r))
            return false;
    }
    node->length = r->at - node->start;
    return true;
}

static bool read_word(struct reader *r, const char *word, size_t length, enum json_type type)
{
    if (r->length - r->at < length || !same(r->text + r->at, word, length))
        return wrong(r, "a value is missing");
    struct json_node *node = node_new(r, type);
    if (!node)
        return false;
    node->length = length;
    r->at += length;
    return true;
}

static bool read_value(struct reader *r);
/* Escapes make the same key of different letters. */
static bool same_text(const char *text, const struct json_node *a, const struct json_node *b)
{
    struct speller x = speller(text, a), y = speller(text, b);

    for (;;) {
        const int left = speller_next(&x), right = speller_next(&y);
        if (left != right)
            return false;
        if (left < 0)
            return true;
    }
}

/* Whether the last key that was read, key, is among those before it in its object. Quadratic: objects are small. */
static bool key_is_new(struct reader *r, uint32_t object, uint32_t key)
{
    for (uint32_t i = object + 1; i < key; i = r->node[i + 1].end)
        if (same_text(r->text, &r->node[i], &r->node[key])) {
            r->at = r->node[key].start - 1;
            return wrong(r, "the object has this key already");
        }
    return true;
}

static bool read_member(struct reader *r, uint32_t object)
{
    const uint32_t key = r->count;

    if (!read_text(r) || !key_is_new(r, object, key))
        return false;
    skip_space(r);
    if (peek(r) != ':')
        return wrong(r, "a colon is missing");
    r->at++;
    skip_space(r);
    return read_value(r);
}

/* What stands between the brackets of node, to the closing one. */
static bool read_contents(struct reader *r, uint32_t node, bool is_object, char close)
{
    r->at++;
    skip_space(r);
    while (peek(r) != close || r->node[node].count) {
        if (!(is_object ? read_member(r, node) : read_value(r)))
            return false;
        r->node[node].count++;
        skip_space(r);
        if (peek(r) == close)
            break;
        if (peek(r) != ',')
            return wrong(r, is_object ? "a comma or } is missing" : "a comma or ] is missing");
        r->at++;
        skip_space(r);
    }
    r->at++;
    return true;
}

static bool read_container(struct reader *r, bool is_object)
{
    const uint32_t node = r->count;

    if (r->depth == JSON_DEPTH)
        return wrong(r, "too deep");
    if (!node_new(r, is_object ? JSON_OBJECT : JSON_ARRAY))
        return false;
    r->depth++;
    if (!read_contents(r, node, is_object, is_object ? '}' : ']'))
        return false;
    r->depth--;
    r->node[node].length = r->at - r->node[node].start;
    r->node[node].end = r->count;
    return true;
}

static bool read_value(struct reader *r)
{
    switch (peek(r)) {
    case '{':
        return read_container(r, true);
    case '[':
        return read_container(r, false);
    case '"':
        return read_text(r);
    case 't':
        return read_word(r, "true", 4, JSON_TRUE);
    case 'f':
        return read_word(r, "false", 5, JSON_FALSE);
    case 'n':
        return read_word(r, "null", 4, JSON_NULL);
    default:
        return peek(r) == '-' || json_is_digit(peek(r)) ? read_number(r) : wrong(r, "a value is missing");
    }
}

void json_locate_byte(const char *text, uint32_t at, struct json_error *error)
{
    error->line = error->column = 1;
    for (uint32_t i = 0; i < at; i++) {
        error->column = text[i] == '\n' ? 1 : error->column + 1;
        error->line += text[i] == '\n';
    }
}

bool json_read(struct json *json, const char *text, size_t length, struct json_node *nodes, uint32_t limit,
               struct json_error *error)
{
    struct reader r = { .text = text, .length = length, .node = nodes, .limit = limit };

    if (length > UINT32_MAX / 2)
        r.length = 0, wrong(&r, "too long");
    skip_space(&r);
    if (!r.message && read_value(&r)) {
        skip_space(&r);
        if (r.at < r.length)
            wrong(&r, "something follows behind the end");
    }
    *json = (struct json){ text, nodes, r.count };
    if (!r.message)
        return true;
    json_locate_byte(text, r.at, error);
    error->message = r.message;
    return false;
}
