/* From a world to the file that the kit's boot loader carries out (grading/boot/plan.h). Private to boot_world.c. */
#ifndef CAIRN_PROBES_BOOT_PLAN_H
#define CAIRN_PROBES_BOOT_PLAN_H

#include "probes/boot_world.h"

/* Chooses where the boot information lies, writes the plan, and has the session's next recording boot through the loader. */
bool plan_write(struct world *world);

#endif
