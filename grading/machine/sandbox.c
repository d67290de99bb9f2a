/* Watching and ending a command in the sandbox. Starting it: sandbox_start.c. See sandbox.h. */
#include "sandbox.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct sandbox_limits sandbox_default_limits(void)
{
    return (struct sandbox_limits){
        .address_space = 4ull << 30,
        .file_size = 64ull << 20,
        .tmp_size = 128ull << 20,
        .cpu_seconds = 30,
        .processes = 128,
        .open_files = 256,
        .wall_ms = 60000,
        .output_cap = 256u << 10,
    };
}

/* Keeps what fits; the rest is read all the same, or the writer would block and never end. */
static void keep(struct sandbox_process *process, const char *data, size_t length)
{
    struct sandbox_result *result = &process->result;
    size_t room = process->cap - result->output_length;
    if (length > room) {
        result->output_cut = true;
        length = room;
    }
    char *grown = length ? realloc(result->output, result->output_length + length + 1) : NULL;
    if (!grown) {
        result->output_cut |= length > 0;
        return;
    }
    memcpy(grown + result->output_length, data, length);
    result->output = grown;
    result->output_length += length;
    grown[result->output_length] = '\0';
}

/* At most 4 MiB per call, so that a flood cannot keep us from looking at the clock. */
static void drain(struct sandbox_process *process)
{
    char buffer[65536];
    for (int i = 0; i < 64 && process->output_fd >= 0; i++) {
        ssize_t got = read(process->output_fd, buffer, sizeof buffer);
        if (got > 0)
            keep(process, buffer, (size_t)got);
        else if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        else {
            close(process->output_fd);
            process->output_fd = -1;
        }
    }
}

/* bubblewrap writes "exit-code" only if the command itself had been executed. */
static void read_report(struct sandbox_process *process)
{
    char text[512];
    size_t length = 0;
    ssize_t got;
    while (length < sizeof text - 1 && (got = read(process->report_fd, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    process->set_up = !process->sandboxed || strstr(text, "\"exit-code\"") != NULL;
}

static void close_all(struct sandbox_process *process)
{
    int *fds[] = { &process->pid_fd, &process->output_fd, &process->report_fd };
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

static void note_exit(struct sandbox_process *process, int wait_status)
{
    struct sandbox_result *result = &process->result;
    process->ended = true;
    if (WIFSIGNALED(wait_status)) {
        result->signal = WTERMSIG(wait_status);
    } else {
        result->exit_code = WEXITSTATUS(wait_status);
        if (process->sandboxed && result->exit_code > 128)
            result->signal = result->exit_code - 128;
    }
    if (result->signal)
        result->exit_code = -1;
    drain(process);
    read_report(process);
    close_all(process);
}

static void kill_all(struct sandbox_process *process)
{
    process->killed = true;
    kill(-process->pid, SIGKILL);
    kill(process->pid, SIGKILL);
}

/* True once the child is reaped. */
static bool reap(struct sandbox_process *process, int options)
{
    int wait_status = 0;
    pid_t got;
    while ((got = waitpid(process->pid, &wait_status, options)) < 0 && errno == EINTR)
        ;
    if (got == 0)
        return false;
    /* Without bubblewrap, children of the command may have outlived it. */
    if (!process->sandboxed)
        kill(-process->pid, SIGKILL);
    note_exit(process, got < 0 ? 0 : wait_status);
    return true;
}

bool sandbox_poll(struct sandbox_process *process, int wait_ms)
{
    if (process->ended)
        return false;
    /* Without a pidfd (old kernels) short naps still notice the end. */
    struct pollfd fds[] = { { .fd = process->pid_fd, .events = POLLIN },
                            { .fd = process->output_fd, .events = POLLIN } };
    if (process->pid_fd < 0 && wait_ms > 5)
        wait_ms = 5;
    poll(fds, 2, wait_ms);
    drain(process);
    if (reap(process, WNOHANG))
        return false;
    if (process->deadline_ms && clock_ms() >= process->deadline_ms) {
        process->result.timed_out = true;
        kill_all(process);
        reap(process, 0);
    }
    return !process->ended;
}

struct status sandbox_verdict(const struct sandbox_process *process)
{
    if (!process->ended || process->set_up || process->killed)
        return status_ok();
    return status_error(STATUS_NO_SANDBOX, "bubblewrap: %s",
                        process->result.output_length ? process->result.output : "no reason given");
}

void sandbox_end(struct sandbox_process *process)
{
    if (!process->ended) {
        kill_all(process);
        reap(process, 0);
    }
    close_all(process);
}

struct status sandbox_run(const struct sandbox *box, const char *const argv[], struct sandbox_result *result)
{
    struct sandbox_process process;
    *result = (struct sandbox_result){ 0 };
    struct status status = sandbox_spawn(box, argv, &process);
    if (status.code != STATUS_OK)
        return status;
    while (sandbox_poll(&process, 1000))
        ;
    sandbox_end(&process);
    *result = process.result;
    status = sandbox_verdict(&process);
    if (status.code != STATUS_OK)
        sandbox_result_free(result);
    return status;
}

struct status sandbox_probe(void)
{
    static const char *const argv[] = { "/usr/bin/true", NULL };
    struct sandbox box = { .limits = sandbox_default_limits() };
    struct sandbox_result result;
    struct status status = sandbox_run(&box, argv, &result);
    if (status.code != STATUS_OK)
        return status;
    int code = result.exit_code;
    sandbox_result_free(&result);
    return code == 0 ? status_ok() : status_error(STATUS_NO_SANDBOX, "true ended with %d in the sandbox", code);
}

void sandbox_result_free(struct sandbox_result *result)
{
    free(result->output);
    result->output = NULL;
    result->output_length = 0;
}
