/*
 * The kernel's interface in numbers. What they mean stands in kernel/ABI.md; the section is named at each group.
 *
 * Shared by kernel and user. NASM's constants are made from this file by the build, never written twice.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define ABI_VERSION 1 /* §18 */

/* ---- §7 Calls: rax ---------------------------------------------------------------------------------------------------- */

enum call_number {
    CALL_CALL           = 0,
    CALL_REPLY          = 1,
    CALL_CREATE_PD      = 2,
    CALL_CREATE_EC      = 3,
    CALL_CREATE_SC      = 4,
    CALL_CREATE_PT      = 5,
    CALL_CREATE_SM      = 6,
    CALL_REMOVE         = 7,
    CALL_PD_CONTROL     = 8,
    CALL_EC_CONTROL     = 9,
    CALL_SC_CONTROL     = 10,
    CALL_PT_CONTROL     = 11,
    CALL_SM_CONTROL     = 12,
    CALL_KERNEL_CONTROL = 13,
    CALL_COUNT          = 16, /* 14 and 15 are BAD_CALL */
};

/* Two selectors, or a selector and a small number, in one register. */
#define PAIR(low, high) ((uint64_t)(uint32_t)(low) | (uint64_t)(uint32_t)(high) << 32)
#define PAIR_LOW(word)  ((uint32_t)(word))
#define PAIR_HIGH(word) ((uint32_t)((word) >> 32))

enum pd_operation {
    PD_QUOTA   = 0, /* pages from the payer to the PD; negative: back */
    PD_FIGURES = 1,
    PD_GRANT   = 2, /* objects, memory or ports from the caller's PD into the PD */
    PD_LOOKUP  = 3, /* caller's own space, no PD named */
    PD_ACK     = 4, /* caller's own space, no PD named */
};

enum ec_operation {
    EC_RECALL = 0,
    EC_PAUSE  = 1,
    EC_RESUME = 2,
    EC_YIELD  = 3, /* caller itself, no EC named */
    EC_EVENTS = 4,
};

enum sc_operation { SC_TIME = 0, SC_QUOTA = 1, SC_PRIORITY = 2 };
enum pt_operation { PT_SET = 0 };
enum sm_operation { SM_UP = 0, SM_DOWN = 1, SM_ZERO = 2 };

enum kernel_operation {
    KERNEL_MEMORY    = 0, /* frames into the caller's space */
    KERNEL_PORTS     = 1, /* ports into the caller's space */
    KERNEL_INTERRUPT = 2, /* bind an interrupt to a semaphore */
    KERNEL_COUNTER   = 3,
    KERNEL_STOP      = 4,
};

enum remove_operation {
    REMOVE_BELOW   = 0, /* revoke: what others have from it */
    REMOVE_SELF    = 1, /* delete: that, and one's own */
    REMOVE_DESTROY = 2, /* the object itself */
};
#define REMOVE(operation, type) PAIR(type, operation)

/* ---- §6 Statuses: rax on return ------------------------------------------------------------------------------------------ */

enum status {
    SUCCESS    = 0,
    BAD_CALL   = 1,  /* no such call or operation */
    BAD_CAP    = 2,  /* empty, dead, wrong type, or without the right */
    BAD_PAR    = 3,  /* an argument that no state could make right */
    BAD_CPU    = 4,  /* another CPU's, or none */
    OCCUPIED   = 5,  /* the number or place is taken */
    CONFLICT   = 6,  /* another frame or size there, or writable and executable */
    NO_QUOTA   = 7,  /* an account lacks pages; rdx says whose and how many */
    NO_WINDOW  = 8,  /* the receiver admits no such item, or no more records */
    NO_TIME    = 9,  /* the donor has less processor time to give */
    PINNED     = 10, /* arrived and not yet acknowledged */
    CYCLE      = 11, /* the wait would close a circle */
    TIMEOUT    = 12, /* also of a no-block call whose callee is at work */
    ABORTED    = 13, /* the other side died */
    TOO_MANY   = 14, /* a count would pass its limit */
    ITEMS_LOST = 15, /* a reply arrived without its items */
    STATUS_COUNT
};

