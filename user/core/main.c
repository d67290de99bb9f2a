/*
 * Core: the root of the tree. It has all resources, offers them as services, and has no policy. It starts one child, init,
 * from the module of that name, and gives it everything it does not need itself.
 */
#include "core/audit.h"
#include "core/cap.h"
#include "core/core.h"
#include "core/cpu.h"
#include "core/init.h"
#include "core/ram.h"
#include "core/rom.h"
#include "lib/calls.h"
#include "lib/print.h"
#include "lib/thread.h"

enum { SLOTS = 16384 };

#define CORE_UTCB (UTCB_AREA + UTCB_SIZE)

struct capability_slot capability_slot[SLOTS];
const uint32_t capability_slots = SLOTS;

struct entrypoint core_entrypoint;
struct utcb *core_utcb = (struct utcb *)CORE_UTCB;

static struct thread main_thread;

void main(const void *given);

void core_need(enum outcome outcome, const char *what)
{
    if (outcome == OK)
        return;
    print("[core] %s: %s, %lu bytes are missing\nverdict: fail\n", what, outcome_name(outcome), rpc_lacking());
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

static void make_entrypoint(void)
{
    const uint32_t ec = capability_number_new();
    const result r = create_ec(ec, 0, ROOT_SEL_PD, ROOT_SEL_PD, EC_PLACE(CORE_UTCB, EC_LOCAL, 0), entrypoint_stack(), core_utcb);

    core_need(outcome_of_status(r.rax), "entrypoint");
    entrypoint_init(&core_entrypoint, (struct capability){ ec, EC_RIGHT_PT }, core_utcb);
}

/* What there is, before anybody has any of it. */
static void count_resources(void)
{
    const uint64_t kernel_pages = pd_figure(ROOT_SEL_PD, 2).rdx;

    core_ram.quota = frames_free_count() * PAGE;
    core_caps.quota = kernel_pages * ACCOUNT_UNIT;
    audit_begin();
    print("[core] %lu KiB of memory, %lu KiB for the kernel's objects\n", core_ram.quota / 1024, core_caps.quota / 1024);
}

void main(const void *given)
{
    const struct info_page *info = given;

    thread_init(&main_thread, (struct utcb *)ROOT_UTCB);
    if (info->magic != INFO_MAGIC || info->version != INFO_VERSION || info->abi_version != ABI_VERSION)
        core_need(INVALID, "a kernel of another version");
    account_init(&core_ram, ACCOUNT_RAM);
    account_init(&core_caps, ACCOUNT_CAP);
    memory_init(info);
    rom_init(info);
    capability_init((struct capability){ ROOT_SEL_PD, PD_RIGHT_PAY });
    make_entrypoint();
    count_resources();
    init_start();
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}
