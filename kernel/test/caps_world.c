#include "caps_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/asan_interface.h>

#include "contract/2-boot.h"
#include "cpu.h"
#include "panic.h"
#include "pool.h"

struct cpu cpus[CPU_MAX];
uint64_t kernel_space;
struct pd *root;
struct object kernel_object;
struct ec *kept_ec;
unsigned preempt_rate;
void (*ec_ended)(struct ec *ec);
void (*page_freed)(void *page);
uint64_t seed = 1;

static void *memory;
static jmp_buf leave;
static struct ec *running;
static unsigned ends_left; /* pieces of the next space_end */

uint32_t any(uint32_t below)
{
    seed ^= seed >> 12, seed ^= seed << 25, seed ^= seed >> 27;
    return (seed * 0x2545f4914f6cdd1dull >> 33) % below;
}

noreturn void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    abort();
}

noreturn void not_implemented(const char *title)
{
    fprintf(stderr, "not implemented: %s\n", title);
    exit(1);
}

struct cpu *this_cpu(void)
{
    return &cpus[0];
}

uint64_t read_cr3(void)
{
    return root->space;
}

void write_cr3(uint64_t space)
{
    (void)space;
}

/* ---- Memory: what is free is poisoned, so that the sanitizer sees whoever still uses it -------------------------------- */

void *__real_cell_alloc(struct pd *payer);
void __real_cell_free(struct pd *payer, void *cell);
void *__real_page_alloc(struct pd *payer);
void __real_page_free(struct pd *payer, void *page);
void *__wrap_cell_alloc(struct pd *payer);
void *__real_cell_take(struct pd *payer);
void *__wrap_cell_take(struct pd *payer);
void __wrap_cell_free(struct pd *payer, void *cell);
void *__wrap_page_alloc(struct pd *payer);
void *__real_page_take(struct pd *payer);
void *__wrap_page_take(struct pd *payer);
void __wrap_page_free(struct pd *payer, void *page);

void *__wrap_cell_alloc(struct pd *payer)
{
    void *cell = __real_cell_alloc(payer);
    if (cell)
        __asan_unpoison_memory_region(cell, CELL_SIZE);
    return cell;
}

void *__wrap_cell_take(struct pd *payer)
{
    void *cell = __real_cell_take(payer);
    if (cell)
        __asan_unpoison_memory_region(cell, CELL_SIZE);
    return cell;
}

void __wrap_cell_free(struct pd *payer, void *cell)
{
    __real_cell_free(payer, cell);
    memset(cell, 0xa5, CELL_SIZE); /* the next one must be zeroed */
    __asan_poison_memory_region(cell, CELL_SIZE);
}

void *__wrap_page_alloc(struct pd *payer)
{
    void *page = __real_page_alloc(payer);
    if (page)
        __asan_unpoison_memory_region(page, ACCOUNT_UNIT);
    return page;
}

void *__wrap_page_take(struct pd *payer)
{
    void *page = __real_page_take(payer);
    if (page)
        __asan_unpoison_memory_region(page, ACCOUNT_UNIT);
    return page;
}

void __wrap_page_free(struct pd *payer, void *page)
{
    memset(page, 0xa5, ACCOUNT_UNIT);
    __asan_poison_memory_region(page, ACCOUNT_UNIT);
    __real_page_free(payer, page);
    if (page_freed)
        page_freed(page);
}

/* ---- Boot -------------------------------------------------------------------------------------------------------------- */

/* Physical addresses are such that the direct map leads to the host's. */
static uint64_t phys_of(void *address)
{
    return (uint64_t)address - DIRECT_BASE;
}

void world_boot(uint64_t pages)
{
    memory = aligned_alloc(ACCOUNT_UNIT, (pages + 3) * ACCOUNT_UNIT);
    memset(memory, 0xa5, (pages + 3) * ACCOUNT_UNIT);
    root = (struct pd *)((char *)memory + pages * ACCOUNT_UNIT);
    kept_ec = (struct ec *)((char *)root + ACCOUNT_UNIT);
    memset(root, 0, 2 * ACCOUNT_UNIT);
    account_init(root, phys_of(memory), pages);
    all_grants.next = all_grants.prev = &all_grants;
    __asan_poison_memory_region(pool.first, pool.count * ACCOUNT_UNIT);
    root->object.type = TYPE_PD;
    root->space = phys_of((char *)root + 2 * ACCOUNT_UNIT);
    kernel_object = (struct object){.type = TYPE_KERNEL};
    kept_ec->ipc.pd = root;
    if (!cap_space_init(root))
        panic("no directory for root");
}

void world_shutdown(void)
{
    __asan_unpoison_memory_region(pool.first, pool.count * ACCOUNT_UNIT);
    free(memory);
}

/* ---- Objects ----------------------------------------------------------------------------------------------------------- */

struct transfer transfer_of(struct pd *from, struct pd *to, uint64_t selector, uint32_t rights, uint64_t base, uint64_t count)
{
    return (struct transfer){
        .from = from, .to = to, .range = RANGE(selector, 0), .how = ITEM(ITEM_DELEGATE, TYPE_OBJECT, rights, 0),
        .window_base = base, .window_count = count, .offer.place = 77, .records = 77,
    };
}

uint32_t rights_all(enum cap_type type)
{
    return type == TYPE_PD ? PD_RIGHTS : type == TYPE_KERNEL ? KERNEL_RIGHTS : EC_RIGHTS;
}

struct pd *pd_make(struct pd *payer, uint64_t quota)
{
    struct pd *pd = page_alloc(payer);
    uint32_t lacking;

