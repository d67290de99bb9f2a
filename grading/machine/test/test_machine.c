/* The pinned machine: how runs end, what an observer sees, what he may not do. */
#include "support.h"

#include "clock.h"

#include <unistd.h>

#define GUEST   GUESTS "/rings.img"
#define LOG     GUESTS "/test_machine.log"
#define COUNTER 0x200000 /* as in rings.asm */
#define TABLES  0x300000
#define FRAMES  0x400000
#define USER    0x40000000

enum { STOP, GATE, ENDING, SWITCH_BACK };
static uint32_t labels[4];
static const struct machine_limits limits = { .instructions = 3000000, .wall_ms = 20000 };
static struct machine_outcome outcome;

static struct machine_config config_for(const char *ending)
{
    return (struct machine_config){ .kernel = GUEST, .cmdline = ending, .log = LOG };
}

static struct machine *record(const char *ending, uint64_t breakpoint)
{
    struct machine *machine;
    struct machine_config config = config_for(ending);
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    if (breakpoint)
        assert_ok(machine_break(machine, breakpoint));
    assert_ok(machine_run(machine, &limits, &outcome));
    return machine;
}

static uint64_t switches(struct machine *machine)
{
    uint64_t count = 0;
    assert_ok(machine_read_physical(machine, COUNTER, &count, sizeof count));
    return count;
}

static void expect_ending(const char *ending, enum machine_outcome_kind kind, const char *detail)
{
    struct machine *machine = record(ending, 0);
    assert_outcome(outcome, kind);
    assert_string_equal(outcome.detail, detail);
    if (outcome.inspectable)
        assert_int_equal(switches(machine), 6);
    assert_ok(machine_close(machine));
}

static void endings(void **state)
{
    (void)state;
    expect_ending("d", MACHINE_DEAD, "");
    expect_ending("i", MACHINE_IDLE, "");
    expect_ending("t", MACHINE_SHUTDOWN, "triple-fault");
    assert_true(outcome.exact);
    expect_ending("p", MACHINE_SHUTDOWN, "guest-shutdown");
    assert_false(outcome.exact);
}

/* The state of a run over its limit is seen at exactly the limit. */
static void over_the_limit(void **state)
{
    (void)state;
    expect_ending("l", MACHINE_OVER_LIMIT, "");
    assert_int_equal(outcome.count, limits.instructions);
    struct machine_config config = config_for("l");
    struct x86_registers first = { 0 };
    for (int i = 0; i < 2; i++) {
        struct machine *machine;
        assert_ok(machine_open(&machine, &config, MACHINE_REPLAY));
        assert_ok(machine_run_to(machine, limits.instructions, &limits, &outcome));
        assert_outcome(outcome, MACHINE_AT_COUNT);
        assert_int_equal(outcome.count, limits.instructions);
        if (i)
            assert_memory_equal(&first, &outcome.registers, sizeof first);
        first = outcome.registers;
        assert_ok(machine_close(machine));
    }
}

/* A loop on a busy host comes to its limit late, and it is a loop all the same: not the emulator's trouble. */
static void however_long_it_takes(void **state)
{
    (void)state;
    static const struct machine_limits patient = { .instructions = 400000000, .wall_ms = 150 };
    struct machine *machine;
    struct machine_config config = config_for("l");
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    const uint64_t begun = clock_ms();
    assert_ok(machine_run(machine, &patient, &outcome));
    assert_true(clock_ms() - begun > patient.wall_ms);
    assert_outcome(outcome, MACHINE_OVER_LIMIT);
    assert_ok(machine_close(machine));
}

/* Guest time passes while a guest waits; one that only waits is idle when its seconds are over, one that works is late.
 */
static void seconds_of_guest_time(void **state)
{
    (void)state;
    static const struct {
        const char *ending;
        enum machine_outcome_kind kind;
    } cases[] = { { "l", MACHINE_OVER_LIMIT }, { "i", MACHINE_IDLE } };
    static const struct machine_limits three = { .guest_seconds = 3, .wall_ms = 60000 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine *machine;
        struct machine_config config = config_for(cases[i].ending);
        config.shift = 7;
        assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
        assert_ok(machine_run(machine, &three, &outcome));
        assert_outcome(outcome, cases[i].kind);
        assert_ok(machine_close(machine));
    }
}

/* A stop beyond the limit is no stop. */
static void a_late_stop_is_over_the_limit(void **state)
{
    (void)state;
    static const struct machine_limits tight = { .instructions = 84000, .wall_ms = 20000 };
    struct machine *machine;
    struct machine_config config = config_for("d");
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_break(machine, labels[STOP]));
    assert_ok(machine_run(machine, &tight, &outcome));
    assert_outcome(outcome, MACHINE_OVER_LIMIT);
    assert_int_equal(outcome.count, 84000);
    machine_close(machine);
}

