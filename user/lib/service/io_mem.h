/*
 * IO_MEM: a device's memory, in whole pages. Arguments of the session: "base=0xfed00000, size=4096, write=yes" (to read
 * only, if write is "no" or not said).
 *
 * INVALID: base or size missing, not multiples of the page, more than there are addresses; write neither yes nor no.
 * DENIED: it touches ordinary memory, something of the kernel's (the local interrupt controllers), or what another
 * session has. OUT_OF_RAM: core's window for devices, 32 MiB, has no such gap.
 */
#pragma once

#include "lib/rpc.h"

/* A session with one page, and each page more. */
enum { IO_MEM_RAM = 4096, IO_MEM_CAPS = 704, IO_MEM_PAGE_CAPS = 128 };

#define IO_MEM_OPERATIONS(OP) OP(io_mem, dataspace)

/* It is never cached, and gone with the session. Not to be executed; to be written if the session says so. */
#define io_mem_dataspace_IN(WORD, TEXT, CAP)
#define io_mem_dataspace_OUT(WORD, TEXT, CAP) CAP(dataspace)

RPC_INTERFACE(io_mem, IO_MEM_OPERATIONS)
