/* Places in a test program where the host stops the machine.
 */
#pragma once

/* Stays here for ever, at an address that the host knows as `name`. */
#define PLACE(name) __asm__ volatile(".global " #name "\n" #name ": jmp " #name)

/* In the data section, where the host can patch it before the run. */
#define PATCHED __attribute__((section(".data")))
