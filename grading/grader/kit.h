/* The kit that submissions are built into: what grading/kit.sh has left in the build directory. */
#ifndef CAIRN_GRADER_KIT_H
#define CAIRN_GRADER_KIT_H

#include "machine/status.h"

#include <jansson.h>

struct kit {
    char source[512]; /* the kit's tree: records, families, skeletons */
    char build[512];  /* OUT of grading.mk */
    char cache[600];  /* OUT/cache/HASH */
    const char *hash;
    const char *compiler, *linker, *assembler; /* first lines of --version */
    json_t *json; /* owns the strings */
};

/* build: NULL for the directory of the running program. source: NULL for the tree the build was made from. */
struct status kit_open(struct kit *kit, const char *source, const char *build);
void kit_close(struct kit *kit);

/* The folder name of an exercise, "1-entry", from "1" or "1-entry": one that has test records below `tests`.
 * STATUS_REFUSED, naming those there are, when it does not exist. */
struct status kit_stage(const char *tests, const char *exercise, char *stage, size_t size);

#endif
