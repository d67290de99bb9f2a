/* One test in a process of its own: a probe blocks, and one that crashes must not take the others along.
 */
#ifndef CAIRN_GRADER_WORKER_H
#define CAIRN_GRADER_WORKER_H

#include "run.h"

struct worker {
    pid_t pid;
    int fd;               /* the verdict comes through here */
    size_t got;           /* bytes of it so far */
    struct verdict verdict;
    uint64_t deadline_ms; /* far beyond what a probe takes with all its boots */
    bool late;
};

struct status worker_start(struct worker *worker, const struct run_input *input, size_t index, unsigned attempt);

/* Reads what there is without blocking. True when the worker has ended, or has been killed for being late. */
bool worker_read(struct worker *worker);

/* Reaps an ended worker and takes its verdict: TROUBLE when there is none. */
void worker_end(struct worker *worker, struct verdict *verdict);

/* Ends a running one. */
void worker_kill(struct worker *worker);

#endif
