/*
 * Stage 6, spaces: what a protection domain can reach without the kernel: memory and I/O ports.
 *
 * The stage defines page tables and the I/O permission bitmap of every PD, which grants a place has, what an item of memory or
 * ports becomes, and the flushing of the TLB. Grants themselves and taking them back are stage 4's, for all types. The rules that programs see are in kernel/ABI.md, "Selectors and grants" and "Memory
 * and ports".
 *
 * Files: any *.c and *.h.
 *
 * What it builds on: accounts and grants (stage 4), frames that the kernel keeps (frames.h), the format of page tables (x86/paging.h), the TSS (x86/segments.h), an index
 * (digital.h).
 *
 * How it hangs together
 * ---------------------
 *     page table of A            places of A                     places of B
 *     entry: frame, rights <---- page 0x400: grant (root) <--parent-- grant: page 0x9000 ----> entry: frame, rights
 *                                    |
 *                                  younger grants of the same place
 *
 * A place is a page (4 KiB or 2 MiB) or an aligned run of ports; it holds one or more grants, which the ABI calls records. What
 * the processor sees, an entry of a page table or bits of the bitmap, is computed from the grants of the place and nothing else.
 *
 * The rules
 * ---------
 * 1. Check everything, then charge, then change; after the first change nothing may fail (rule 1 of stage 4).
 * 2. An entry allows what the union of its place's grants allows, never writing and executing together. Too much: somebody
 *    writes what was taken from him. Too little: one giver's revoke takes what another gave.
 * 3. All grants of a place are of one frame and one size. Otherwise: the entry cannot say which, and a revoke leaves the wrong
 *    one.
 * 4. A grant lives no longer than its parent, has no right that the parent lacks, and its frame lies inside the parent's.
 * 5. No frame that the kernel uses is ever in a grant. Otherwise: a program writes page tables.
 * 6. An entry that loses a right is flushed from the TLB before the call returns. Otherwise: a program goes on writing to a page
 *    that was taken from it, until something else empties the TLB. It is the seldom kind of wrong.
 * 7. A page table is linked before it is used and unlinked before its page goes back; CR3 never points to a table that has
 *    gone back. Otherwise: the processor walks through whatever that page has become.
 * 8. The bitmap that the processor sees belongs to the PD that runs, or is out of its reach. Otherwise: ports of one PD are
 *    open to another.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "cairn/abi.h"
#include "contract/4-caps.h"
#include "cpu.h"

struct ec;
struct boot_info;

/* ---- Public structures ---------------------------------------------------------------------------------------------- */

#define FRAME_DEVICE (1ull << 62) /* part of a frame's name: all grants of a place agree on it, and what is derived has it */

/* What of a PD's memory or ports a removal goes through: the places that touch a range. */
struct places {
    struct pd *pd;
    enum cap_type type;
    unsigned order;     /* of the range */
    uint64_t base, end; /* the range: pages, ports, or numbers */
    uint64_t cursor;    /* 0 at first; how far it has come is for space_next to say */
    unsigned outer;     /* PORTS_ORDER_MAX at first: the larger runs come first, from there down */
    bool done;          /* there are no more */
};

/* ---- Forms ---------------------------------------------------------------------------------------------------------- */

#define SPACE_PAGES_ORDER 35
#define SPACE_PAGES (1ull << SPACE_PAGES_ORDER) /* the user half; its first and its last page never hold anything */
#define SPACE_PORTS 65536ull
#define LARGE_ORDER 9            /* a place of 2 MiB is 2^9 pages */
#define PORTS_ORDER_MAX 16

/* Whether range is an aligned run within the space that type names: part of the form of `remove` and of items. */
static inline bool space_range_ok(enum cap_type type, uint64_t range)
{
    const unsigned order = RANGE_ORDER(range), whole = type == TYPE_MEMORY ? SPACE_PAGES_ORDER : PORTS_ORDER_MAX;
    const uint64_t base = RANGE_BASE(range);

    return order <= whole && !(base >> whole) && !(base & ((1ull << order) - 1));
}

/* ---- What the stage defines: spaces --------------------------------------------------------------------------------- */

/*
 * Gives pd, whose structure is zero, its memory space: table, a page of the payer's with anything in it, becomes the root page table
 * when something is first mapped, with the kernel's half as in all others. Sets pd->space: until then it is kernel_space.
 */
void space_init(struct pd *pd, void *table);

/*
 * The same for root at boot, whose space was made by paging_new_space, filled by paging_map, and is in pd->space. Its
 * tables stay the kernel's, what is mapped in it is in no grant. Closes the I/O bitmap of this CPU. Once, before root has
 * run.
 */
void space_adopt(struct pd *root);

