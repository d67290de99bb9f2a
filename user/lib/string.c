#include "lib/string.h"

#include <stdint.h>

void *memcpy(void *to, const void *from, size_t size)
{
    void *t = to;
    __asm__ volatile("rep movsb" : "+D"(t), "+S"(from), "+c"(size) : : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    unsigned char *t = to;
    const unsigned char *f = from;

    if (t <= f)
        return memcpy(to, from, size);
    while (size--)
        t[size] = f[size];
    return to;
}

void *memset(void *at, int byte, size_t size)
{
    void *t = at;
    __asm__ volatile("rep stosb" : "+D"(t), "+c"(size) : "a"(byte) : "memory");
    return at;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *x = a, *y = b;

    for (; size; size--, x++, y++)
        if (*x != *y)
            return *x - *y;
    return 0;
}

size_t text_length(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

bool text_equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

bool text_begins(const char *text, const char *start)
{
    while (*start && *text == *start)
        text++, start++;
    return !*start;
}

bool text_copy(char *to, size_t size, const char *from)
{
    const size_t length = text_length(from);

    to[0] = 0;
    if (length >= size)
        return false;
    memcpy(to, from, length + 1);
    return true;
}
