/* The instructions that leave the kernel for ring 3, iretq and sysretq, and what must hold at each.
 *
 * QEMU forgives some of what real processors punish there, so the rules are checked before the instruction is executed.
 */
#ifndef CAIRN_PROBES_WAYS_OUT_H
#define CAIRN_PROBES_WAYS_OUT_H

#include "probes/session.h"

#define WAYS_OUT_MAX 16

enum way_kind { WAY_IRET, WAY_SYSRET, WAY_SYSRET_32 };

struct way_out {
    uint64_t address;
    enum way_kind kind;
};

struct ways_out {
    unsigned count;
    struct way_out way[WAYS_OUT_MAX];
};

/* Finds them in the kernel's text by their bytes. Bytes that are part of another instruction do no harm: nobody gets
 * there. */
void ways_out_find(const struct image *kernel, struct ways_out *ways);

/* Whether the machine, stopped at one of them, goes on in ring 0 at any place but `rip`: an iretq within the kernel's own code. */
bool ways_out_stays(struct machine *machine, const struct ways_out *ways, const struct x86_registers *registers, uint64_t rip);

/* Looks no more for the one at address. */
void ways_out_drop(struct ways_out *ways, uint64_t address);

/* Checks the rules at one of them; registers are those of the stop. True when one is broken (and the test failed). */
bool ways_out_check(struct session *session, struct machine *machine, const struct ways_out *ways,
                    const struct x86_registers *registers);

#endif