static void a_flood_fills_no_disk(void **state)
{
    (void)state;
    struct machine *machine;
    struct machine_config config = config_for("f");
    config.log = NULL;
    config.max_serial = 10000;
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_run(machine, &limits, &outcome));
    assert_outcome(outcome, MACHINE_FLOOD);
    char *text;
    size_t length;
    assert_ok(machine_serial(machine, &text, &length));
    assert_int_equal(length, 10000);
    assert_int_equal(strspn(text, "x"), 10000);
    free(text);
    assert_ok(machine_close(machine));
}

/* The log ends with QEMU's two shutdown events, host-qmp-quit and host-signal, and its end. The guest was not stopped, and may
 * execute something between the two: then the first ends the replay. That comes about under load only, so here it is made. */
static void end_by_quit(void)
{
    enum { QUIT = 0x0c, SIGNAL = 0x0e };
    FILE *log = fopen(LOG, "r+b");
    assert_non_null(log);
    assert_int_equal(fseek(log, -2, SEEK_END), 0);
    assert_int_equal(fgetc(log), SIGNAL);
    assert_int_equal(fseek(log, -2, SEEK_END), 0);
    assert_int_equal(fputc(QUIT, log), QUIT);
    assert_int_equal(fclose(log), 0);
}

/* Its log is kept, and shows where the guest was, however far that is. One that prints as much is no storm. */
static void a_storm_is_cut(void **state)
{
    (void)state;
    struct machine *machine;
    struct machine_config config = config_for("s");
    config.max_events = 100000;
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_run(machine, &limits, &outcome));
    assert_outcome(outcome, MACHINE_STORM);
    assert_int_equal(outcome.count, 0);
    assert_false(outcome.exact);
    assert_ok(machine_close(machine));
    for (int i = 0; i < 2; i++) {
        static const struct machine_limits any = { .wall_ms = 20000 };
        if (i)
            end_by_quit();
        assert_ok(machine_open(&machine, &config, MACHINE_REPLAY));
        assert_ok(machine_run(machine, &any, &outcome));
        assert_outcome(outcome, MACHINE_END_OF_LOG);
        assert_true(outcome.inspectable);
        machine_close(machine);
    }

    config = config_for("f");
    config.log = NULL;
    config.max_serial = 50000;
    config.max_events = 100000;
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_run(machine, &limits, &outcome));
    assert_outcome(outcome, MACHINE_FLOOD);
    machine_close(machine);
}

static void what_is_seen_in_ring_three(void **state)
{
    (void)state;
    struct machine *machine = record("d", labels[STOP]);
    assert_outcome(outcome, MACHINE_AT_STOP);
    assert_int_equal(outcome.address, labels[STOP]);
    assert_int_equal(outcome.registers.cs, 0x1b);
    assert_int_equal(outcome.registers.ss, 0x23);
    assert_int_equal(outcome.registers.cr3, TABLES);
    assert_int_equal(outcome.registers.efer, 0x501);
    struct x86_hidden hidden;
    assert_ok(machine_hidden(machine, &hidden));
    assert_int_equal(hidden.cpl, 3);
    assert_int_equal(hidden.tr_selector, 0x28);
    struct x86_memory memory = machine_memory(machine);
    struct x86_mapping mapping;
    assert_ok(x86_walk(&memory, outcome.registers.cr3, USER, &mapping));
    assert_true(mapping.present && mapping.user && !mapping.writable);
    assert_int_equal(mapping.physical_address, FRAMES);
    assert_ok(x86_walk(&memory, outcome.registers.cr3 + 0x1000, USER, &mapping));
    assert_int_equal(mapping.physical_address, FRAMES + 0x1000);
    struct x86_tss tss;
    struct x86_gate gate;
    struct x86_descriptor code;
    assert_ok(x86_tss(&memory, outcome.registers.cr3, hidden.tr, &tss));
    assert_int_equal(tss.rsp[0], 0x320000);
    assert_ok(x86_gate(&memory, outcome.registers.cr3, hidden.idt, 0x80, &gate));
    assert_int_equal(gate.offset, labels[GATE]);
    assert_int_equal(gate.dpl, 3);
    assert_ok(x86_descriptor(&memory, outcome.registers.cr3, hidden.gdt, 0x1b, &code));
    assert_int_equal(code.dpl, 3);
    assert_true(code.long_mode);
    assert_ok(machine_close(machine));
}

static void msrs_from(uint64_t place)
{
    struct machine *machine = record("d", place);
    assert_outcome(outcome, MACHINE_AT_STOP);
    uint64_t star, lstar, sfmask;
    assert_ok(machine_msr(machine, X86_MSR_STAR, &star));
    assert_ok(machine_msr(machine, X86_MSR_LSTAR, &lstar));
    assert_ok(machine_msr(machine, X86_MSR_SFMASK, &sfmask));
    assert_int_equal(star, 0x0013000800000000);
    assert_int_equal(lstar, 0xffffffff80123456);
    assert_int_equal(sfmask, 0x47700);
    struct x86_registers after;
    struct x86_hidden hidden;
    assert_ok(machine_registers(machine, &after));
    assert_memory_equal(&after, &outcome.registers, sizeof after);
    assert_ok(machine_hidden(machine, &hidden));
    assert_int_equal(hidden.cpl, after.cs & 3);
    assert_ok(machine_close(machine));
}

