/* Starting a command in bubblewrap: its arguments, its user, its limits. See sandbox.h. */
#include "sandbox.h"

#include "arguments.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BWRAP     "/usr/bin/bwrap"
#define REPORT_FD 3 /* the one descriptor beside stdio that bubblewrap inherits */

static void add_environment(struct arguments *args, const struct sandbox *box)
{
    arguments_append(args, "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv",
                     "LC_ALL", "C.UTF-8");
    for (size_t i = 0; box->environment && box->environment[i]; i += 2)
        arguments_append(args, "--setenv", box->environment[i], box->environment[i + 1]);
}

static void add_files(struct arguments *args, const struct sandbox *box)
{
    arguments_append(args, "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin",
                     "/sbin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--ro-bind-try",
                     "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
                     "--proc", "/proc", "--dev", "/dev");
    arguments_append(args, "--size");
    arguments_add(args, "%llu", (unsigned long long)box->limits.tmp_size);
    arguments_append(args, "--tmpfs", "/tmp");
    for (size_t i = 0; i < box->bind_count; i++) {
        const struct sandbox_bind *bind = &box->binds[i];
        arguments_append(args, bind->writable ? "--bind" : "--ro-bind", bind->outside, bind->inside);
    }
    /* The root itself is a tmpfs of bubblewrap's: without this it could be filled at will. */
    arguments_append(args, "--remount-ro", "/", "--chdir", box->directory ? box->directory : "/tmp");
}

static void wrap(struct arguments *args, const struct sandbox *box, const char *const argv[])
{
    arguments_append(args, BWRAP, "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
                     "--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session", "--cap-drop",
                     "ALL", "--uid", "65534", "--gid", "65534", "--json-status-fd", "3");
    add_environment(args, box);
    add_files(args, box);
    arguments_append(args, "--");
    for (size_t i = 0; argv[i]; i++)
        arguments_append(args, argv[i]);
}

static int set_limit(__rlimit_resource_t which, uint64_t value)
{
    struct rlimit limit = { .rlim_cur = value, .rlim_max = value };
    return setrlimit(which, &limit);
}

static int set_limits(const struct sandbox_limits *limits)
{
    return set_limit(RLIMIT_CORE, 0) | set_limit(RLIMIT_AS, limits->address_space) |
           set_limit(RLIMIT_CPU, limits->cpu_seconds) | set_limit(RLIMIT_FSIZE, limits->file_size) |
           set_limit(RLIMIT_NPROC, limits->processes) | set_limit(RLIMIT_NOFILE, limits->open_files);
}

/* Becomes the unprivileged user for good. A no-op for a grader that is none other than a user. */
static int drop_root(const struct sandbox *box)
{
    uid_t uid = box->uid ? box->uid : SANDBOX_NOBODY;
    if (geteuid() != 0)
        return 0;
    return setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0 ? -1 : 0;
}

/* In the child, after fork: only async-signal-safe calls from here to exec. */
static void become(const struct sandbox *box, char *const argv[], const int output[2], const int report[2],
                   pid_t parent)
{
    int null = open("/dev/null", O_RDONLY);
    setpgid(0, 0); /* so that one kill reaches everything, with and without bubblewrap */
    if (null < 0 || dup2(null, 0) < 0 || dup2(output[1], 1) < 0 || dup2(output[1], 2) < 0)
        _exit(127);
    /* Above its final place first: the pipe may already sit on descriptor 3. */
    int high = fcntl(report[1], F_DUPFD, 10);
    if (high < 0 || dup2(high, REPORT_FD) < 0)
        _exit(127);
    syscall(SYS_close_range, box->off ? REPORT_FD : REPORT_FD + 1, ~0u, 0);
    /* After setuid, which clears the death signal; then make sure the parent is not gone already. */
    if (drop_root(box) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(127);
    if (set_limits(&box->limits) < 0 || (box->off && box->directory && chdir(box->directory) < 0))
        _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execv(argv[0], argv);
    static const char message[] = "cannot execute the command or " BWRAP "\n";
    ssize_t ignored = write(2, message, sizeof message - 1);
    (void)ignored;
    _exit(127);
}

static void close_pipe(int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static struct status launch(const struct sandbox *box, char *const argv[], struct sandbox_process *process)
{
    int output[2], report[2];
    if (pipe2(output, O_CLOEXEC) < 0)
        return status_errno("pipe");
    if (pipe2(report, O_CLOEXEC) < 0) {
        struct status status = status_errno("pipe");
        close_pipe(output);
        return status;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become(box, argv, output, report, parent);
    if (pid < 0) {
        struct status status = status_errno("fork");
        close_pipe(output);
        close_pipe(report);
        return status;
    }
    close(output[1]);
    close(report[1]);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    fcntl(report[0], F_SETFL, O_NONBLOCK);
    process->pid = pid;
    process->pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
    process->output_fd = output[0];
    process->report_fd = report[0];
    return status_ok();
}

struct status sandbox_spawn(const struct sandbox *box, const char *const argv[], struct sandbox_process *process)
{
    *process = (struct sandbox_process){ .pid_fd = -1, .output_fd = -1, .report_fd = -1 };
    process->ended = true;
    if (!box->off && access(BWRAP, X_OK) < 0)
        return status_error(STATUS_NO_SANDBOX, "%s is not installed", BWRAP);
    struct arguments args = { 0 };
    if (!box->off)
        wrap(&args, box, argv);
    else
        for (size_t i = 0; argv[i]; i++)
            arguments_append(&args, argv[i]);
    process->result.output = calloc(1, 1);
    struct status status = args.failed || !process->result.output || !args.count
                               ? status_error(STATUS_SYSTEM, "out of memory")
                               : launch(box, args.list, process);
    arguments_free(&args);
    if (status.code != STATUS_OK) {
        sandbox_result_free(&process->result);
        return status;
    }
    process->ended = false;
    process->sandboxed = !box->off;
    process->cap = box->limits.output_cap;
    process->deadline_ms = box->limits.wall_ms ? clock_ms() + box->limits.wall_ms : 0;
    return status;
}
