/* Who waits is woken, and who has nothing to wait for is not. */
#include "told/told.h"

const struct told_test told_tests[] = {
    { "sm_counts", tests_semaphores, "queue" },   { "sm_fifo", tests_semaphores, "queue" },
    { "sm_deadline", tests_semaphores, "queue" }, { "sm_deadline_order", tests_semaphores, "queue" },
    { NULL, NULL, NULL },
};
