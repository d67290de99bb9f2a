/* What is a thread's own stays its own, however often it is interrupted: registers, FPU, FS base, ports. */
#include "told/told.h"

const struct told_test told_tests[] = {
    { "registers_kept", tests_time, "current" }, { "fpu_fresh", tests_time, "state" },       { "fpu_kept", tests_time, "state" },
    { "kernel_ports", tests_kernel, "state" },   { "event_recall", tests_events, "choice" }, { NULL, NULL, NULL },
};
