/* See task.h. */
#include "task.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* "1.6" and "3.A1": one digit each. */
enum { NUMBERED = 3, LETTERED = 4 };

static bool is_lettered(const char *task)
{
    return task[0] && task[1] && isupper((unsigned char)task[2]);
}

int task_order(const char *a, const char *b)
{
    bool lettered = is_lettered(a);
    if (a[0] == b[0] && lettered != is_lettered(b))
        return lettered ? -1 : 1;
    return strncmp(a, b, lettered ? LETTERED : NUMBERED);
}
