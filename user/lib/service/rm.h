/*
 * Region maps: where dataspaces are seen. The address space of a PD is one (pd.address_space), and so far the only kind:
 * there is no service RM that would make further ones, to be attached themselves.
 *
 * Pages are mapped when they are attached, so that what it costs (128 bytes of the PD's account each, a page for each table)
 * is refused there and not found out by a fault.
 */
#pragma once

#include "lib/rpc.h"

/* Where core chooses an address itself. */
#define ATTACH_FIRST 0x40000000ull
#define ATTACH_END   0x7f0000000000ull
#define ATTACH_ANYWHERE 0

enum attach_rights { ATTACH_READ = 1, ATTACH_WRITE = 2, ATTACH_EXECUTE = 4 }; /* those of memory, kernel/ABI.md §12 */

#define REGION_MAP_OPERATIONS(OP) OP(region_map, attach) OP(region_map, detach)

/*
 * Bytes offset to offset + size of a dataspace (size 0: to its end; both multiples of the page) appear at address `at`.
 * INVALID: outside the dataspace or the address space, not aligned, rights that it does not have, writable and executable.
 * OVERLAP: something is there; or, with ATTACH_ANYWHERE, there is no such gap. OUT_OF_CAPS: the PD's account lacks
 * rpc_lacking() bytes. OUT_OF_RAM: the map has no more room for regions.
 */
#define region_map_attach_IN(WORD, TEXT, CAP)                                                                                    \
    CAP(dataspace) WORD(uint64_t, offset) WORD(uint64_t, size) WORD(uint64_t, at) WORD(uint32_t, rights)
#define region_map_attach_OUT(WORD, TEXT, CAP) WORD(uint64_t, address)

/* The region that begins there. INVALID: none does. */
#define region_map_detach_IN(WORD, TEXT, CAP) WORD(uint64_t, at)
#define region_map_detach_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(region_map, REGION_MAP_OPERATIONS)
