/* Walking over object files and their symbols with libelf. Private to objects.c and object_names.c. */
#ifndef CAIRN_GRADER_OBJECT_FILE_H
#define CAIRN_GRADER_OBJECT_FILE_H

#include "machine/status.h"

#include <gelf.h>
#include <stdbool.h>

struct object_file {
    char name[80]; /* of the source file: "trap.asm" */
    char *bytes;
    Elf *elf;
};

/* `name` is how it is called in messages. A file that is missing or no ELF file is STATUS_MISUSE. */
struct status object_open(struct object_file *object, const char *path, const char *name);
void object_close(struct object_file *object);

typedef void object_fn(const struct object_file *object, void *context);
typedef void object_symbol_fn(const struct object_file *object, const GElf_Sym *symbol, const char *name, void *context);

/* Each *.o of a directory, in the order of their names. */
struct status object_each(const char *directory, object_fn *visit, void *context);

/* Each symbol but the first, whatever its kind. */
void object_each_symbol(const struct object_file *object, object_symbol_fn *visit, void *context);

#endif
