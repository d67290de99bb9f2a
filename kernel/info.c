#include "info.h"

#include "cairn/abi.h"
#include "string.h"
#include "x86/lapic.h"

void info_fill(struct info_page *page, const struct boot_info *boot)
{
    page->magic = INFO_MAGIC;
    page->version = INFO_VERSION;
    page->cpu_count = 1;
    page->timer_hz = lapic_timer_hz;
    page->tsc_hz = lapic_tsc_hz;
    page->abi_version = ABI_VERSION;
    page->region_count = boot->region_count;
    page->module_count = boot->module_count;
    memcpy(page->region, boot->region, sizeof page->region);
    memcpy(page->module, boot->module, sizeof page->module);
}
