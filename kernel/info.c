#include "info.h"

#include "cairn/abi.h"
#include "string.h"
#include "x86/lapic.h"

_Static_assert(INFO_REGIONS >= BOOT_REGIONS && INFO_MODULES >= BOOT_MODULES && INFO_CMDLINE >= BOOT_CMDLINE_MAX,
               "all that stage 2 can find has room");

void info_fill(struct info_page *page, const struct boot_info *boot)
{
    page->magic = INFO_MAGIC;
    page->version = INFO_VERSION;
    page->cpu_count = 1;
    page->timer_hz = lapic_timer_hz();
    page->tsc_hz = lapic_tsc_hz();
    page->abi_version = ABI_VERSION;
    page->region_count = boot->region_count;
    page->module_count = boot->module_count;
    for (uint32_t i = 0; i < boot->region_count; i++)
        page->region[i] = (struct info_region){boot->region[i].base, boot->region[i].size};
    for (uint32_t i = 0; i < boot->module_count; i++) {
        page->module[i].base = boot->module[i].base;
        page->module[i].size = boot->module[i].size;
        memcpy(page->module[i].cmdline, boot->module[i].cmdline, BOOT_CMDLINE_MAX);
    }
}