/* rdx with NO_QUOTA and NO_WINDOW, and `lost` in a UTCB: how much, whose, at which item. */
enum account_owner { ACCOUNT_CALLER = 1, ACCOUNT_PAYER = 2, ACCOUNT_TARGET = 3, ACCOUNT_RECEIVER = 4 };
#define REFUSAL(lacking, owner, item, status) \
    ((uint64_t)(uint32_t)(lacking) | (uint64_t)(owner) << 32 | (uint64_t)(item) << 40 | (uint64_t)(status) << 48)
#define REFUSAL_LACKING(word) ((uint32_t)(word))
#define REFUSAL_OWNER(word)   ((uint32_t)((word) >> 32 & 0xff))
#define REFUSAL_ITEM(word)    ((uint32_t)((word) >> 40 & 0xff)) /* NO_ITEM when no item is at fault */
#define REFUSAL_STATUS(word)  ((uint32_t)((word) >> 48 & 0xff))
#define NO_ITEM 0xff

/* ---- §3 Objects: types and rights ---------------------------------------------------------------------------------------- */

enum cap_type {
    TYPE_NULL = 0, TYPE_PD = 1, TYPE_EC = 2, TYPE_SC = 3, TYPE_PT = 4, TYPE_SM = 5, TYPE_KERNEL = 6,
    TYPE_OBJECT = 8, TYPE_MEMORY = 9, TYPE_PORTS = 10, /* spaces: of items, windows and remove */
};

/* Eight bits. A right that a type does not have is never set. */
#define RIGHT_DESTROY 0x80 /* PD, EC, SC, PT, SM */

#define PD_RIGHT_PAY     0x01 /* name it as payer, move its quota on */
#define PD_RIGHT_EC      0x02 /* create ECs in it */
#define PD_RIGHT_GRANT   0x04 /* PD_GRANT into it */
#define PD_RIGHT_FIGURES 0x08
#define PD_RIGHT_QUOTA   0x10 /* move quota between it and its payer */
#define PD_RIGHTS        0x9f

#define EC_RIGHT_CONTROL 0x01 /* EC_RECALL, EC_PAUSE, EC_RESUME, EC_EVENTS */
#define EC_RIGHT_PT      0x02 /* bind portals */
#define EC_RIGHT_SC      0x04 /* bind a scheduling context */
#define EC_RIGHTS        0x87

#define SC_RIGHT_CONTROL 0x01 /* SC_QUOTA, SC_PRIORITY */
#define SC_RIGHT_TIME    0x02 /* SC_TIME */
#define SC_RIGHT_DONATE  0x04 /* name it as donor */
#define SC_RIGHTS        0x87

#define PT_RIGHT_CALL    0x01
#define PT_RIGHT_CONTROL 0x02 /* PT_SET */
#define PT_RIGHT_EVENT   0x04 /* stand in an event table */
#define PT_RIGHTS        0x87

#define SM_RIGHT_UP      0x01
#define SM_RIGHT_DOWN    0x02 /* SM_DOWN, SM_ZERO */
#define SM_RIGHT_ASSIGN  0x04 /* bind an interrupt */
#define SM_RIGHTS        0x87

#define KERNEL_RIGHT_MEMORY    0x01
#define KERNEL_RIGHT_PORTS     0x02
#define KERNEL_RIGHT_INTERRUPT 0x04
#define KERNEL_RIGHT_TIME      0x08 /* donor: what of a CPU's time belongs to no SC */
#define KERNEL_RIGHT_COUNTER   0x10
#define KERNEL_RIGHT_STOP      0x20
#define KERNEL_RIGHTS          0x3f

#define MEMORY_READ    0x01
#define MEMORY_WRITE   0x02
#define MEMORY_EXECUTE 0x04
#define PORTS_ACCESS   0x01

/* ---- §4 Selectors -------------------------------------------------------------------------------------------------------- */

#define SELECTOR_COUNT 65536 /* numbers of a PD; 0 names nothing */
#define PIN_MAX        0x7fffffff
#define GRANTS_MAX     64 /* of one place: selector, page or run of ports; then no item brings another one */

