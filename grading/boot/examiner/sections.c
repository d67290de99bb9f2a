/*
 * One variable in each kind of section that a compiler makes (gcc -fdata-sections, -fcommon, large constants …), so that a linker
 * script without `.*` behind a name, or without COMMON, leaves something over. They are not used otherwise.
 */
#include "examiner.h"

extern const uint64_t exam_constant;
extern uint64_t exam_variable, exam_zeroed, exam_common;
void exam_function(void);

__attribute__((section(".text.exam"))) void exam_function(void)
{
}

__attribute__((section(".rodata.exam"))) const uint64_t exam_constant = EXAM_MAGIC;
__attribute__((section(".data.exam"))) uint64_t exam_variable = EXAM_MAGIC;
__attribute__((section(".bss.exam"))) uint64_t exam_zeroed;
