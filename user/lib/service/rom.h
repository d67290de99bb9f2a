/*
 * ROM: a file to read. The label's last part is its name: core's are the modules of the boot loader, a parent's may be
 * anything.
 */
#pragma once

#include "lib/rpc.h"

enum { ROM_RAM = 4096, ROM_CAPS = 576 };

#define ROM_OPERATIONS(OP) OP(rom, dataspace) OP(rom, set_sigh) OP(rom, update)

/* The present content: attach it to read. size: of the file; the dataspace is in whole pages. */
#define rom_dataspace_IN(WORD, TEXT, CAP)
#define rom_dataspace_OUT(WORD, TEXT, CAP) CAP(dataspace) WORD(uint64_t, size)

/* Whom to tell that there is a newer content. Modules of the boot loader never change. */
#define rom_set_sigh_IN(WORD, TEXT, CAP) CAP(signal)
#define rom_set_sigh_OUT(WORD, TEXT, CAP)

/* Takes the newest content; the dataspace of before is gone, if there was a newer one. */
#define rom_update_IN(WORD, TEXT, CAP)
#define rom_update_OUT(WORD, TEXT, CAP) WORD(bool, changed)

RPC_INTERFACE(rom, ROM_OPERATIONS)
