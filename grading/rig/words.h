/*
 * What the rig and the grader share beside `told`: what a call that has not returned should have done.
 */
#pragma once

#include <stdint.h>

#include "../tests/told/told_words.h"

#define RIG_EXPECTED 24

struct rig_expected {
    uint64_t count;
    struct {
        uint64_t address, size, wanted, what, file, line;
    } entry[RIG_EXPECTED];
};
