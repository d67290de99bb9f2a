/* What a step's output says of it. No machine is needed: this is text against patterns. */
#ifndef CAIRN_SCENARIO_JUDGE_H
#define CAIRN_SCENARIO_JUDGE_H

#include "scenario.h"

/* How the machine ended: the limit was reached, it halted for ever, or it stood idle; or the emulator failed. */
enum ending { ENDED_HALT, ENDED_IDLE, ENDED_LIMIT, ENDED_RESET, ENDED_FLOOD, ENDED_FAILED };

struct verdict {
    bool passed;
    size_t matched;    /* so many of the expected lines have come */
    size_t line;       /* the output's line at fault, counted from 1; 0: none */
    char reason[1024]; /* one or several lines for people; "" if passed */
};

/* text: all that came over the serial line. It is cut into lines at newlines; carriage returns do not count. */
struct verdict judge(const struct step *step, const char *text, enum ending ending);

/* A verdict that was passed fails if the step has executed more than it may. */
void judge_work(struct verdict *verdict, const struct step *step, unsigned long long instructions);

/* Whether line (length bytes) matches pattern: `*` stands for any text, everything else for itself. */
bool pattern_matches(const char *pattern, const char *line, size_t length);

const char *ending_name(enum ending ending);

#endif
