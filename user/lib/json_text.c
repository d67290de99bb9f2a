#include "lib/json_text.h"

static int hex_digit(char c)
{
    if (json_is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits at s, which has at least so many bytes; -1: they are none. */
static int32_t hex4(const char *s)
{
    int32_t value = 0;

    for (unsigned i = 0; i < 4; i++) {
        if (hex_digit(s[i]) < 0)
            return -1;
        value = value << 4 | hex_digit(s[i]);
    }
    return value;
}

/* What follows the backslash before s. Returns how many bytes it takes, 0 if it is no escape; *code is the character.
 */
static unsigned escape(const char *s, uint32_t room, uint32_t *code)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";

    for (unsigned i = 0; room && i < sizeof names - 1; i++)
        if (s[0] == names[i]) {
            *code = (uint8_t)values[i];
            return 1;
        }
    if (room < 5 || s[0] != 'u')
        return 0;
    const int32_t high = hex4(s + 1);
    if (high <= 0 || (high >= 0xdc00 && high <= 0xdfff)) /* nothing, NUL, or the second half of a pair */
        return 0;
    *code = high;
    if (high < 0xd800 || high > 0xdbff)
        return 5;
    const int32_t low = room >= 11 && s[5] == '\\' && s[6] == 'u' ? hex4(s + 7) : -1;
    *code = 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
    return low >= 0xdc00 && low <= 0xdfff ? 11 : 0;
}

/* Length of the UTF-8 sequence at s, of several bytes; 0: none, too long a form, a surrogate, or beyond Unicode. */
static unsigned utf8(const char *s, uint32_t room)
{
    const uint8_t first = s[0], second = room > 1 ? s[1] : 0;
    const unsigned length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

    if (first < 0xc2 || first > 0xf4 || length > room)
        return 0;
    for (unsigned i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
        (first == 0xf4 && second > 0x8f))
        return 0;
    return length;
}

unsigned json_character(const char *s, uint32_t room)
{
    const uint8_t c = s[0];
    uint32_t ignored;

    if (c == '\\') {
        const unsigned length = escape(s + 1, room - 1, &ignored);
        return length ? length + 1 : 0;
    }
    if (c < 0x20)
        return 0;
    return c < 0x80 ? 1 : utf8(s, room);
}

/* The bytes of a character in UTF-8, last one first: each has six bits, and the first one what is left and how many
 * there are. */
static void spell(struct speller *s, uint32_t code)
{
    static const uint8_t first[] = { 0, 0xc0, 0xe0, 0xf0 }, room[] = { 0x80, 0x20, 0x10, 0x08 };

    for (; code >= room[s->left]; code >>= 6)
        s->rest[s->left++] = 0x80 | (code & 0x3f);
    s->rest[s->left] = first[s->left] | code;
    s->left++;
}

int speller_next(struct speller *s)
{
    uint32_t code;

    if (!s->left && s->at == s->end)
        return -1;
    if (!s->left && *s->at != '\\')
        return (uint8_t)*s->at++;
    if (!s->left) {
        s->at += 1 + escape(s->at + 1, s->end - s->at - 1, &code);
        spell(s, code);
    }
    return s->rest[--s->left];
}
