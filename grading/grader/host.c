/* See host.h. */
#include "host.h"

#include "machine/pinned.h"
#include "machine/sandbox.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct status host_check(char *qemu, size_t size)
{
    static const char *const argv[] = { PINNED_QEMU, "--version", NULL };
    static const char before[] = "version ";
    struct sandbox box = { .limits = sandbox_default_limits() };
    struct sandbox_result result;
    if (access(PINNED_QEMU, X_OK) < 0)
        return status_error(STATUS_SYSTEM, "there is no %s (Debian: package qemu-system-x86)", PINNED_QEMU);
    struct status status = sandbox_run(&box, argv, &result);
    if (status.code != STATUS_OK)
        return status;
    const char *version = result.exit_code == 0 ? strstr(result.output, before) : NULL;
    if (version)
        snprintf(qemu, size, "%.*s", (int)strspn(version + strlen(before), "0123456789."), version + strlen(before));
    else
        status = status_error(STATUS_SYSTEM, "%s does not run: %.150s", PINNED_QEMU, result.output);
    sandbox_result_free(&result);
    return status;
}
