/*
 * Fills the information page for the root task.
 */
#pragma once

#include "cairn/info.h"
#include "contract/2-boot.h"

/* page: a zeroed page. Interrupts off. */
void info_fill(struct info_page *page, const struct boot_info *boot);
