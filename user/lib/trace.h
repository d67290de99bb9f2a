/*
 * A program speaks to whoever reads the kernel's trace later: it marks a moment, or gives an object a name.
 *
 * A mark is a system call that the kernel refuses: pt_control with an operation that there is not. The trace point at the beginning of
 * every call has recorded the two arguments by then, and the text is in them. Without tracing it costs a refused call.
 */
#pragma once

#include "cairn/abi.h"
#include "lib/syscall.h"

#define TRACE_MARK        0x4d4b000000000000ull /* "KM": the upper 16 bits of the operation; tools/trace/cast.c knows it, too */
#define TRACE_MARK_LENGTH 14                    /* characters: eight in a1, six in a2 */

/*
 * text: up to TRACE_MARK_LENGTH characters. "130=client" calls the object that is under selector 130 of this PD "client"; any other
 * text is a line across the chart and the timeline, and can begin or end what is drawn (trace --window).
 */
static inline void trace_mark(const char *text)
{
    uint64_t word[2] = {0, 0};

    for (unsigned i = 0; i < TRACE_MARK_LENGTH && text[i]; i++)
        word[i / 8] |= (uint64_t)(unsigned char)text[i] << i % 8 * 8;
    syscall(CALL_PT_CONTROL, word[0], TRACE_MARK | word[1], 0, 0, 0);
}

/* trace_mark("SELECTOR=NAME"), for selectors that the program computes. */
static inline void trace_call_it(uint32_t selector, const char *name)
{
    char text[TRACE_MARK_LENGTH + 1] = {0}, digit[8];
    unsigned n = 0, digits = 0;

    do
        digit[digits++] = (char)('0' + selector % 10);
    while (selector /= 10);
    while (digits)
        text[n++] = digit[--digits];
    text[n++] = '=';
    for (unsigned i = 0; n < TRACE_MARK_LENGTH && name[i]; i++)
        text[n++] = name[i];
    trace_mark(text);
}
