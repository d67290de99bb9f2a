/*
 * What the parts of stage 6's test share: their chance, the places where they meet, and their cases, for cmocka.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Pages with these numbers, and OFFSETS behind each, are used most. */
enum { SLOTS = 4, OFFSETS = 8 };
extern const uint64_t slot_page[SLOTS];

/* Ports from here on. */
enum { PORT_BASE = 0x100, PORT_COUNT = 64 };

unsigned below(unsigned n);

/* Of everything, with the model. */
void compare(void);

/* Whether the processor lets ring 3 use this port now. */
bool ring3_may(unsigned port);

void walk(void **state);
void cut(void **state);
void ports_follow_the_pd(void **state);
void many_runs_of_ports(void **state);
void large_over_empty_table(void **state);
void excluded_frames(void **state);