static void msrs_from_both_rings(void **state)
{
    (void)state;
    msrs_from(labels[STOP]);
    msrs_from(labels[GATE]);
}

/* One virtual address in two spaces: both stop, and CR3 tells them apart. */
static void one_breakpoint_in_two_spaces(void **state)
{
    (void)state;
    assert_ok(machine_close(record("d", 0)));
    struct machine *machine;
    struct machine_config config = config_for("d");
    assert_ok(machine_open(&machine, &config, MACHINE_REPLAY));
    assert_ok(machine_break(machine, labels[STOP]));
    for (unsigned i = 0; i < 6; i++) {
        uint64_t last = outcome.count;
        assert_ok(machine_run(machine, &limits, &outcome));
        assert_outcome(outcome, MACHINE_AT_STOP);
        assert_int_equal(outcome.registers.cr3, TABLES + (i & 1) * 0x1000);
        assert_int_equal(switches(machine), i);
        assert_true(i == 0 || outcome.count > last);
    }
    assert_ok(machine_unbreak(machine, labels[STOP]));
    assert_ok(machine_run(machine, &limits, &outcome));
    assert_outcome(outcome, MACHINE_END_OF_LOG);
    assert_true(outcome.inspectable);
    assert_int_equal(switches(machine), 6);
    assert_ok(machine_close(machine));
}

/* The guest sees exactly the command lines given, commas and all; nothing of the host's paths. */
static void modules_and_command_line(void **state)
{
    (void)state;
    const struct machine_module modules[] = { { GUEST, "root a,b ,,c" }, { GUEST, "second.mod" } };
    struct machine_config config = config_for("d x,y");
    config.modules = modules;
    config.module_count = 2;
    struct machine *machine;
    assert_ok(machine_open(&machine, &config, MACHINE_RECORD));
    assert_ok(machine_break(machine, labels[STOP]));
    assert_ok(machine_run(machine, &limits, &outcome));
    assert_outcome(outcome, MACHINE_AT_STOP);
    uint32_t info[13], module[8], magic;
    char text[32];
    assert_ok(machine_read_physical(machine, outcome.registers.rbp, info, sizeof info));
    assert_ok(machine_read_physical(machine, info[4], text, sizeof text));
    assert_string_equal(text, "kernel d x,y");
    assert_int_equal(info[5], 2);
    assert_ok(machine_read_physical(machine, info[6], module, sizeof module));
    assert_ok(machine_read_physical(machine, module[2], text, sizeof text));
    assert_string_equal(text, "root a,b ,,c");
    assert_ok(machine_read_physical(machine, module[6], text, sizeof text));
    assert_string_equal(text, "second.mod");
    assert_ok(machine_read_physical(machine, module[4], &magic, 4));
    assert_int_equal(magic, 0x1badb002);
    assert_ok(machine_close(machine));
    const struct machine_module evil = { GUEST, "../kernel" };
    config.modules = &evil;
    config.module_count = 1;
    assert_code(machine_open(&machine, &config, MACHINE_RECORD), STATUS_MISUSE);
    assert_null(machine);
}

static void what_is_refused(void **state)
{
    (void)state;
    struct machine *machine = record("d", labels[STOP]);
    struct machine_outcome ignored;
    uint8_t byte;
    assert_code(machine_run(machine, &limits, &ignored), STATUS_MISUSE);
    assert_code(machine_break(machine, 1), STATUS_MISUSE);
    assert_code(machine_step(machine, &ignored), STATUS_MISUSE);
    assert_code(machine_read_virtual(machine, 0x7000000000, &byte, 1), STATUS_UNMAPPED);
    assert_ok(machine_close(machine));
    struct machine_config config = config_for("d");
    config.kernel = "/nonexistent";
    assert_code(machine_open(&machine, &config, MACHINE_RECORD), STATUS_SYSTEM);
    config = config_for("d");
    config.cpu = "no-such-cpu";
    assert_code(machine_open(&machine, &config, MACHINE_RECORD), STATUS_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endings),
        cmocka_unit_test(over_the_limit),
        cmocka_unit_test(however_long_it_takes),
        cmocka_unit_test(seconds_of_guest_time),
        cmocka_unit_test(a_late_stop_is_over_the_limit),
        cmocka_unit_test(a_flood_fills_no_disk),
        cmocka_unit_test(a_storm_is_cut),
        cmocka_unit_test(what_is_seen_in_ring_three),
        cmocka_unit_test(msrs_from_both_rings),
        cmocka_unit_test(one_breakpoint_in_two_spaces),
        cmocka_unit_test(modules_and_command_line),
        cmocka_unit_test(what_is_refused),
    };
    read_labels(GUEST, labels, 4);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(LOG);
    return failed;
}
