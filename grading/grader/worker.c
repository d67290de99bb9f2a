/* See worker.h. */
#include "worker.h"

#include "machine/clock.h"
#include "probes/probe.h"
#include "seed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKER_MS (10u * 60 * 1000)

/* Everything a probe needs, with room for its paths. */
struct job {
    struct probe_input probe;
    char program[600], partner[600], loader[600], boot_loader[600], directory[160];
};

static struct status find_program(const struct run_input *input, const char *folder, const char *name, char *path,
                                  size_t size)
{
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, size, "%s/%s/%s.elf", input->programs[i] ? input->programs[i] : "", folder, name);
        if (input->programs[i] && access(path, R_OK) == 0)
            return status_ok();
    }
    return status_error(STATUS_MISUSE, "the test's program %s.elf is not built", name);
}

/* From stage 3 on there is a whole kernel, which starts one program, and the kit's loader as that. */
static bool has_loader(const char *stage)
{
    return stage[0] >= '3';
}

static struct status prepare(struct job *job, const struct run_input *input, size_t index, unsigned attempt)
{
    const struct test *test = &input->tests->test[index];
    const bool library = strcmp(test->probe, "uthreads") == 0 && input->build->uthreads_elf[0];
    struct status status = status_ok();
    snprintf(job->directory, sizeof job->directory, "%s/tests/%s", input->dir->path, test->id);
    if (attempt)
        snprintf(job->directory, sizeof job->directory, "%s/tests/%s.%u", input->dir->path, test->id, attempt);
    job->probe = (struct probe_input){
        .test = test,
        .kernel_elf = build_for(input->build, test)->elf,
        .kernel_boot = build_for(input->build, test)->boot,
        .program_elf = library ? input->build->uthreads_elf : test->program ? job->program : NULL,
        .partner_elf = test->partner ? job->partner : NULL,
        .loader_elf = test->program && has_loader(input->stage) ? job->loader : NULL,
        .boot_loader = input->stage[0] == '2' ? job->boot_loader : NULL,
        .directory = job->directory,
        .seed = seed_of_test(input->seed, test->id),
        .uid = input->uid,
    };
    if (mkdir(job->directory, 0755) < 0)
        status = status_errno(job->directory);
    if (status.code == STATUS_OK && test->program)
        status = find_program(input, input->stage, test->program, job->program, sizeof job->program);
    if (status.code == STATUS_OK && test->partner)
        status = find_program(input, input->stage, test->partner, job->partner, sizeof job->partner);
    if (status.code == STATUS_OK && job->probe.loader_elf)
        status = find_program(input, "told", "loader", job->loader, sizeof job->loader);
    if (status.code == STATUS_OK && job->probe.boot_loader)
        status = find_program(input, "boot", "loader", job->boot_loader, sizeof job->boot_loader);
    return status;
}

/* In the child: machines make their own directories below ours, so that whoever removes ours removes them. */
static void work(const struct job *job, const struct run_input *input, int fd, pid_t parent)
{
    struct verdict verdict = { .kind = VERDICT_PASSED };
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(1);
    setenv("TMPDIR", input->dir->path, 1);
    probe_run(&job->probe, &verdict);
    const char *bytes = (const char *)&verdict;
    for (size_t done = 0; done < sizeof verdict;) {
        ssize_t put = write(fd, bytes + done, sizeof verdict - done);
        if (put < 0 && errno != EINTR)
            _exit(1);
        done += put > 0 ? (size_t)put : 0;
    }
    _exit(0);
}

struct status worker_start(struct worker *worker, const struct run_input *input, size_t index, unsigned attempt)
{
    struct job job = { 0 };
    int ends[2];
    struct status status = prepare(&job, input, index, attempt);
    if (status.code != STATUS_OK)
        return status;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return status_errno("pipe");
    fflush(NULL);
    pid_t parent = getpid();
    *worker = (struct worker){ .pid = fork(), .fd = ends[0], .deadline_ms = clock_ms() + WORKER_MS };
    if (worker->pid == 0)
        work(&job, input, ends[1], parent);
    close(ends[1]);
    if (worker->pid > 0) {
        fcntl(worker->fd, F_SETFL, O_NONBLOCK);
        return status_ok();
    }
    status = status_errno("fork");
    close(ends[0]);
    return status;
}

bool worker_read(struct worker *worker)
{
    char rest;
    for (;;) {
        bool full = worker->got == sizeof worker->verdict;
        ssize_t got =
            full ? read(worker->fd, &rest, 1)
                 : read(worker->fd, (char *)&worker->verdict + worker->got, sizeof worker->verdict - worker->got);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return true;
        if (got < 0)
            break;
        worker->got += full ? 0 : (size_t)got;
    }
    worker->late = clock_ms() > worker->deadline_ms;
    if (worker->late)
        kill(worker->pid, SIGKILL);
    return worker->late;
}

static int reap(struct worker *worker)
{
    int wait_status = 0;
    while (waitpid(worker->pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    close(worker->fd);
    return wait_status;
}

void worker_end(struct worker *worker, struct verdict *verdict)
{
    int wait_status = reap(worker);
    *verdict = worker->verdict;
    if (worker->got == sizeof worker->verdict && wait_status == 0)
        return;
    *verdict = (struct verdict){ 0 };
    if (worker->late)
        verdict_trouble(verdict, "the probe did not come to an end");
    else if (WIFSIGNALED(wait_status))
        verdict_trouble(verdict, "the probe was ended by signal %d (%s)", WTERMSIG(wait_status),
                        strsignal(WTERMSIG(wait_status)));
    else
        verdict_trouble(verdict, "the probe ended without a verdict");
}

void worker_kill(struct worker *worker)
{
    kill(worker->pid, SIGKILL);
    reap(worker);
}
