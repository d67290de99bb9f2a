/* Symbols and source lines of an ELF file: the kernel under test (hostile: read with libelf, never trusted for more than names),
 * and the kit's own programs. */
#ifndef CAIRN_GRADER_IMAGE_H
#define CAIRN_GRADER_IMAGE_H

#include "machine/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;

/* STATUS_MISUSE when it is not a readable ELF64 file. */
struct status image_open(struct image **image, const char *path);
void image_close(struct image *image);

/* The value of a global symbol; in a kernel only the contract's names are global, so a student's file cannot shadow one. */
bool image_symbol(const struct image *image, const char *name, uint64_t *address);

/* Of the names that begin with `prefix`, global or not, the first in alphabetical order; false when there is none. */
bool image_first_symbol(const struct image *image, const char *prefix, char *name, size_t size);

/* The function symbol (global or local) at or before address: "trap_entry+0x1c". False when there is none. */
bool image_function(const struct image *image, uint64_t address, char *text, size_t size);

/* The source position, "trap.asm:57" (base name only), by addr2line in the sandbox; false when unknown. Costs about 30 ms. */
bool image_line(const struct image *image, uint64_t address, char *text, size_t size);

/* The bounds of the loaded segment with execute right, and its bytes (owned by the image). */
bool image_text(const struct image *image, uint64_t *start, const uint8_t **bytes, size_t *length);

/* Bytes of the file's loaded contents at a virtual address; false when not all of them are in the file. */
bool image_read(const struct image *image, uint64_t address, void *data, size_t length);

#endif
