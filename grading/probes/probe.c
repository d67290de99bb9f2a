#include "probes/probe.h"

#include <string.h>

#include "probes/probes.h"

static const struct {
    const char *name;
    probe_function *run;
} probes[] = {
    { "segments", probe_segments },
    { "tss", probe_tss },
    { "gates", probe_gates },
    { "msrs", probe_msrs },
    { "first-exit", probe_first_exit },
    { "iret-trust", probe_iret_trust },
    { "sysret-trust", probe_sysret_trust },
    { "syscall-enter", probe_syscall_enter },
    { "syscall-return", probe_syscall_return },
    { "syscall-number", probe_syscall_number },
    { "syscall-state", probe_syscall_state },
    { "trap-enter", probe_trap_enter },
    { "exceptions", probe_exceptions },
    { "sysret-later", probe_sysret_later },
    { "interrupts", probe_interrupts },
    { "two-ecs", probe_two_ecs },
    { "ring0", probe_ring0 },
    { "nmi", probe_nmi },
    { "double-fault", probe_double_fault },
    { "boot-header", probe_boot_header },
    { "boot-segments", probe_boot_segments },
    { "boot-addresses", probe_boot_addresses },
    { "boot-sections", probe_boot_sections },
    { "boot-arrival", probe_boot_arrival },
    { "boot-bss", probe_boot_bss },
    { "boot-rough", probe_boot_rough },
    { "boot-old", probe_boot_old },
    { "boot-free", probe_boot_free },
    { "boot-maps", probe_boot_maps },
    { "boot-modules", probe_boot_modules },
    { "boot-info", probe_boot_info },
    { "boot-tables", probe_boot_tables },
    { "boot-spaces", probe_boot_spaces },
    { "boot-elf-headers", probe_boot_elf_headers },
    { "boot-elf-segments", probe_boot_elf_segments },
    { "boot-elf-odd", probe_boot_elf_odd },
    { "boot-elf-messages", probe_boot_elf_messages },
    { "boot-load", probe_boot_load },
    { "boot-load-out", probe_boot_load_out },
    { "told", probe_told },
    { "caps-cells", probe_caps_cells },
    { "caps-grants", probe_caps_grants },
    { "caps-numbers", probe_caps_numbers },
    { "walk", probe_caps_walk },
    { "rig", probe_rig },
    { "uthreads", probe_uthreads },
};

static probe_function *find(const char *name)
{
    for (unsigned i = 0; i < sizeof probes / sizeof probes[0]; i++)
        if (!strcmp(probes[i].name, name))
            return probes[i].run;
    return NULL;
}

bool probe_exists(const char *name)
{
    return find(name);
}

void probe_run(const struct probe_input *input, struct verdict *verdict)
{
    struct session session;
    probe_function *run = find(input->test->probe);

    memset(verdict, 0, sizeof *verdict); /* VERDICT_PASSED until something says otherwise */
    if (!run) {
        verdict_trouble(verdict, "the test's record names the probe %s, which does not exist", input->test->probe);
        return;
    }
    if (session_open(&session, input, verdict))
        run(&session);
    session_close(&session);
}
