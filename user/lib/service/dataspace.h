/*
 * Dataspaces: pieces of memory that can be attached to region maps, whoever gave them (RAM, ROM, IO_MEM). A capability to
 * one is all it takes to see what is in it.
 */
#pragma once

#include "lib/rpc.h"

enum dataspace_flags { DATASPACE_WRITABLE = 1, DATASPACE_DEVICE = 2 /* not cached */ };

#define DATASPACE_OPERATIONS(OP) OP(dataspace, figures) OP(dataspace, physical)

#define dataspace_figures_IN(WORD, TEXT, CAP)
#define dataspace_figures_OUT(WORD, TEXT, CAP) WORD(uint64_t, size) WORD(uint32_t, flags)

/* Where it lies for a device that reads and writes memory itself. */
#define dataspace_physical_IN(WORD, TEXT, CAP)
#define dataspace_physical_OUT(WORD, TEXT, CAP) WORD(uint64_t, address)

RPC_INTERFACE(dataspace, DATASPACE_OPERATIONS)
