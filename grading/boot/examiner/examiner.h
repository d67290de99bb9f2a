/*
 * What the files of the examiner share among themselves.
 */
#pragma once

#include <stdnoreturn.h>

#include "../exam.h"

/* Calls work(argument). An exception in it ends it, and is noted in *fault. */
void exam_try(void (*work)(void *), void *argument, struct exam_fault *fault);

/* The end: the host stops the machine here. */
noreturn void exam_done(void);

/* In place of not_implemented, where the host says so. */
noreturn void exam_unwritten(const char *title);

/* In place of the first call of phys_alloc, where the host says so. */
noreturn void exam_first_page(void);
