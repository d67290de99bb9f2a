/*
 * check: runs the tests that tests.list files name, some at a time, and says what came of each.
 *
 * A test is a shell command that runs in an empty directory of its own: exit code 0 is passed, 77 is "not run" with the
 * last line of its output as the reason, anything else is failed. That is all a test needs to know, so anyone can add
 * one. Longer than usual because it is one program and nothing else uses its parts. SPDX-License-Identifier:
 * BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, TROUBLE = 2, USAGE = 64, SKIP = 77, DEFAULT_SECONDS = 900, TAIL_LINES = 20 };

static const char usage_text[] =
    "usage: check --logs DIR [--jobs N] [--only TEXT] [--with TAG] [--without TAG] [--list] LIST...\n"
    "\n"
    "A LIST has one test a line: NAME TAGS COMMAND. TAGS are joined with commas, `-` for none:\n"
    "  fast       takes a second or two       long     not part of an ordinary check\n"
    "  alone      runs while no other does    limit=N  seconds before it counts as stuck (else 900)\n"
    "\n"
    "  --only TEXT     only tests whose name contains TEXT\n"
    "  --with TAG      only tests with this tag; --without TAG: only those without\n"
    "  --list          show the names and tags, run nothing\n"
    "\n"
    "Exit code 77 of a test means \"not run\"; its last line of output is the reason.\n"
    "exit codes   0 none failed   1 some failed   2 trouble with a list or a log   64 wrong usage\n";

struct test {
    char *name, *tags, *command;
    char *directory, *log;
    pid_t pid; /* 0: not started, -1: over */
    long started;
    bool stuck;
};

static struct {
    const char *logs, *only, *with, *without;
    unsigned jobs;
    bool list, terminal;
    struct test *tests;
    size_t count;
    unsigned passed, failed, skipped;
} check = { .jobs = 2 };

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static __attribute__((noreturn, format(printf, 2, 3))) void stop(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("check: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(code);
}

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static __attribute__((format(printf, 1, 2))) char *print(const char *format, ...)
{
    char *string;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&string, format, arguments) < 0)
        stop(TROUBLE, "out of memory");
    va_end(arguments);
    return string;
}

/* The value of a tag: "" for a plain one, what follows the = otherwise, NULL if the test does not have it. */
static const char *tag(const struct test *test, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = test->tags; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
        if (strncmp(at, name, length) != 0)
            continue;
        if (at[length] == '=')
            return at + length + 1;
        if (at[length] == ',' || at[length] == '\0')
            return at + length;
    }
    return NULL;
}

static bool selected(const struct test *test)
{
    return (!check.only || strstr(test->name, check.only)) && (!check.with || tag(test, check.with)) &&
           (!check.without || !tag(test, check.without));
}

static void read_list(const char *path)
{
    char *line = NULL;
    size_t size = 0;
    unsigned number = 0;
    FILE *stream = fopen(path, "r");

    if (!stream)
        stop(TROUBLE, "%s: %s", path, strerror(errno));
    while (getline(&line, &size, stream) >= 0) {
        struct test test = { 0 };
        number++;
        line[strcspn(line, "\n")] = '\0';
        char *start = line + strspn(line, " \t");
        if (!*start || *start == '#')
            continue;
        if (sscanf(start, "%ms %ms %m[^\n]", &test.name, &test.tags, &test.command) != 3)
            stop(TROUBLE, "%s:%u: a test is NAME TAGS COMMAND (TAGS may be -)", path, number);
        for (size_t i = 0; i < check.count; i++)
            if (strcmp(check.tests[i].name, test.name) == 0)
                stop(TROUBLE, "%s:%u: there is another test named %s", path, number, test.name);
        check.tests = realloc(check.tests, (check.count + 1) * sizeof *check.tests);
        if (!check.tests)
            stop(TROUBLE, "out of memory");
        check.tests[check.count++] = test;
    }
    free(line);
    fclose(stream);
}

static void parse(int argc, char **argv)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage_text, stdout);
            exit(PASSED);
        } else if (strcmp(argv[i], "--list") == 0) {
            check.list = true;
            continue;
        } else if (value && strcmp(argv[i], "--logs") == 0) {
            check.logs = value;
        } else if (value && strcmp(argv[i], "--jobs") == 0) {
            check.jobs = (unsigned)strtoul(value, NULL, 10);
        } else if (value && strcmp(argv[i], "--only") == 0) {
            check.only = value;
        } else if (value && strcmp(argv[i], "--with") == 0) {
            check.with = value;
        } else if (value && strcmp(argv[i], "--without") == 0) {
            check.without = value;
        } else {
            fputs(usage_text, stderr);
            exit(USAGE);
        }
        i++;
    }
    if (i == argc || !check.logs || !check.jobs) {
        fputs(usage_text, stderr);
        exit(USAGE);
    }
    for (; i < argc; i++)
        read_list(argv[i]);
}

