/*
 * PD: a protection domain. Who opens the session makes it from outside: memory, threads, parent. A component has the session
 * of its own domain in its environment.
 */
#pragma once

#include "lib/rpc.h"

/* What a session costs: the kernel's PD, core's portals for its events and their places in core, one page that rounding of its
 * account needs; and core's description of it. */
enum { PD_RAM = 8192, PD_CAPS = 21504 };

#define PD_OPERATIONS(OP) OP(pd, self) OP(pd, address_space) OP(pd, set_account) OP(pd, set_parent)

/* The kernel's PD, with the right to pay (kernel/ABI.md §3.2): a component makes its own portals and semaphores with it. */
#define pd_self_IN(WORD, TEXT, CAP)
#define pd_self_OUT(WORD, TEXT, CAP) CAP(pd)

/* Its region map: service/rm.h. */
#define pd_address_space_IN(WORD, TEXT, CAP)
#define pd_address_space_OUT(WORD, TEXT, CAP) CAP(region_map)

/* The CAP session that pays for what is in the domain. Once, before anything else. OVERLAP: it has one, or another PD has it. */
#define pd_set_account_IN(WORD, TEXT, CAP) CAP(account)
#define pd_set_account_OUT(WORD, TEXT, CAP)

/* The capability that it is born with, under number FIRST_PARENT. Once. OVERLAP: it has one. */
#define pd_set_parent_IN(WORD, TEXT, CAP) CAP(parent)
#define pd_set_parent_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(pd, PD_OPERATIONS)

/* Numbers in a fresh domain. Its event table is core's business; a component uses none of the first 128. */
enum { FIRST_PARENT = 1 };
