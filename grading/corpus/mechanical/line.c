/* Putting a changed line together: see line.h. */
#include "corpus/mechanical/line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void change_add(struct changes *changes, const struct change *place, const char *kind, const char *new_line)
{
    if (!strcmp(place->old, new_line) || strlen(new_line) >= CHANGE_LINE)
        return;
    if (changes->count == changes->room) {
        size_t room = changes->room ? 2 * changes->room : 256;
        struct change *list = realloc(changes->list, room * sizeof *list);
        if (!list)
            return;
        changes->list = list;
        changes->room = room;
    }
    struct change *change = &changes->list[changes->count++];
    *change = *place;
    change->kind = kind;
    snprintf(change->new, sizeof change->new, "%s", new_line);
}

void line_replace(struct changes *changes, const struct change *place, const char *kind, const char *from, const char *to,
                  const char *text)
{
    char line[2 * CHANGE_LINE];
    snprintf(line, sizeof line, "%.*s%s%s", (int)(from - place->old), place->old, text, to);
    change_add(changes, place, kind, line);
}

void line_exchange(struct changes *changes, const struct change *place, const char *kind, const char *a, size_t a_length,
                   const char *b, size_t b_length)
{
    char line[2 * CHANGE_LINE];
    const char *between = a + a_length;
    snprintf(line, sizeof line, "%.*s%.*s%.*s%.*s%s", (int)(a - place->old), place->old, (int)b_length, b, (int)(b - between),
             between, (int)a_length, a, b + b_length);
    change_add(changes, place, kind, line);
}

void line_numbers(struct changes *changes, const struct change *place, const struct token *number)
{
    char *end, text[40];
    unsigned long long value = strtoull(number->at, &end, 0);
    const char *after = number->at + number->length;
    bool hex = number->length > 1 && (number->at[1] == 'x' || number->at[1] == 'X');

    if (end == number->at)
        return;
    /* What is left of the word is a suffix, as in 1u. */
    snprintf(text, sizeof text, hex ? "0x%llx%.*s" : "%llu%.*s", value + 1, (int)(after - end), end);
    line_replace(changes, place, "constant", number->at, after, text);
    snprintf(text, sizeof text, hex ? "0x%llx%.*s" : "%llu%.*s", value - 1, (int)(after - end), end);
    if (value)
        line_replace(changes, place, "constant", number->at, after, text);
}
