#include "core/audit.h"

#include "core/account.h"
#include "core/core.h"
#include "core/service.h"
#include "lib/print.h"

static struct {
    uint64_t memory, caps; /* bytes */
} begin;

void audit_begin(void)
{
    begin.memory = frames_free_count() * PAGE;
    begin.caps = core_caps.quota;
}

static bool same(const char *what, uint64_t is, uint64_t should)
{
    if (is < should)
        print("[core] %lu bytes too few: %s\n", should - is, what);
    if (is > should)
        print("[core] %lu bytes too many: %s\n", is - should, what);
    return is == should;
}

static uint64_t pages_of_sessions(void)
{
    uint64_t pages = 0;
    for (LIST_EACH(link, &sessions_open))
        pages += CONTAINER(link, struct core_session, open)->service->pages;
    return pages;
}

bool audit(void)
{
    const uint64_t free = frames_free_count() * PAGE;
    uint64_t quota[] = { [ACCOUNT_RAM] = 0, [ACCOUNT_CAP] = 0 }, used = 0;

    for (LIST_EACH(link, &account_all)) {
        const struct account *a = CONTAINER(link, struct account, of_all);
        quota[a->kind] += a->quota;
        used += a->used; /* of CAP it is 0: the kernel knows it, and audits itself */
    }
    bool right = same("memory", free + used, begin.memory);
    right &= same("quota of memory", quota[ACCOUNT_RAM], begin.memory);
    right &= same("quota of kernel memory", quota[ACCOUNT_CAP], begin.caps);
    right &= same("memory of core's sessions", core_ram.used, pages_of_sessions() * PAGE);
    print("[core] %lu frames: %lu free, %lu core's own\n", begin.memory / PAGE, free / PAGE, core_ram.used / PAGE);
    if (right)
        print("[core] all memory is there\n");
    return right;
}
