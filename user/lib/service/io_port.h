/*
 * IO_PORT: a run of the processor's I/O ports. Arguments of the session: "base=0x40, size=4". One session has a port at a
 * time.
 */
#pragma once

#include "lib/rpc.h"

enum { IO_PORT_RAM = 4096, IO_PORT_CAPS = 512 };

#define IO_PORT_OPERATIONS(OP) OP(io_port, attach)

/* Opens the ports to the threads of a PD (its session). */
#define io_port_attach_IN(WORD, TEXT, CAP) CAP(pd)
#define io_port_attach_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(io_port, IO_PORT_OPERATIONS)
