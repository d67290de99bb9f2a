/* Lets the kernel get to ring 3, and no more. */
#include "ipc.h"

struct ec *ipc_runner(struct ec *ec)
{
    return ec;
}

bool closes_circle(struct ec *self, struct ec *server, continuation *again)
{
    return true;
}

noreturn void help(struct ec *self, struct ec *server, continuation *again)
{
    refuse(self, CYCLE);
}

void stop_wanting(struct ec *self)
{
}
