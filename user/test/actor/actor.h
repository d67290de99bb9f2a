/*
 * The actor does what its ROM "config" says, one line after the other, and says what came of it. So a scenario shows
 * both: what a component asks for, and what it gets.
 */
#pragma once

#include "lib/env.h"

enum { WORDS = 7, WORD_SIZE = 64 };

/* A line of the play, cut at its spaces; words that are not there are empty. */
struct line {
    char word[WORDS][WORD_SIZE];
};

extern struct env *actor_env;

/* "act: OK", or why not, and how many bytes were missing. */
void actor_tell(const char *act, const char *name, enum outcome outcome);

/* Each returns false when the line is none of its own. */
bool act_session(const struct line *line); /* open upgrade close add name note notes label keep die tick */
bool act_account(const struct line *line); /* mark compare eat */
bool act_harm(const struct line *line);    /* read write jump undefined garbage */

/* The number that a word says: decimal, 0x…, with K or M behind it. */
uint64_t actor_number(const char *word);

/* Waits, in thousandths of a second of the machine that scenarios run on. */
void actor_wait(uint64_t ms);
