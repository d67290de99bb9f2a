/*
 * What stage 3 calls, how the rig gets back, and how it tells.
 */
#include "rig.h"

#include "body.h"
#include "option.h"
#include "panic.h"
#include "string.h"
#include "x86/lapic.h"
#include "x86/registers.h"

void told_check(uint64_t got, uint64_t wanted, uint64_t kind, uint64_t ticket, const char *file, const char *what);
void told_begins(uint64_t index, const char *family);
void told_ends(uint64_t index, uint64_t checks);
noreturn void told_end(void);

struct told told = { .challenge = 1 };
struct rig_expected rig_expected;

const struct rig_test rig_tests[] = {
    { "claims", claims, "time" },     { "queues", queues, "queue" },  { "accounts", accounts, "time" },
    { "donation", donation, "time" }, { "choice", choice, "choice" }, { "change", change, "state" },
    { "fpu", fpu, "state" },          { "leave", leave, "current" },  { "blocking", blocking, "queue" },
    { "idling", idling, "idle" },     { "ending", ending, "queue" },  { NULL, NULL, NULL },
};

uint64_t rig_now, rig_armed = NEVER, rig_deadline = NEVER;
struct ec rig_ec[RIG_ECS];
struct sc rig_sc[RIG_ECS];
struct ec *rig_runner, *rig_who;
unsigned rig_struck, rig_more;
uint64_t rig_struck_at, rig_struck_rsp, rig_flags;
bool rig_struck_ends;
struct sc *rig_comes;

static struct pd home;
static uint64_t rate; /* ticks of the clock in three microseconds */

/* ---- Checks ---- */

/* With a frame pointer: the host follows it to the place where the check stands. */
__attribute__((noinline, optimize("no-omit-frame-pointer"))) void rig_check(int line, const char *file, const char *what,
                                                                            uint64_t kind, uint64_t got, uint64_t wanted)
{
    const uint64_t ticket = told.checks++;

    told_check(got, wanted, kind, ticket, file, what);
    if (kind == '<' ? got <= wanted : got == wanted)
        return;
    told.state = TOLD_FAILED;
    told.file = (uint64_t)file;
    told.line = line;
    told.what = (uint64_t)what;
    told.kind = kind;
    told.got = got;
    told.expected = wanted;
    told_end();
}

void rig_expect(int line, const char *file, const void *address, unsigned size, uint64_t wanted, const char *what)
{
    const uint64_t n = rig_expected.count;

    if (n == RIG_EXPECTED)
        panic("the rig expects too much");
    rig_expected.entry[n].address = (uint64_t)address;
    rig_expected.entry[n].size = size;
    rig_expected.entry[n].wanted = wanted;
    rig_expected.entry[n].what = (uint64_t)what;
    rig_expected.entry[n].file = (uint64_t)file;
    rig_expected.entry[n].line = line;
    rig_expected.count++;
}

void rig_settle(void)
{
    for (uint64_t i = 0; i < rig_expected.count; i++) {
        uint64_t value = 0;
        memcpy(&value, (const void *)rig_expected.entry[i].address, rig_expected.entry[i].size);
        rig_check(rig_expected.entry[i].line, (const char *)rig_expected.entry[i].file, (const char *)rig_expected.entry[i].what,
                  '=', value, rig_expected.entry[i].wanted);
        __asm__ volatile("");
    }
    rig_expected.count = 0;
}

void rig_family(void)
{
    told_family(rig_tests[told.index].family);
}

