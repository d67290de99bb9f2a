/*
 * Interrupt vectors: 0–31 are the processor's exceptions (SDM vol. 3A §6.3), 32–… device interrupts, the top ones the
 * kernel's own.
 */
#pragma once

#define VECTOR_DEBUG          1
#define VECTOR_NMI            2
#define VECTOR_BREAKPOINT     3
#define VECTOR_OVERFLOW       4
#define VECTOR_NO_FPU         7   /* with CR0.TS set: the FPU belongs to somebody else */
#define VECTOR_DOUBLE_FAULT   8
#define VECTOR_GENERAL        13
#define VECTOR_PAGE_FAULT     14
#define VECTOR_MACHINE_CHECK  18
#define VECTOR_EXCEPTIONS     32  /* exceptions are below this */
#define VECTOR_DEVICES        32  /* global system interrupt n arrives at VECTOR_DEVICES + n */
#define VECTOR_TIMER          240 /* the local APIC's timer */
#define VECTOR_SPURIOUS       255
#define VECTOR_COUNT          256

/* Exceptions for which the processor pushes an error code: 8, 10–14, 17, 21, 29, 30 (SDM vol. 3A table 6-1; AMD APM vol. 2 §8.2). */
#define VECTOR_ERROR_CODES    0x60227d00
