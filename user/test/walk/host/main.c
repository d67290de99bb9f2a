/*
 * Reads what the guest has seen (walk.h) from its memory, and compares it with the model.
 *
 *   walk RAM AT [--counts]     RAM: a file with the guest's memory; AT: where in it the log is. --counts: how often each call
 * ended how
 *
 * Exit codes: 0 all steps agree, 1 they do not, 2 the log is not as it should be.
 */
#include "compare.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <stdnoreturn.h>

static noreturn void broken(const char *why)
{
    printf("walk: %s\n", why);
    exit(2);
}

int main(int argc, char **argv)
{
    struct walk_result result;
    struct stat status;

    if (argc < 3)
        broken("usage: walk RAM AT [--counts]");
    const int file = open(argv[1], O_RDONLY);
    const uint64_t at = strtoull(argv[2], NULL, 0);
    if (file < 0 || fstat(file, &status) < 0)
        broken("the guest's memory cannot be read");
    const size_t size = (size_t)status.st_size;
    const char *ram = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (ram == MAP_FAILED || at >= size || !walk_compare((const void *)(ram + at), size - at, &result))
        broken("there is no log at this place");
    const struct walk_log *log = (const void *)(ram + at);
    if (result.differs)
        printf("seed %" PRIu64 ", step %" PRIu64 ": %s\n  %s: expected %s, seen %s (%s)\n", log->seed, result.agreed, result.step,
               result.what, result.expected, result.seen, result.family);
    else
        printf("walk: seed %" PRIu64 ": %" PRIu64 " of %" PRIu64 " steps agree with the model\n", log->seed, log->done,
               log->wanted);
    if (argc > 3 && strcmp(argv[3], "--counts") == 0)
        walk_print_counts();
    return !result.differs && log->done == log->wanted ? 0 : 1;
}