/* ---- §5 Accounts: what things cost --------------------------------------------------------------------------------------- */

#define ACCOUNT_UNIT   4096 /* bytes: an account counts pages */
#define CELL_SIZE      128  /* bytes: small things share pages, within one account */
#define CELLS_PER_PAGE (ACCOUNT_UNIT / CELL_SIZE)

#define COST_PD     3 /* pages, of the payer: object, directory of selectors, root page table */
#define COST_EC     2 /* pages, of the payer: object with FPU area, UTCB */
#define COST_CELLS  1 /* cell: SC, PT, SM of the payer; a derivation record of the PD it serves */
#define COST_TABLE  1 /* page: a page table, or 128 selectors; of the PD it serves, until that PD dies */
#define SELECTORS_PER_TABLE 128

/* ---- §8 UTCB and messages ------------------------------------------------------------------------------------------------ */

#define UTCB_SIZE    4096
#define WORD_COUNT   448 /* at most, in a message */
#define ITEM_COUNT   28
#define RECORDS_MAX  64  /* new records of one message or one PD_GRANT or KERNEL_MEMORY */
#define WINDOW_COUNT 64  /* numbers in an object window, at most */

/* Descriptor of a message: rdx, in all four directions. */
#define DESCRIPTOR(words, items)  ((uint64_t)(words) | (uint64_t)(items) << 9)
#define DESCRIPTOR_WORDS(d)       ((unsigned)((d) & 0x1ff))
#define DESCRIPTOR_ITEMS(d)       ((unsigned)((d) >> 9 & 0x1f))
#define DESCRIPTOR_NO_BLOCK       0x8000000000000000 /* call only: TIMEOUT rather than help or wait */
#define DESCRIPTOR_KNOWN          0x8000000000003fff /* every other bit is zero */

/* A run of 2^order pages, ports or selectors; base is a multiple of 2^order. */
#define RANGE(base, order) ((uint64_t)(base) << 8 | (uint64_t)(order))
#define RANGE_BASE(word)   ((uint64_t)(word) >> 8)
#define RANGE_ORDER(word)  ((unsigned)((word) & 0xff))

enum item_kind { ITEM_NULL = 0, ITEM_DELEGATE = 1, ITEM_TRANSLATE = 2 };

/* The second word of an item. spot: page number, for memory only. */
#define ITEM(kind, type, rights, spot) \
    ((uint64_t)(kind) | (uint64_t)(type) << 4 | (uint64_t)(rights) << 8 | (uint64_t)(spot) << 16)
#define ITEM_KIND(word)   ((unsigned)((word) & 0xf))
#define ITEM_TYPE(word)   ((unsigned)((word) >> 4 & 0xf))
#define ITEM_RIGHTS(word) ((unsigned)((word) >> 8 & 0xff))
#define ITEM_SPOT(word)   ((uint64_t)(word) >> 16)

struct item {
    uint64_t range; /* sent: in the sender's space; received: in the receiver's */
    uint64_t how;
};

struct utcb {
    uint32_t object_base, object_count; /* window: selectors; count 0: closed */
    uint64_t memory_window;             /* RANGE of pages; 0: closed */
    uint32_t port_base, port_count;     /* window: ports; count 0: closed */
    uint32_t records;                   /* new records admitted; the kernel counts it down */
    uint32_t reserved;
    uint64_t lost;                      /* REFUSAL, after ITEMS_LOST */
    uint64_t user[3];                   /* never read nor written by the kernel */
    uint64_t word[WORD_COUNT];
    struct item item[ITEM_COUNT];
};

_Static_assert(sizeof(struct utcb) == UTCB_SIZE, "it is one page, without gaps");
_Static_assert(offsetof(struct utcb, word) == 64, "words start on a cache line");
_Static_assert(offsetof(struct utcb, item) == 3648, "items follow the last word");
_Static_assert(DESCRIPTOR(0x1ff, 0x1f) == (DESCRIPTOR_KNOWN & ~DESCRIPTOR_NO_BLOCK), "the descriptor's fields");
_Static_assert(WORD_COUNT <= 0x1ff && ITEM_COUNT <= 0x1f && ITEM_COUNT <= WINDOW_COUNT, "counts fit their fields");

