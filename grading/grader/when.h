/* Times and spans of time, as a course writes them. */
#ifndef CAIRN_GRADER_WHEN_H
#define CAIRN_GRADER_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEN_FORM "2026-11-02T23:59:00+01:00 (or Z instead of +01:00)"
#define SPAN_FORM "a whole number and s, m, h or d, as in 15m or 3d; at most a year"

#define SPAN_HOUR 3600
#define SPAN_DAY  86400
#define SPAN_MAX  (366 * (int64_t)SPAN_DAY)

/* A moment, and the zone that it was written in. A day of the calendar that summer time makes longer is no matter: zones are offsets. */
struct when {
    int64_t seconds; /* since 1970-01-01T00:00:00Z */
    int offset;      /* of the zone, in seconds east of UTC */
};

/* RFC 3339 with whole seconds and nothing left out: WHEN_FORM. False: no such form, or no such moment (February 30th, hour 24, a leap
 * second, a year before 1970). */
bool when_read(struct when *when, const char *text);

/* This moment, in the zone of the computer. */
struct when when_now(void);

enum { WHEN_TEXT = 40, SPAN_TEXT = 40 };

/* In its own zone: as a record has it, "2026-11-02T23:59:00+01:00"; for people, "2026-11-02 23:59:00 +01:00". */
void when_write(const struct when *when, char text[WHEN_TEXT]);
void when_say(const struct when *when, char text[WHEN_TEXT]);

/* SPAN_FORM, in seconds. */
bool span_read(int64_t *seconds, const char *text);

/* "2 days 3 hours": the two largest units, what is less is left out. */
void span_say(int64_t seconds, char text[SPAN_TEXT]);

#endif
