#include "spaces_host.h"

#include <stdio.h>

#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host_trace.h"

struct pd pds[PDS];
static struct pd payer_of_all = { .object.type = TYPE_PD, .paid = &pds[0].object }; /* of their root tables; the first PD */
uint64_t cells_used[PDS];
static uint64_t cells_quota[PDS];
uint64_t budget_pages, budget_cells;

uint64_t kernel_space;
struct cpu cpus[CPU_MAX];

unsigned pd_index(const struct pd *pd)
{
    return pd - pds;
}

void *pages_new(void)
{
    return memset(aligned_alloc(PAGE_SIZE, PAGE_SIZE), 0, PAGE_SIZE);
}

void *page_alloc(struct pd *payer)
{
    assert_true(budget_pages > 0);
    budget_pages--;
    payer->used++;
    return pages_new();
}

void *page_take(struct pd *payer)
{
    return memset(page_alloc(payer), 0xa5, PAGE_SIZE);
}

void page_free(struct pd *payer, void *page)
{
    assert_true(payer->used > 0);
    payer->used--;
    free(page);
}

void *cell_alloc(struct pd *payer)
{
    assert_true(budget_cells > 0);
    budget_cells--;
    cells_used[pd_index(payer)]++;
    return memset(aligned_alloc(CELL_SIZE, CELL_SIZE), 0, CELL_SIZE);
}

void *cell_take(struct pd *payer)
{
    return memset(cell_alloc(payer), 0xa5, CELL_SIZE);
}

void cell_free(struct pd *payer, void *cell)
{
    assert_true(cells_used[pd_index(payer)] > 0);
    cells_used[pd_index(payer)]--;
    free(cell);
}

bool account_covers(const struct bill *bill, uint32_t *lacking)
{
    const struct pd *pd = bill->account;

    *lacking = 1;
    if (pd->used + bill->pages > pd->quota || cells_used[pd_index(pd)] + bill->cells > cells_quota[pd_index(pd)])
        return false;
    budget_pages = bill->pages;
    budget_cells = bill->cells;
    return true;
}

noreturn void panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintf(format, arguments);
    printf("\n");
    abort();
}

noreturn void not_implemented(const char *title)
{
    panic("not implemented: %s", title);
}

void tlb_flush(const struct pd *pd, uint64_t page)
{
    (void)pd, (void)page;
}

void space_leave(const struct pd *pd)
{
    (void)pd;
}

uint64_t frame_limit(void)
{
    return 1ull << 36;
}

/* ---- Calls that do not return --------------------------------------------------------------------------------------- */

static jmp_buf left;
static enum { LEFT_DONE = 1, LEFT_PREEMPTED = 2 } left_how;
continuation *go_on;
unsigned preempt_one_in;

noreturn void ec_leave_call(struct ec *self)
{
    (void)self;
    longjmp(left, LEFT_DONE);
}

void preempt_point(struct ec *self, continuation *restart)
{
    (void)self;
    go_on = restart;
    if (preempt_one_in && rand() % preempt_one_in == 0)
        longjmp(left, LEFT_PREEMPTED);
}

bool call_remove(struct ec *self, struct pd *pd, enum remove_operation operation, enum cap_type type, uint64_t range,
                 uint32_t rights)
{
    self->ipc.pd = pd;
    left_how = setjmp(left);
    if (!left_how)
        cap_remove(self, operation, type, range, rights);
    return left_how == LEFT_DONE;
}

bool call_go_on(struct ec *self, continuation *cont)
{
    left_how = setjmp(left);
    if (!left_how)
        cont(self);
    return left_how == LEFT_DONE;
}

void pd_start(struct pd *pd)
{
    *pd = (struct pd){ .object = { .type = TYPE_PD, .payer = &payer_of_all }, .quota = 1000 };
    if (pd_index(pd) + 1 < PDS)
        pd->object.next = &pd[1].object;
    payer_of_all.used++;
    cells_quota[pd_index(pd)] = 1000;
    space_init(pd, memset(pages_new(), 0xa5, PAGE_SIZE));
}

/* There are no objects. */
void object_kill(struct object *object)
{
    panic("an object dies");
}

void object_finish(struct ec *self, continuation *restart)
{
    (void)self, (void)restart;
}

void remover_end(struct ec *self)
{
    const uint8_t state = self->caps.request.state;

    while (state != REQUEST_NONE && self->caps.request.state != REQUEST_DONE)
        removal_settle();
    self->caps.request.state = REQUEST_NONE;
}

static void remove_all(struct pd *pd, enum cap_type type, uint64_t range)
{
    struct request request = { .pd = pd, .operation = REMOVE_SELF, .type = type, .range = range, .rights = 0xff };

    request_begin(&request);
    while (request.state != REQUEST_DONE)
        removal_settle();
}

void pd_stop(struct pd *pd)
{
    remove_all(pd, TYPE_MEMORY, RANGE(0, 35));
    remove_all(pd, TYPE_PORTS, RANGE(0, 16));
    while (!space_end(pd))
        ;
    assert_int_equal(pd->space, kernel_space);
}

void host_start(void)
{
    static struct ec current = { .ipc.pd = &payer_of_all };

    kernel_space = (uint64_t)pages_new() - DIRECT_BASE;
    for (unsigned i = 0; i < CPU_MAX; i++)
        cpus[i].tss = calloc(1, sizeof(struct tss));
    cpus[0].self = &cpus[0];
    cpus[0].current = &current;
    payer_of_all.space = kernel_space;
    syscall(SYS_arch_prctl, ARCH_SET_GS, &cpus[0]);
    for (unsigned i = 0; i < PDS; i++)
        pd_start(&pds[i]);
}
