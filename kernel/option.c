#include "option.h"

uint64_t option(const char *cmdline, const char *name)
{
    for (const char *p = cmdline; *p; p++) {
        const char *n = name;
        const char *q = p;
        while (*n && *q == *n)
            n++, q++;
        if (*n || *q != '=' || (p > cmdline && p[-1] != ' '))
            continue;
        uint64_t value = 0;
        while (*++q >= '0' && *q <= '9')
            value = value * 10 + (*q - '0');
        return value;
    }
    return 0;
}
