/* Neutralising text: see clean.h. */
#include "clean.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Decodes the character at `s`; returns its length in bytes, or 0 when it is not well-formed UTF-8 (RFC 3629 §4). */
static size_t decode(const unsigned char *s, uint32_t *character)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t length = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    if (length < 2) {
        *character = s[0];
        return length;
    }
    *character = s[0] & (0x7f >> length);
    for (size_t i = 1; i < length; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        *character = *character << 6 | (s[i] & 0x3f);
    }
    bool surrogate = *character >= 0xd800 && *character <= 0xdfff;
    return *character < least[length] || *character > 0x10ffff || surrogate ? 0 : length;
}

/* Beside the control characters: what reorders or hides text (Unicode UAX #9, UTR #36). */
static bool harmless(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff)
        return false;
    return !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f);
}

void clean_copy(char *out, size_t size, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t used = 0;
    while (*s && size) {
        uint32_t character;
        size_t length = decode(s, &character);
        bool keep = length && harmless(character);
        size_t put = keep ? length : 1;
        if (used + put >= size)
            break;
        if (keep)
            memmove(out + used, s, length);
        else
            out[used] = *s == '\t' ? ' ' : '?';
        used += put;
        s += length ? length : 1;
    }
    if (size)
        out[used] = '\0';
}

void clean(char *text)
{
    clean_copy(text, strlen(text) + 1, text);
}

size_t clean_columns(const char *text, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

void clean_wrap(FILE *out, const char *text, unsigned at, unsigned indent, unsigned width)
{
    char safe[2048];
    size_t column = at;
    bool first = true;
    clean_copy(safe, sizeof safe, text);
    for (const char *word = safe + strspn(safe, " "); *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        size_t columns = clean_columns(word, length);
        if (!first && column + 1 + columns > width) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fwrite(word, 1, length, out);
        column += columns;
        word += length;
        first = false;
    }
}
