/* What a student's object files may hold: what a compiler makes of ordinary code, and no more.
 *
 * Sections and symbols can reach further than the files they stand in - into the linker script, the boot header, the
 * kit's table of names - so those that are not ordinary are refused before anything is linked.
 */
#ifndef CAIRN_GRADER_OBJECTS_H
#define CAIRN_GRADER_OBJECTS_H

#include "machine/status.h"
#include "script.h"

#include <stdio.h>

/* Looks at every *.o in `directory` (objects of the stage, NAME.c.o and NAME.asm.o) and writes one line to `complaints` for each thing
 * that is not allowed. Only stage 2 writes a Multiboot header. */
struct status objects_check(const char *directory, const char *stage, FILE *complaints);

/* Looks at the stage's objects and its linked part: each name of CONTRACTS/STAGE.symbols must be defined in the part, and each name
 * that the objects use but nobody defines must be one of the contracts', or the linker script's. A line to `complaints` for each that is not. */
struct status objects_check_names(const char *directory, const char *part, const char *contracts, const char *stage,
                                  const struct script *script, FILE *complaints);

#endif
