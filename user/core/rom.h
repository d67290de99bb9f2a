/*
 * ROM: the modules of the boot loader, by name. A module is "FILE NAME".
 */
#pragma once

#include "cairn/info.h"
#include "core/service.h"

void rom_init(const struct info_page *info);

/* What a ROM session shows. */
struct dataspace *rom_dataspace_of(struct core_session *rom);
