/*
 * watch: runs an emulator, shows its serial console and ends it when the root task has given its verdict.
 *
 * The root task's last line on COM1 is `verdict: pass` or `verdict: fail`. A guest has no other way to end the machine
 * that both QEMU and Bochs know, so the host looks for this line and then ends the emulator it started, and no other.
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PASS = 0, FAIL = 1, NO_VERDICT = 2, USAGE = 64, NONE_YET = -1, GAVE_UP = -2, END_OF_OUTPUT = -3 };

enum { QUIET = 300 /* ms without output, after which a kernel that gave up has said everything */ };

static const char usage_text[] =
    "usage: watch [--seconds N] [--serial FIFO] -- EMULATOR [ARGUMENT...]\n"
    "\n"
    "Runs EMULATOR, copies the guest's serial output to standard output and ends EMULATOR after the line\n"
    "`verdict: pass` or `verdict: fail`. A kernel that says `panic: ...` or `not implemented: ...` has failed.\n"
    "\n"
    "  --seconds N     give up after N seconds of wall clock (default 60)\n"
    "  --serial FIFO   the serial output comes through this FIFO, and EMULATOR gets a terminal of its own whose\n"
    "                  contents are dropped; without it, the emulator's standard output is the serial output\n"
    "\n"
    "exit codes   0 pass   1 fail   2 no verdict (time is up, or the emulator ended)   64 wrong usage\n";

struct options {
    long seconds;
    const char *fifo;
    char **command;
};

/* What the guest has said on the line that is not finished yet. Longer lines cannot be a verdict and are cut. */
struct line {
    char text[128];
    size_t length;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static struct options parse(int argc, char **argv)
{
    struct options options = { .seconds = 60 };
    int at = 1;
    for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
        if (strcmp(argv[at], "--help") == 0) {
            fputs(usage_text, stdout);
            exit(PASS);
        }
        if (at + 1 < argc && strcmp(argv[at], "--seconds") == 0)
            options.seconds = strtol(argv[++at], NULL, 10);
        else if (at + 1 < argc && strcmp(argv[at], "--serial") == 0)
            options.fifo = argv[++at];
        else
            break;
    }
    if (at + 1 >= argc || strcmp(argv[at], "--") != 0 || options.seconds <= 0) {
        fputs(usage_text, stderr);
        exit(USAGE);
    }
    options.command = argv + at + 1;
    return options;
}

static void run_child(char **command)
{
    /* Whatever happens to us, no emulator may stay behind. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(command[0], command);
    fprintf(stderr, "watch: cannot start %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

/* Returns the child's pid; *serial is where the guest's output comes from, *screen what to drain (or -1). */
static pid_t start(const struct options *options, int *serial, int *screen)
{
    pid_t child;
    *screen = -1;
    if (options->fifo) {
        /* Opened for writing too: then a guest that has not opened it yet does not look like an end of file. */
        *serial = open(options->fifo, O_RDWR | O_CLOEXEC);
        if (*serial < 0) {
            fprintf(stderr, "watch: cannot open %s: %s\n", options->fifo, strerror(errno));
            exit(USAGE);
        }
        child = forkpty(screen, NULL, NULL, NULL);
        if (child == 0)
            run_child(options->command);
    } else {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) < 0) {
            perror("watch: pipe");
            exit(NO_VERDICT);
        }
        child = fork();
        if (child == 0) {
            int null = open("/dev/null", O_RDONLY);
            dup2(null, STDIN_FILENO);
            dup2(ends[1], STDOUT_FILENO);
            run_child(options->command);
        }
        close(ends[1]);
        *serial = ends[0];
    }
    if (child < 0) {
        perror("watch: fork");
        exit(NO_VERDICT);
    }
    return child;
}

/* Takes one byte of output; returns what the line means that it completes, or NONE_YET. */
static int take(struct line *line, char byte)
{
    if (byte == '\r')
        return NONE_YET;
    if (byte != '\n') {
        if (line->length < sizeof line->text - 1)
            line->text[line->length++] = byte;
        return NONE_YET;
    }
    line->text[line->length] = '\0';
    line->length = 0;
    if (strcmp(line->text, "verdict: pass") == 0)
        return PASS;
    if (strcmp(line->text, "verdict: fail") == 0)
        return FAIL;
    if (strncmp(line->text, "panic: ", 7) == 0 || strncmp(line->text, "not implemented: ", 17) == 0)
        return GAVE_UP;
    return NONE_YET;
}

/* Copies what has arrived. Returns PASS, FAIL, NONE_YET, GAVE_UP or END_OF_OUTPUT. */
static int copy(int serial, struct line *line)
{
    char buffer[4096];
    int result = NONE_YET;
    ssize_t count = read(serial, buffer, sizeof buffer);
    if (count == 0 || (count < 0 && errno != EINTR))
        return END_OF_OUTPUT;
    for (ssize_t i = 0; i < count && result != PASS && result != FAIL; i++) {
        putchar(buffer[i]);
        int meaning = take(line, buffer[i]);
        if (meaning != NONE_YET)
            result = meaning;
    }
    fflush(stdout);
    return result;
}

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool has_ended(pid_t child)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == child;
}

static int follow(const struct options *options, pid_t child, int serial, int screen)
{
    struct line line = { 0 };
    const long end = milliseconds() + options->seconds * 1000;
    bool gave_up = false;

    while (!interrupted) {
        struct pollfd fds[] = { { serial, POLLIN, 0 }, { screen, POLLIN, 0 } };
        const long left = end - milliseconds();
        if (left <= 0) {
            fprintf(stderr, "watch: no verdict after %ld seconds; the machine was ended\n", options->seconds);
            return NO_VERDICT;
        }
        /* Asked before the output, so that nothing written before the end is missed. */
        const bool ended = has_ended(child);
        /* Woken now and then, because the end of an emulator that writes to a FIFO shows nowhere else. */
        poll(fds, 2, left < QUIET ? (int)left : QUIET);
        if (fds[1].revents) {
            char dropped[4096];
            if (read(screen, dropped, sizeof dropped) <= 0)
                screen = -1;
        }
        if (fds[0].revents) {
            const int result = copy(serial, &line);
            if (result == PASS || result == FAIL)
                return result;
            if (result == END_OF_OUTPUT)
                break;
            gave_up |= result == GAVE_UP;
        } else if (gave_up && !fds[1].revents) { /* registers and backtrace are out: nothing has come for a while */
            return FAIL;
        } else if (ended) {
            break;
        }
    }
    if (!interrupted)
        fprintf(stderr, "watch: the emulator ended before the root task gave a verdict\n");
    return gave_up ? FAIL : NO_VERDICT;
}

int main(int argc, char **argv)
{
    const struct options options = parse(argc, argv);
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);

    int serial, screen;
    pid_t child = start(&options, &serial, &screen);
    int verdict = follow(&options, child, serial, screen);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return verdict;
}
