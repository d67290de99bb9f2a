/*
 * The given part's start: brings the first CPU up and hands over to the kernel's body.
 */
#include "body.h"
#include "cpu.h"
#include "option.h"
#include "print.h"
#include "trace.h"
#include "x86/lapic.h"

/*
 * timer_hz=N on the kernel's command line gives the timer's frequency, tsc_hz=N that of the time-stamp counter, for machines where they
 * are known (emulators), so that booting need not wait 10 ms for a measurement. trace=N and trace_wait=1: see trace.h.
 * pool=KiB is the body's: so much memory is the kernel's pool, the rest is programs'.
 */
noreturn void kernel_main(const struct boot_info *boot)
{
    print("cairn: %u modules, %lu KiB for the kernel\n", boot->module_count, region_total(phys_vacant()) / 1024);
    cpu_init(0);
    lapic_init();
    lapic_frequencies(option(boot->cmdline, "timer_hz"), option(boot->cmdline, "tsc_hz"));
    trace_init(option(boot->cmdline, "trace"), !option(boot->cmdline, "trace_wait"));
    body_start(boot);
}