    pd->object = (struct object){.type = TYPE_PD, .payer = payer};
    if (!cap_space_init(pd))
        panic("no directory");
    pd->space = phys_of(page_alloc(payer));
    if (account_move(pd, quota, &lacking) != SUCCESS)
        panic("quota");
    return pd;
}

struct ec *ec_make(struct pd *payer, struct pd *pd)
{
    struct ec *ec = page_alloc(payer);

    ec->object = (struct object){.type = TYPE_EC, .payer = payer};
    ec->ipc.utcb = page_alloc(payer);
    ec->ipc.pd = pd;
    ec->ipc.next = pd->ecs;
    if (pd->ecs)
        pd->ecs->ipc.prev = ec;
    pd->ecs = ec;
    return ec;
}

struct object *small_make(struct pd *payer, enum cap_type type, struct ec *ec)
{
    struct object *object = cell_alloc(payer);

    *object = (struct object){.type = type, .payer = payer};
    if (type == TYPE_SC) {
        ((struct sc *)object)->ec = ec;
        ec->run.sc = (struct sc *)object;
    } else if (type == TYPE_PT) {
        struct pt *pt = (struct pt *)object;
        pt->ec = ec;
        pt->next = ec->ipc.portals;
        if (pt->next)
            pt->next->prev = pt;
        ec->ipc.portals = pt;
    }
    return object;
}

/* ---- The other stages -------------------------------------------------------------------------------------------------- */

bool ec_end(struct object *object)
{
    struct ec *ec = ec_of(object);

    for (struct pt *pt = ec->ipc.portals; pt; pt = pt->next) {
        pt->ec = NULL;
        object_kill(&pt->object);
    }
    if (ec->run.sc) {
        ec->run.sc->ec = NULL;
        object_kill(&ec->run.sc->object);
    }
    if (ec->ipc.next)
        ec->ipc.next->ipc.prev = ec->ipc.prev;
    if (ec->ipc.prev)
        ec->ipc.prev->ipc.next = ec->ipc.next;
    else
        ec->ipc.pd->ecs = ec->ipc.next;
    page_free(object->payer, ec->ipc.utcb);
    if (ec_ended)
        ec_ended(ec);
    if (running == ec)
        running = NULL;
    return true;
}

bool sc_end(struct object *object)
{
    struct sc *sc = (struct sc *)object;

    if (sc->ec)
        sc->ec->run.sc = NULL;
    if (this_cpu()->run.sc == sc)
        this_cpu()->run.sc = NULL;
    return true;
}

bool pt_end(struct object *object)
{
    struct pt *pt = (struct pt *)object;

    if (!pt->ec)
        return true;
    if (pt->next)
        pt->next->prev = pt->prev;
    if (pt->prev)
        pt->prev->next = pt->next;
    else
        pt->ec->ipc.portals = pt->next;
    return true;
}

bool sm_end(struct object *object)
{
    if (object->type != TYPE_NULL)
        panic("a semaphore ends alive");
    return true;
}

bool space_end(struct pd *pd)
{
    if (!object_dead(&pd->object))
        panic("a PD's space ends alive");
    ends_left = ends_left ? ends_left - 1 : any(4);
    if (!ends_left)
        page_free(pd->object.payer, phys_to_virt(pd->space));
    return !ends_left;
}

/* There is neither memory nor a port. */
struct grant *space_next(struct places *places)
{
    places->done = !any(3);
    return NULL;
}

void space_changed(struct grant *was, struct grant *now, struct grant *grant)
{
    panic("a grant of memory or ports");
}

enum status space_prepare(struct transfer t[], unsigned n, struct bill *bill)
{
    panic("an item of memory or ports");
}

void space_commit(const struct transfer *t)
{
    panic("an item of memory or ports");
}

void preempt_point(struct ec *self, continuation *restart)
{
    if (self != running)
        panic("somebody else's preemption point");
    if (!preempt_rate || any(preempt_rate))
        return;
    self->run.cont = restart;
    longjmp(leave, 1 + OUT_PREEMPTED);
}

noreturn void ec_leave_call(struct ec *self)
{
    if (self != running)
        panic("somebody else leaves");
    longjmp(leave, 1 + OUT_DONE);
}

noreturn void sched_next(void)
{
    longjmp(leave, 1 + OUT_NO_TIME);
}

/* ---- Running ----------------------------------------------------------------------------------------------------------- */

static enum outcome outcome(int code)
{
    return code == 1 + OUT_NO_TIME && !running ? OUT_DEAD : (enum outcome)(code - 1);
}

static void run(struct ec *self)
{
    running = self;
    this_cpu()->run.sc = self->run.sc;
}

enum outcome remove_begin(struct ec *self, enum remove_operation operation, uint64_t selector, uint32_t rights)
{
    int code = setjmp(leave);

    if (!code) {
        run(self);
        cap_remove(self, operation, TYPE_OBJECT, RANGE(selector, 0), rights);
    }
    return outcome(code);
}

enum outcome remove_resume(struct ec *self)
{
    int code = setjmp(leave);

    if (!code) {
        run(self);
        self->run.cont(self);
    }
    return outcome(code);
}

enum outcome remove_all(struct ec *self, enum remove_operation operation, uint64_t selector, uint32_t rights)
{
    enum outcome out = remove_begin(self, operation, selector, rights);

    while (out == OUT_PREEMPTED || out == OUT_NO_TIME)
        out = remove_resume(self);
    return out;
}
