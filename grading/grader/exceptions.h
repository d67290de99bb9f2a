/* Exceptions in words (SDM vol. 3A §6.15).
 */
#ifndef CAIRN_GRADER_EXCEPTIONS_H
#define CAIRN_GRADER_EXCEPTIONS_H

#include <stddef.h>
#include <stdint.h>

/* "#PF page fault"; for other vectors "interrupt". */
const char *exception_name(uint64_t vector);

/* What an error code says: "a write to a page that is not mapped, from ring 0"; "selector 0x2b of the GDT". Empty for exceptions
 * without one. cr2 is the address of a page fault. Returns text. */
const char *exception_error(uint64_t vector, uint64_t error, uint64_t cr2, char *text, size_t size);

#endif
