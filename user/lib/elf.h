/*
 * Programs: ELF64 executables, looked at without trust.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_segment {
    uint64_t address, memory_size; /* where it goes; whole pages around it */
    uint64_t offset, file_size;    /* in the file; offset and address are equal modulo the page size */
    bool writable, executable;
};

/*
 * Is it an executable for this machine, of this many bytes, whose every loaded segment lies inside the file and below the
 * UTCBs, and is not writable and executable at once? *entry: its first instruction.
 */
bool elf_check(const void *file, size_t size, uint64_t *entry);

/* Segment number n of those to be loaded, of a file that was checked. False: there are not so many. */
bool elf_segment(const void *file, unsigned n, struct elf_segment *segment);