/* splitmix64, from the challenge. */
uint64_t rig_random(void)
{
    static uint64_t steps;
    uint64_t z = told.challenge + 0x9e3779b97f4a7c15 * ++steps;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

uint64_t rig_below(uint64_t bound)
{
    return rig_random() % bound;
}

/* ---- What stage 3 calls ---- */

uint64_t clock_now(void)
{
    return rig_now;
}

uint64_t clock_ticks(uint32_t us)
{
    return us * rate / 3;
}

void clock_arm(uint64_t tick)
{
    rig_armed = tick;
}

uint64_t timeout_next(void)
{
    return rig_deadline;
}

void timeout_expire(uint64_t now)
{
    if (rig_deadline <= now)
        rig_deadline = NEVER;
}

struct ec *ipc_runner(struct ec *ec)
{
    return rig_runner ? rig_runner : ec;
}

noreturn void ipc_recall(struct ec *self)
{
    rig_who = self;
    rig_land(RECALLED);
}

void landed(struct ec *ec)
{
    rig_flags = flags_get();
    rig_who = ec;
    rig_land(LANDED);
}

/* ---- Traps ---- */

noreturn void trap_from_user(struct ec *self)
{
    rig_who = self;
    rig_land(TRAPPED);
}

void trap_from_kernel(struct frame *frame)
{
    if (frame->vector != VECTOR_TIMER)
        panic_frame(frame, "an exception in the kernel");
    lapic_eoi();
    rig_struck++;
    rig_struck_at = frame->rip;
    rig_struck_rsp = frame->rsp;
    if (rig_comes) {
        sched_add(rig_comes);
        rig_comes = NULL;
    } else if (rig_more) {
        rig_more--;
        lapic_timer_arm(5000); /* not before the next hlt */
    } else if (rig_struck_ends)
        rig_land(IDLE);
}

void trap_on_ist(struct frame *frame)
{
    panic_frame(frame, "an exception in the kernel");
}

noreturn void syscall_unknown(struct ec *self)
{
    panic("a system call of %p: there is no program", (void *)self);
}

static void no_call(struct ec *self, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    (void)a1, (void)a2, (void)a3, (void)a4, (void)a5;
    syscall_unknown(self);
}

syscall_handler *const syscall_table[SYSCALL_COUNT] = { [0 ... SYSCALL_COUNT - 1] = no_call };

/* The local APIC's timer, due at once; the time-stamp counter says when it must have been. */
void rig_interrupt(void)
{
    const uint64_t start = read_tsc();

    lapic_timer_arm(1);
    while (read_tsc() - start < 20000)
        ;
}

/* ---- ECs, SCs, and the choice ---- */

struct sc *rig_new(unsigned i, unsigned priority, unsigned budget)
{
    struct ec *ec = &rig_ec[i];

    memset(ec, 0, sizeof *ec);
    ec->ipc.pd = &home;
    ec->run.cont = landed;
    ec->run.sc = &rig_sc[i];
    rig_sc[i] = (struct sc){ .ec = ec, .priority = priority, .budget = budget };
    return &rig_sc[i];
}

/* What a new SC has is not of the present round: so the quota is its claim when it is next looked at. */
void rig_rich(struct sc *sc, uint32_t quota)
{
    sc->quota = quota;
    sc->round = 0;
}

void area_fill(struct area *area, uint64_t xmm5)
{
    memset(area, 0, sizeof *area);
    *(uint16_t *)&area->bytes[0] = 0x37f;
    *(uint32_t *)&area->bytes[24] = 0x1f80;
    *(uint64_t *)&area->bytes[160 + 5 * 16] = xmm5;
}

static void next(void *argument)
{
    (void)argument;
    sched_next();
}

struct sc *rig_next(void)
{
    const enum landing how = rig_try(next, NULL);

    if (how != LANDED)
        return NULL;
    return this_cpu()->run.sc;
}

long rig_ec_number(const struct ec *ec)
{
    return ec >= rig_ec && ec < rig_ec + RIG_ECS ? ec - rig_ec : -1;
}

long rig_sc_number(const struct sc *sc)
{
    return sc >= rig_sc && sc < rig_sc + RIG_ECS ? sc - rig_sc : -1;
}

long rig_chosen(void)
{
    return rig_sc_number(rig_next());
}

void rig_only(struct sc *sc, void (*how)(void *))
{
    told_family("choice");
    SAME(rig_try(how, NULL), LANDED, "how the choice ended, with one SC ready: 1 is that an EC was gone on with");
    const struct sc *chosen = this_cpu()->run.sc;
    if (chosen != sc && chosen >= rig_sc && chosen < rig_sc + RIG_ECS)
        told_family("queue");
    SAME(rig_sc_number(chosen), rig_sc_number(sc), "the number of the SC that is chosen, when one is ready");
    rig_family();
}

/* ---- Start ---- */

noreturn void body_start(const struct boot_info *boot)
{
    const uint64_t index = option(boot->cmdline, "rig");

    told.challenge = option(boot->cmdline, "challenge");
    told.index = index;
    told_begins(index, rig_tests[index].family);
    home.space = kernel_space;
    rate = 7 + rig_below(10);
    rate += rate % 3 == 0; /* so that microseconds are not whole ticks */
    rig_now = 1000 + rig_below(1 << 20);
    sched_init(this_cpu());
    rig_tests[index].run();
    told_ends(index, told.checks);
    told.state = TOLD_PASSED;
    told_end();
}
