/* A number as somebody wrote it on a command line. */
#ifndef CAIRN_MACHINE_NUMBER_H
#define CAIRN_MACHINE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal, or hexadecimal with 0x, and nothing around it. False for anything else and for more than most; *number means nothing then. */
bool number_read(const char *text, uint64_t most, uint64_t *number);

#endif
