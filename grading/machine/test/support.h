/* What the tests of this folder share. Include after nothing: it brings cmocka's own needs. */
#ifndef CAIRN_MACHINE_TEST_SUPPORT_H
#define CAIRN_MACHINE_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine.h"

/* Fails the test with the library's own words. */
#define assert_ok(expression)                                                                                          \
    do {                                                                                                               \
        struct status assert_ok_status = (expression);                                                                 \
        if (assert_ok_status.code != STATUS_OK)                                                                        \
            fail_msg("%s: %s: %s", #expression, status_name(assert_ok_status.code), assert_ok_status.message);         \
    } while (0)

#define assert_code(expression, expected)                                                                              \
    do {                                                                                                               \
        struct status assert_code_status = (expression);                                                               \
        if (assert_code_status.code != (expected))                                                                     \
            fail_msg("%s: %s instead of %s: %s", #expression, status_name(assert_code_status.code),                    \
                     status_name(expected), assert_code_status.message);                                               \
    } while (0)

#define assert_outcome(outcome, expected)                                                                              \
    do {                                                                                                               \
        if ((outcome).kind != (expected))                                                                              \
            fail_msg("%s instead of %s: %s", machine_outcome_name((outcome).kind), machine_outcome_name(expected),     \
                     (outcome).detail);                                                                                \
    } while (0)

/* The words at offset 0x30 of a test guest's image: addresses its source names `labels`. */
static inline void read_labels(const char *image, uint32_t *labels, size_t count)
{
    FILE *file = fopen(image, "rb");
    if (!file || fseek(file, 0x30, SEEK_SET) != 0 || fread(labels, 4, count, file) != count) {
        fprintf(stderr, "cannot read %s\n", image);
        exit(1);
    }
    fclose(file);
}

#endif
