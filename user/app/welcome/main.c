/*
 * Says where you are and what to try: the first thing that somebody sees who has typed `make run`.
 */
#include "lib/log.h"

void construct(struct env *env)
{
    static const char *const text[] = {
        "Welcome to Cairn. A small kernel runs in ring 0; this line, like all that follow, comes from a program in ring 3.",
        "`core` has all memory, ports and interrupts. `init` has started what user/config/run.json says: me, a driver for",
        "the timer, and a program that asks it for a signal each second. Nobody holds more than he was given.",
        "Try: change that file, or user/app/timer_tick/main.c, and run again. Begin with exercises/0-tour/README.md.",
    };

    for (unsigned i = 0; i < sizeof text / sizeof *text; i++)
        log_line(env, "%s", text[i]);
    env_exit(env, 0);
}