/* ---- §9 Exceptions as messages ------------------------------------------------------------------------------------------- */

#define EVENT_STARTUP 32 /* 0 to 31 are the processor's vectors */
#define EVENT_RECALL  33
#define EVENT_COUNT   34

/* Groups of the transfer descriptor, and the words of an event message that each fills. */
#define TRANSFER_EVENT 0x01 /* 1 to 3, never set by a reply */
#define TRANSFER_RIP   0x02 /* 4 */
#define TRANSFER_FLAGS 0x04 /* 5 */
#define TRANSFER_RSP   0x08 /* 6 */
#define TRANSFER_LOW   0x10 /* 7 to 13 */
#define TRANSFER_HIGH  0x20 /* 14 to 21 */
#define TRANSFER_BASES 0x40 /* 22 and 23 */
#define TRANSFER_ALL   0x7f

enum event_word {
    EVENT_TRANSFER = 0, EVENT_NUMBER = 1, EVENT_ERROR = 2, EVENT_ADDRESS = 3, EVENT_RIP = 4, EVENT_FLAGS = 5, EVENT_RSP = 6,
    EVENT_RAX = 7, EVENT_RCX, EVENT_RDX, EVENT_RBX, EVENT_RBP, EVENT_RSI, EVENT_RDI,
    EVENT_R8 = 14, EVENT_R9, EVENT_R10, EVENT_R11, EVENT_R12, EVENT_R13, EVENT_R14, EVENT_R15,
    EVENT_FS_BASE = 22, EVENT_GS_BASE = 23,
    EVENT_WORDS = 24
};

_Static_assert(EVENT_RDI == 13 && EVENT_R15 == 21, "groups and words agree");

/* Flags of ring 3 that a reply may set: CF PF AF ZF SF TF DF OF NT RF AC ID. */
#define EVENT_FLAGS_SETTABLE 0x254dd5

/* ---- §7, §10 Execution and time ------------------------------------------------------------------------------------------ */

enum ec_kind { EC_LOCAL = 0, EC_GLOBAL = 1 }; /* 2: vCPU, not in this version */

/* Third argument of create_ec: page address of the UTCB, kind, CPU. */
#define EC_PLACE(utcb, kind, cpu) ((uint64_t)(utcb) | (uint64_t)(kind) | (uint64_t)(cpu) << 2)
#define EC_PLACE_UTCB(word)       ((uint64_t)(word) & ~(uint64_t)0xfff)
#define EC_PLACE_KIND(word)       ((unsigned)((word) & 3))
#define EC_PLACE_CPU(word)        ((unsigned)((word) >> 2 & 0x3ff))

#define PRIORITY_MAX     127 /* lowest: 1 */
#define SUPER_PERIOD_US  1000000
#define FILL_US          10000
#define BUDGET_MAX_US    SUPER_PERIOD_US

/* Deadlines: absolute, in ticks of the time-stamp counter. */
#define DEADLINE_NEVER 0

#define SM_COUNT_MAX 0x7fffffffffffffff

/* KERNEL_INTERRUPT: line, CPU, trigger. */
#define INTERRUPT(line, cpu, flags) ((uint64_t)(line) | (uint64_t)(cpu) << 16 | (uint64_t)(flags) << 32)
#define INTERRUPT_LEVEL 1 /* else edge */
#define INTERRUPT_LOW   2 /* else active high */
#define INTERRUPT_MSI   4 /* message-signalled: line is ignored */
#define INTERRUPT_NONE  8 /* take the binding away */

#define MEMORY_DEVICE   0x08 /* KERNEL_MEMORY: uncached; inherited, never sent */

/* ---- §14 Root at boot ---------------------------------------------------------------------------------------------------- */

#define ROOT_UTCB       0x00007fffffffd000
#define ROOT_SEL_KERNEL 1
#define ROOT_SEL_PD     2
#define ROOT_SEL_EC     3
#define ROOT_SEL_SC     4
#define ROOT_EVENTS     32 /* selectors 32 to 65: its event table, empty */
#define ROOT_SEL_FREE   66
