/*
 * IO_MEM: a device's memory. Arguments of the session: "base=0xfed00000, size=4096". One session has a page at a time.
 */
#pragma once

#include "lib/rpc.h"

enum { IO_MEM_RAM = 4096, IO_MEM_CAPS = 1024 };

#define IO_MEM_OPERATIONS(OP) OP(io_mem, dataspace)

#define io_mem_dataspace_IN(WORD, TEXT, CAP)
#define io_mem_dataspace_OUT(WORD, TEXT, CAP) CAP(dataspace)

RPC_INTERFACE(io_mem, IO_MEM_OPERATIONS)
