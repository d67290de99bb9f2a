/* cmocka with what it wants included before it. */
#ifndef CAIRN_GRADER_TEST_UNIT_H
#define CAIRN_GRADER_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