static void remove_tree(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
        _exit(127);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

static void start(struct test *test)
{
    char *file = print("%s", test->name);
    for (char *at = file; *at; at++)
        if (*at == '/')
            *at = '-';
    test->log = print("%s/%s.log", check.logs, file);
    test->directory = print("%s/%s.dir", check.logs, file);
    free(file);
    remove_tree(test->directory);
    if (mkdir(test->directory, 0777) < 0)
        stop(TROUBLE, "%s: %s", test->directory, strerror(errno));

    test->started = milliseconds();
    fflush(stdout);
    test->pid = fork();
    if (test->pid < 0)
        stop(TROUBLE, "fork: %s", strerror(errno));
    if (test->pid > 0) {
        setpgid(test->pid, test->pid);
        return;
    }
    /* A group of its own, so that a stuck test is ended with everything it started, and nothing else. */
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int log = open(test->log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int null = open("/dev/null", O_RDONLY);
    if (log < 0 || null < 0 || chdir(test->directory) < 0)
        _exit(127);
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl("/bin/sh", "sh", "-c", test->command, (char *)NULL);
    _exit(127);
}

/* Shows the last lines of a log; with only_last, just the last one and on the same line. */
static void show_log(const struct test *test, bool only_last)
{
    char *lines[TAIL_LINES] = { 0 }, *line = NULL;
    size_t size = 0, count = 0;
    FILE *stream = fopen(test->log, "r");

    while (stream && getline(&line, &size, stream) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        if (!*line)
            continue;
        free(lines[count % TAIL_LINES]);
        lines[count++ % TAIL_LINES] = print("%s", line);
    }
    if (only_last)
        printf("%s\n", count ? lines[(count - 1) % TAIL_LINES] : "it gave no reason");
    for (size_t i = count > TAIL_LINES ? count - TAIL_LINES : 0; !only_last && i < count; i++)
        printf("    %s\n", lines[i % TAIL_LINES]);
    for (size_t i = 0; i < TAIL_LINES; i++)
        free(lines[i]);
    free(line);
    if (stream)
        fclose(stream);
}

static void finish(struct test *test, int status)
{
    const double seconds = (double)(milliseconds() - test->started) / 1000;
    const char *red = check.terminal ? "\033[31m" : "", *plain = check.terminal ? "\033[0m" : "";

    /* What a test leaves running would disturb those after it. */
    kill(-test->pid, SIGKILL);
    test->pid = -1;
    if (check.terminal)
        fputs("\r\033[K", stdout);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !test->stuck) {
        check.passed++;
        printf("ok      %s (%.1f s)\n", test->name, seconds);
        remove_tree(test->directory);
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == SKIP && !test->stuck) {
        check.skipped++;
        printf("not run: %s: ", test->name);
        show_log(test, true);
        remove_tree(test->directory);
    } else {
        check.failed++;
        printf("%sFAILED  %s%s (%.1f s", red, test->name, plain, seconds);
        if (test->stuck)
            printf(", stuck and ended");
        else if (WIFSIGNALED(status))
            printf(", signal %d", WTERMSIG(status));
        else
            printf(", exit code %d", WEXITSTATUS(status));
        printf("; log: %s)\n", test->log);
        show_log(test, false);
    }
    fflush(stdout);
}

static unsigned running(void)
{
    unsigned count = 0;
    for (size_t i = 0; i < check.count; i++)
        count += check.tests[i].pid > 0;
    return count;
}

static void show_progress(void)
{
    if (!check.terminal)
        return;
    printf("\r\033[K[%u/%zu]", check.passed + check.failed + check.skipped, check.count);
    for (size_t i = 0; i < check.count; i++)
        if (check.tests[i].pid > 0)
            printf(" %s", check.tests[i].name);
    fflush(stdout);
}

/* Starts what may start now. Tests that want to be alone come last, one by one. */
static void start_some(void)
{
    for (size_t i = 0; i < check.count && running() < check.jobs; i++)
        if (check.tests[i].pid == 0 && !tag(&check.tests[i], "alone"))
            start(&check.tests[i]);
    for (size_t i = 0; i < check.count && running() == 0; i++)
        if (check.tests[i].pid == 0)
            start(&check.tests[i]);
}

static void end_stuck(void)
{
    for (size_t i = 0; i < check.count; i++) {
        struct test *test = &check.tests[i];
        const char *limit = tag(test, "limit");
        const long seconds = limit ? strtol(limit, NULL, 10) : DEFAULT_SECONDS;
        if (test->pid > 0 && (interrupted || milliseconds() - test->started > seconds * 1000)) {
            test->stuck = true;
            kill(-test->pid, SIGKILL);
        }
    }
}

static void run_all(void)
{
    for (;;) {
        int status;
        if (!interrupted)
            start_some();
        if (!running())
            return;
        end_stuck();
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid <= 0) {
            show_progress();
            nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
            continue;
        }
        for (size_t i = 0; i < check.count; i++)
            if (check.tests[i].pid == pid)
                finish(&check.tests[i], status);
    }
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    size_t kept = 0;
    for (size_t i = 0; i < check.count; i++)
        if (selected(&check.tests[i]))
            check.tests[kept++] = check.tests[i];
    check.count = kept;
    if (!kept)
        stop(TROUBLE, "no test fits");
    for (size_t i = 0; check.list && i < kept; i++)
        printf("%-40s %s\n", check.tests[i].name, check.tests[i].tags);
    if (check.list)
        return PASSED;
    if (mkdir(check.logs, 0777) < 0 && errno != EEXIST)
        stop(TROUBLE, "%s: %s", check.logs, strerror(errno));

    check.terminal = isatty(STDOUT_FILENO);
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    run_all();
    if (interrupted)
        printf("interrupted: not all tests were run\n");
    if (check.skipped)
        printf("%u not run\n", check.skipped);
    printf("%u passed, %u failed\n", check.passed, check.failed);
    return interrupted || check.failed ? FAILED : PASSED;
}
