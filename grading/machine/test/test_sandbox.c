/* The sandbox against what hostile submissions try. */
#include "support.h"

#include "sandbox.h"
#include "workdir.h"

#include <unistd.h>

static struct sandbox_result result;

static void shell(struct sandbox *box, const char *script)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    if (!box->limits.address_space)
        box->limits = sandbox_default_limits();
    assert_ok(sandbox_run(box, argv, &result));
}

static int drop_result(void **state)
{
    (void)state;
    sandbox_result_free(&result);
    return 0;
}

static void exit_codes_and_output(void **state)
{
    (void)state;
    struct sandbox box = { 0 };
    shell(&box, "printf 'a\\000b'; printf c >&2; exit 3");
    assert_int_equal(result.exit_code, 3);
    assert_int_equal(result.output_length, 4);
    assert_memory_equal(result.output, "a\0bc", 5);
    sandbox_result_free(&result);
    shell(&box, "kill -SEGV $$");
    assert_int_equal(result.signal, 11);
    assert_int_equal(result.exit_code, -1);
}

static void nothing_of_the_host_is_there(void **state)
{
    (void)state;
    setenv("CAIRN_SECRET", "visible", 1);
    struct sandbox box = { 0 };
    shell(&box, "test -z \"$CAIRN_SECRET\" || echo environment; test ! -e /root || echo root;"
                "test ! -e /etc/passwd || echo etc; test \"$(ls /sys 2>&1 | wc -l)\" = 1 || echo sys;"
                "grep -q 'CapEff:.*0000000000000000' /proc/self/status || echo capabilities;"
                "test \"$(tail -n +3 /proc/net/dev | wc -l)\" = 1 || echo network;"
                "touch /usr/x 2>/dev/null && echo usr; touch /x 2>/dev/null && echo rootfs;"
                "kill -0 $PPID 2>/dev/null; test $$ -lt 10 || echo processes; echo end");
    assert_string_equal(result.output, "end\n");
}

static void a_flood_is_cut_and_a_sleeper_killed(void **state)
{
    (void)state;
    struct sandbox box = { .limits = sandbox_default_limits() };
    box.limits.output_cap = 1000;
    box.limits.wall_ms = 400;
    shell(&box, "yes");
    assert_true(result.timed_out && result.output_cut);
    assert_int_equal(result.output_length, 1000);
    sandbox_result_free(&result);
    shell(&box, "sleep 60 & setsid sleep 60 & wait");
    assert_true(result.timed_out);
    assert_int_equal(result.signal, 9);
}

static void processes_are_counted(void **state)
{
    (void)state;
    struct sandbox box = { .limits = sandbox_default_limits(), .uid = 65123 };
    box.limits.processes = 40;
    box.limits.wall_ms = 10000;
    shell(&box, "i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; echo all");
    assert_non_null(strstr(result.output, "fork"));
    assert_null(strstr(result.output, "all"));
}

static void files_are_limited(void **state)
{
    (void)state;
    struct sandbox box = { .limits = sandbox_default_limits() };
    box.limits.file_size = 1 << 20;
    box.limits.tmp_size = 2 << 20;
    shell(&box, "cd /tmp; head -c 1500000 /dev/zero > big 2>/dev/null; stat -c %s big;"
                "for i in 1 2 3; do head -c 1000000 /dev/zero > $i 2>/dev/null || echo full; done");
    assert_non_null(strstr(result.output, "1048576\n"));
    assert_non_null(strstr(result.output, "full"));
}

static void binds(void **state)
{
    (void)state;
    struct workdir dir;
    assert_ok(workdir_make(&dir, SANDBOX_NOBODY));
    char in[128], run[128], path[128], *data;
    size_t length;
    snprintf(in, sizeof in, "%s/in", dir.path);
    snprintf(run, sizeof run, "%s/run", dir.path);
    struct sandbox_bind list[] = { { in, "/in", false }, { run, "/out/deep", true } };
    struct sandbox box = { .binds = list, .bind_count = 2, .directory = "/out/deep" };
    shell(&box, "touch /in/x 2>/dev/null && echo bad; echo good > made; ln -s /etc/passwd link");
    assert_int_equal(result.output_length, 0);
    assert_ok(workdir_path(&dir, "run", "made", path, sizeof path));
    assert_ok(read_capped(path, 100, &data, &length));
    assert_string_equal(data, "good\n");
    free(data);
    assert_ok(workdir_path(&dir, "run", "link", path, sizeof path));
    assert_code(read_capped(path, 100, &data, &length), STATUS_SYSTEM);
    char gone[64];
    strcpy(gone, dir.path);
    workdir_remove(&dir);
    assert_int_not_equal(access(gone, F_OK), 0);
}

/* Whatever the command prints, only bubblewrap's own report says that there was no sandbox. */
static void a_missing_sandbox_is_told_apart(void **state)
{
    (void)state;
    assert_ok(sandbox_probe());
    struct sandbox box = { 0 };
    shell(&box, "echo 'bwrap: Creating new namespace failed' >&2; exit 1");
    assert_int_equal(result.exit_code, 1);
    sandbox_result_free(&result);
    struct sandbox_bind missing = { "/nonexistent/place", "/in", false };
    const char *const argv[] = { "/bin/true", NULL };
    box.binds = &missing;
    box.bind_count = 1;
    assert_code(sandbox_run(&box, argv, &result), STATUS_NO_SANDBOX);
    box.limits.wall_ms = 0;
    box.binds = NULL;
    box.bind_count = 0;
    const char *const nothing[] = { "/bin/no-such-command", NULL };
    assert_code(sandbox_run(&box, nothing, &result), STATUS_NO_SANDBOX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(exit_codes_and_output, drop_result),
        cmocka_unit_test_teardown(nothing_of_the_host_is_there, drop_result),
        cmocka_unit_test_teardown(a_flood_is_cut_and_a_sleeper_killed, drop_result),
        cmocka_unit_test_teardown(processes_are_counted, drop_result),
        cmocka_unit_test_teardown(files_are_limited, drop_result),
        cmocka_unit_test_teardown(binds, drop_result),
        cmocka_unit_test_teardown(a_missing_sandbox_is_told_apart, drop_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