/*
 * Ends the space of a dying PD that has no grants any more, a piece of bounded length at a time; returns true when nothing is left,
 * pd->space being kernel_space again. The PD's ECs have ended. If the processor runs in this space, it continues in the kernel's own
 * (kernel_space): whoever compares CR3 with what an EC needs must read the register.
 */
bool space_end(struct pd *pd);

/* ---- What the stage defines: UTCBs ---------------------------------------------------------------------------------- */

/*
 * Checks that a UTCB can be mapped in pd at address (page-aligned, in the user half), and adds the tables to pd's bill. Returns
 * SUCCESS, OCCUPIED (something is mapped there), CONFLICT never.
 */
enum status space_prepare_utcb(const struct pd *pd, uint64_t address, struct bill *bill);

/* Maps ec->ipc.utcb at ec->ipc.utcb_page in ec->ipc.pd, readable and writable. Prepared and covered: cannot fail. */
void space_map_utcb(const struct ec *ec);

/* Takes that away, before the page goes back (ec_end). */
void space_unmap_utcb(const struct ec *ec);

/* ---- What the stage defines: delegation ----------------------------------------------------------------------------- */

/*
 * The half of cap_prepare (contract/4-caps.h) for t[n], an item of memory or ports; the others of t can be of any type. Its fields
 * of the second group are zero.
 *
 * Returns SUCCESS; BAD_PAR (form: rights, range); TOO_MANY (an order that no item can have); BAD_CAP (a page or port that no single
 * live grant covers, or no large one if the item is of large pages); NO_WINDOW; OCCUPIED (a page that is mapped but not
 * granted: a UTCB); CONFLICT (another frame or size, or writable and executable).
 *
 * Within one PD an item takes nothing from where an earlier item of the same message lands: BAD_CAP.
 */
enum status space_prepare(struct transfer t[], unsigned n, struct bill *bill);

/* Makes t real: a grant_give for each place, which is then shown. Transfers are committed in their order. Cannot fail. */
void space_commit(const struct transfer *t);

/*
 * KERNEL_MEMORY: frames (a RANGE) become root grants of pd at page (a page number, a multiple of the run's size). Form and
 * order of checks: ABI.md §7.13. Returns SUCCESS, BAD_PAR, OCCUPIED, CONFLICT, or NO_QUOTA with nothing changed and in
 * *lacking the pages that pd lacks.
 */
enum status space_take_memory(struct pd *pd, uint64_t frames, uint64_t page, uint64_t rights, uint32_t *lacking);

/*
 * KERNEL_PORTS: the same for ports (a RANGE), which land where they are. Not those of the timer and the interrupt controllers:
 * BAD_PAR.
 */
enum status space_take_ports(struct pd *pd, uint64_t ports, uint32_t *lacking);

/* What PD_LOOKUP tells of a page or port, which is within the space: its word for rdx (ABI.md §7.8). type: TYPE_MEMORY or TYPE_PORTS. */
uint64_t space_describe(const struct pd *pd, enum cap_type type, uint64_t place);

/* ---- What the stage defines: places, for stage 4 ---------------------------------------------------------------------- */

/*
 * grant has lost rights, or all of them. The oldest of its place was was, and is now (NULL: none is left). The processor is shown
 * what is allowed now. Cannot fail.
 */
void space_changed(struct grant *was, struct grant *now, struct grant *grant);

/*
 * The oldest grant of the next place that touches the range, from large to small: whatever contains the range comes before what lies
 * inside. NULL: none was found in a bounded search, or, with places->done, there is no more. Places may come and go between two calls.
 */
struct grant *space_next(struct places *places);

/* What a record of the trace names memory and ports by: the frame's address, or the port. */
static inline uint64_t trace_frame(unsigned type, uint64_t what)
{
    return type == TYPE_MEMORY ? (what & ~FRAME_DEVICE) << 12 : what;
}

/* ---- What the stage defines: ports and the processor ---------------------------------------------------------------- */

/* Behind the TSS's limit there is no bitmap, and every port is closed (SDM vol. 1 §19.5.2). */
#define PORTS_CLOSED sizeof(struct tss)

/*
 * For stage 3, whenever it changes the address space: the ports of the PD that is left are closed. They are opened when the
 * next PD first uses one of its own: the processor raises #GP, ports_trap opens them in the bitmap, and the instruction is done
 * again. So a switch costs two instructions and not 8 KiB, as with the FPU.
 */
static inline void ports_close(struct cpu *cpu)
{
    cpu->tss->io_bitmap_offset = PORTS_CLOSED;
}

/*
 * self, the current EC, raised #GP (vector 13) with error code 0 in ring 3. Returns true when its PD has ports that were not open
 * and now are, or some more of them: self shall then go on where it was, and faults again until all are. Otherwise the exception is
 * self's own.
 */
bool ports_trap(struct ec *self);
