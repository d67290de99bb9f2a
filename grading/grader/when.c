/* See when.h. */
#include "when.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Each 0 of the form is a digit. */
static bool has_form(const char *text, const char *form)
{
    for (; *form && *text; form++, text++)
        if (*form == '0' ? !isdigit((unsigned char)*text) : *form != *text)
            return false;
    return !*form;
}

static bool read_zone(int *offset, const char *text)
{
    if (strcmp(text, "Z") == 0) {
        *offset = 0;
        return true;
    }
    if ((!has_form(text, "+00:00") && !has_form(text, "-00:00")) || text[6])
        return false;
    int hours = (text[1] - '0') * 10 + text[2] - '0', minutes = (text[4] - '0') * 10 + text[5] - '0';
    *offset = (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

/* timegm makes March 2nd of February 30th; what has changed did not exist. */
static bool exists(const struct tm *asked, const struct tm *made)
{
    return asked->tm_year == made->tm_year && asked->tm_mon == made->tm_mon && asked->tm_mday == made->tm_mday &&
           asked->tm_hour == made->tm_hour && asked->tm_min == made->tm_min && asked->tm_sec == made->tm_sec;
}

bool when_read(struct when *when, const char *text)
{
    static const char form[] = "0000-00-00T00:00:00";
    struct tm asked = { 0 };
    if (!has_form(text, form) || !read_zone(&when->offset, text + strlen(form)))
        return false;
    sscanf(text, "%d-%d-%dT%d:%d:%d", &asked.tm_year, &asked.tm_mon, &asked.tm_mday, &asked.tm_hour, &asked.tm_min,
           &asked.tm_sec);
    asked.tm_year -= 1900, asked.tm_mon -= 1;
    struct tm made = asked;
    when->seconds = timegm(&made) - when->offset;
    return exists(&asked, &made) && when->seconds >= 0;
}

struct when when_now(void)
{
    time_t now = time(NULL);
    struct tm here;
    localtime_r(&now, &here);
    return (struct when){ now, (int)here.tm_gmtoff };
}

static void put(const struct when *when, char text[WHEN_TEXT], const char *form, const char *space)
{
    time_t there = (time_t)(when->seconds + when->offset);
    int minutes = (when->offset < 0 ? -when->offset : when->offset) / 60;
    struct tm fields;
    gmtime_r(&there, &fields);
    size_t used = strftime(text, WHEN_TEXT, form, &fields);
    snprintf(text + used, WHEN_TEXT - used, "%s%c%02d:%02d", space, when->offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void when_write(const struct when *when, char text[WHEN_TEXT])
{
    put(when, text, "%Y-%m-%dT%H:%M:%S", "");
}

void when_say(const struct when *when, char text[WHEN_TEXT])
{
    put(when, text, "%Y-%m-%d %H:%M:%S", " ");
}

static const struct {
    char letter;
    int64_t seconds;
    const char *name;
} units[] = { { 'd', SPAN_DAY, "day" }, { 'h', SPAN_HOUR, "hour" }, { 'm', 60, "minute" }, { 's', 1, "second" } };
#define UNITS (sizeof units / sizeof units[0])

bool span_read(int64_t *seconds, const char *text)
{
    int64_t number = 0;
    const char *at = text;
    for (; isdigit((unsigned char)*at) && number <= SPAN_MAX; at++)
        number = number * 10 + *at - '0';
    for (size_t i = 0; i < UNITS && at != text; i++)
        if (at[0] == units[i].letter && !at[1] && number <= SPAN_MAX / units[i].seconds) {
            *seconds = number * units[i].seconds;
            return true;
        }
    return false;
}

void span_say(int64_t seconds, char text[SPAN_TEXT])
{
    int said = 0;
    snprintf(text, SPAN_TEXT, "0 seconds");
    for (size_t i = 0, used = 0; i < UNITS && said < 2; i++) {
        int64_t number = seconds / units[i].seconds;
        seconds %= units[i].seconds;
        if (number) {
            used += (size_t)snprintf(text + used, SPAN_TEXT - used, "%s%lld %s%s", used ? " " : "", (long long)number,
                                     units[i].name, number == 1 ? "" : "s");
            said++;
        } else if (said) {
            break;
        }
    }
}
