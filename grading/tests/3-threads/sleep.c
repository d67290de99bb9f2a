/* Who waits is woken, in order; who dies while he waits or runs leaves nothing behind. */
#include "told/told.h"

const struct told_test told_tests[] = {
    { "sm_counts", tests_semaphores, "queue" },      { "sm_fifo", tests_semaphores, "queue" },
    { "sm_deadline", tests_semaphores, "time" },     { "sm_deadline_order", tests_semaphores, "time" },
    { "pause_another", tests_control, "queue" },     { "help", tests_helping, "choice" },
    { "abort_waiter", tests_destruction, "queue" },  { "abort_oneself", tests_destruction, "current" },
    { "abort_caller_sc", tests_call_ends, "queue" }, { NULL, NULL, NULL },
};
