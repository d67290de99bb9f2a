/* See number.h. */
#include "number.h"

#include <errno.h>
#include <stdlib.h>

bool number_read(const char *text, uint64_t most, uint64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
    return !errno && text[0] >= '0' && text[0] <= '9' && !*end && *number <= most;
}
