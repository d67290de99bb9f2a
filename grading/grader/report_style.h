/* Colours and columns. Private to the report. */
#ifndef CAIRN_GRADER_REPORT_STYLE_H
#define CAIRN_GRADER_REPORT_STYLE_H

#include "report.h"

enum style { STYLE_PLAIN, STYLE_GOOD, STYLE_BAD, STYLE_OPEN, STYLE_STRONG, STYLE_DIM };

/* Prints words in a style; with colours off, as they are. The text is cleaned. */
void style_print(const struct report *report, enum style style, const char *text);

/* "          expected  words, wrapped under each other". Nothing when text is empty. */
void style_field(const struct report *report, const char *name, const char *text);

#endif
