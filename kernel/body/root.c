/*
 * The root task: the one program that nobody has started (ABI.md §14).
 *
 * It is made like any other, of the first boot module and with the same functions, while everything is still the kernel's to
 * give. What it finds at its start is paid by nobody: account_settle draws the line.
 */
#include "body.h"
#include "body/clock.h"
#include "body/memory.h"
#include "calls.h"
#include "cairn/info.h"
#include "frames.h"
#include "info.h"
#include "option.h"
#include "panic.h"

enum {
    POOL_PART = 16, /* of the memory, if the command line does not say pool=KiB */
    KIB_PER_PAGE = PAGE_SIZE / 1024,
    ROOT_PRIORITY = PRIORITY_MAX,
    ROOT_BUDGET = 10000,
    COM1_PORTS = 0x3f8,
    COM1_ORDER = 3,
};

static struct pd root_pd;
static struct object kernel_object = {.type = TYPE_KERNEL};

static noreturn void no_memory(const char *what)
{
    panic("no memory for %s", what);
}

/* An address space with the program of a module and the information page in it. */
static uint64_t load(const struct boot_info *boot, const struct info_module *module, uint64_t *entry)
{
    const void *image = phys_to_virt(module->base);
    struct elf_plan plan;
    const char *error = elf_check(image, module->size, ROOT_UTCB, &plan);

    if (error && plan.header >= 0)
        panic("module 0 (%s): program header %d: %s", module->cmdline, plan.header, error);
    if (error)
        panic("module 0 (%s): %s", module->cmdline, error);
    uint64_t space = paging_new_space(), page = phys_alloc();
    if (!space || !page || !elf_load(space, image, &plan) || !paging_map(space, INFO_ADDRESS, page, PAGING_USER))
        no_memory("the root task");
    info_fill(phys_to_virt(page), boot);
    *entry = plan.entry;
    return space;
}

/* Everything of root's is the kernel's in the end, which is nobody's: an object without a payer never dies. */
static void name(uint32_t selector, struct object *object, uint32_t rights)
{
    object->payer = NULL;
    trace(TRACE_DELEGATE, trace_name(object), &root_pd, selector, TRACE_PLACE(rights & ~RIGHT_DESTROY, object->type, 0));
    cap_create(&root_pd, selector, object, rights & ~RIGHT_DESTROY);
}

static struct ec *make_root_ec(uint64_t entry)
{
    struct ec *ec = make_ec(&root_pd, &root_pd, EC_GLOBAL, ROOT_UTCB);

    ec->ipc.event_base = ROOT_EVENTS;
    ec->state.frame.rip = entry;
    ec->state.frame.rdi = INFO_ADDRESS;
    ec->run.cont = ec_leave_trap; /* no start-up message: there is nobody who could answer it */
    /* The table for this address is there already: it is the information page's. */
    if (!paging_map(root_pd.space, ROOT_UTCB, (uint64_t)ec->ipc.utcb - DIRECT_BASE, PAGING_USER | PAGING_WRITE))
        no_memory("the root task's UTCB");
    return ec;
}

static void make_root_sc(struct ec *ec)
{
    struct sc *sc = make_sc(&root_pd, ec, PAIR(ROOT_PRIORITY, ROOT_BUDGET));
    uint32_t lacking;

    name(ROOT_SEL_SC, &sc->object, SC_RIGHTS);
    sched_add(sc);
    sc_quota(sc, NULL, SUPER_PERIOD_US, &lacking);
}

static uint64_t pool_pages(const struct boot_info *boot)
{
    uint64_t kib = option(boot->cmdline, "pool");
    return kib ? kib / KIB_PER_PAGE : region_total(phys_vacant()) / PAGE_SIZE / POOL_PART;
}

noreturn void body_start(const struct boot_info *boot)
{
    uint64_t entry;
    uint32_t lacking;

    if (!boot->module_count)
        panic("no boot module: the first one must be the root task");
    clock_init();
    sched_init(this_cpu());
    interrupt_init();
    root_pd.object.type = TYPE_PD;
    root_pd.space = load(boot, &boot->module[0], &entry);
    struct pool pool = memory_divide(boot, pool_pages(boot));
    frames_exclude((uint64_t)kernel_start - KERNEL_BASE, kernel_end - kernel_start);

    account_init(&root_pd, pool.base, pool.pages);
    if (!cap_space_init(&root_pd))
        no_memory("the root task's selectors");
    struct ec *ec = make_root_ec(entry);
    space_adopt(&root_pd);
    name(ROOT_SEL_KERNEL, &kernel_object, KERNEL_RIGHTS);
    name(ROOT_SEL_PD, &root_pd.object, PD_RIGHTS);
    name(ROOT_SEL_EC, &ec->object, EC_RIGHTS);
    make_root_sc(ec);
    if (space_take_ports(&root_pd, RANGE(COM1_PORTS, COM1_ORDER), &lacking) != SUCCESS)
        no_memory("the root task's ports");
    account_settle(&root_pd);
    sched_next();
}
