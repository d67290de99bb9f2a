/* Machines to boot on: memory maps and modules, drawn from the seed, each with one kind of trap in it. All have room for modules and
 * boot information below PLAN_LOADER and fewer free pages than EXAM_PAGES.
 */
#ifndef CAIRN_PROBES_BOOT_MACHINES_H
#define CAIRN_PROBES_BOOT_MACHINES_H

#include "probes/boot_world.h"

void machine_plain(struct world *world);          /* one range, as emulators have it */
void machine_without_map(struct world *world);    /* the loader knows two sizes only */
void machine_holes(struct world *world);          /* several ranges, whose edges are no pages' */
void machine_overlapping(struct world *world);    /* unsorted, overlapping, reserved within usable, entries of several sizes */
void machine_endless(struct world *world);        /* a reserved entry whose end wraps */
void machine_modules_behind(struct world *world); /* right behind the kernel, one after the other, the first ones last */
void machine_modules_scattered(
    struct world *world); /* across 16 MiB, between ranges, below 1 MiB, above everything; the most there may be */
void machine_no_modules(struct world *world); /* none, and the flag says so */

#endif
