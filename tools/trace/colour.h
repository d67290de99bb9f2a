/*
 * Colours of PDs, the same in all pictures. Light enough for black text on them, and far apart for all kinds of colour
 * blindness and on a grey printer (after Paul Tol's "light" scheme); a name always stands with them.
 */
#pragma once

#include "cast.h"

static inline const char *colour_light(const struct cast *cast, int pd)
{
    static const char *const colours[] = { "#bbccee", "#ffccbb", "#ccddaa", "#eeeebb",
                                           "#cceeff", "#ddbbdd", "#dddddd", "#ffdd99" };
    unsigned n = 0;

    for (int i = 0; i < pd; i++)
        n += cast->actor[i].type == cast->actor[pd].type;
    return colours[n % (sizeof colours / sizeof *colours)];
}
