/*
 * RAM: an account of memory, and dataspaces from it.
 *
 * Quota moves only between an account and its reference account, which is named once; when an account is closed all that is
 * left of it goes there. A dataspace is charged in whole pages. Nothing is ever promised that is not there.
 */
#pragma once

#include "lib/rpc.h"

/* A session; what comes with it beyond this is the account's first quota. */
enum { RAM_RAM = 4096, RAM_CAPS = 512 };

/* What each dataspace costs of the session's capability quota: its portal and core's place for it. */
enum { DATASPACE_CAPS = 288 };

#define RAM_OPERATIONS(OP) OP(ram, allocate) OP(ram, free) OP(ram, figures) OP(ram, transfer) OP(ram, set_reference)

/* Zeroed memory of at least size bytes, one page behind the other in physical memory. OUT_OF_RAM: the account; OUT_OF_CAPS: the
 * session's own quota, upgrade it. */
#define ram_allocate_IN(WORD, TEXT, CAP)  WORD(uint64_t, size)
#define ram_allocate_OUT(WORD, TEXT, CAP) CAP(dataspace)

/* It goes out of every region map. INVALID: not of this session. */
#define ram_free_IN(WORD, TEXT, CAP) CAP(dataspace)
#define ram_free_OUT(WORD, TEXT, CAP)

/* Bytes. quota includes what is used. */
#define ram_figures_IN(WORD, TEXT, CAP)
#define ram_figures_OUT(WORD, TEXT, CAP) WORD(uint64_t, quota) WORD(uint64_t, used)

/* Gives bytes of this account to another. DENIED: neither is the other's reference. OUT_OF_RAM: it has not so many free. */
#define ram_transfer_IN(WORD, TEXT, CAP) CAP(to) WORD(uint64_t, bytes)
#define ram_transfer_OUT(WORD, TEXT, CAP)

/* Once. OVERLAP: it has one. */
#define ram_set_reference_IN(WORD, TEXT, CAP) CAP(reference)
#define ram_set_reference_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(ram, RAM_OPERATIONS)
