/*
 * The groups of the suite, one for each file.
 */
#pragma once

#include "kit/check.h"

extern const struct test tests_create[], tests_call[], tests_remove[], tests_pd_control[], tests_control[], tests_rights[];

#define SUITE_GROUPS { tests_create, tests_call, tests_remove, tests_pd_control, tests_control, tests_rights }
