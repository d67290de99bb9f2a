/*
 * CAP: an account of kernel memory, in bytes. What a component makes in the kernel, and what it is given, is charged here
 * (the table in kernel/ABI.md §5): a portal or a semaphore 128 bytes, a capability that it holds 128 bytes, a thread 8,192,
 * each mapped page 128, and a page for each table. That is what "caps" means in a configuration.
 *
 * The account of a component is bound to its PD (pd.set_account); from then on the kernel's quota of that PD follows it,
 * rounded up to pages. The page that rounding may cost is part of what a PD session costs.
 */
#pragma once

#include "lib/rpc.h"

enum { CAP_RAM = 4096, CAP_CAPS = 512 };

#define CAP_OPERATIONS(OP) OP(cap, figures) OP(cap, transfer) OP(cap, set_reference)

/* Bytes. used: what the kernel has charged, in whole pages. */
#define cap_figures_IN(WORD, TEXT, CAP)
#define cap_figures_OUT(WORD, TEXT, CAP) WORD(uint64_t, quota) WORD(uint64_t, used)

/* The same rules as those of RAM. OUT_OF_CAPS: it has not so many free. */
#define cap_transfer_IN(WORD, TEXT, CAP) CAP(to) WORD(uint64_t, bytes)
#define cap_transfer_OUT(WORD, TEXT, CAP)

#define cap_set_reference_IN(WORD, TEXT, CAP) CAP(reference)
#define cap_set_reference_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(cap, CAP_OPERATIONS)
