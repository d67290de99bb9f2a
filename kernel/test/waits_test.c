/*
 * Stage 7 on the host: a random walk of semaphores and deadlines against a model that keeps its waiters in a plain array, and the life of
 * interrupts of both kinds on an I/O APIC that only remembers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cpu.h"
#include "host_trace.h"
#include "waiting.h"
#include "x86/ioapic.h"
#include "x86/lapic.h"
#include "x86/vectors.h"

enum { SMS = 4, ECS = 200, STEPS = 200000, LINES = 24 };

void check_semaphore(const struct sm *sm);

struct cpu cpus[CPU_MAX];

static struct sm sms[SMS];
static struct ec ecs[ECS];
static uint64_t now, armed = UINT64_MAX;
static jmp_buf left;

/* ---- What the stage calls ------------------------------------------------------------------------------------------- */

noreturn void panic(const char *format, ...)
{
    printf("panic: %s\n", format);
    abort();
}

noreturn void not_implemented(const char *title)
{
    panic(title);
}

uint64_t clock_now(void)
{
    return now;
}

void sched_arm(uint64_t tick)
{
    if (tick < armed)
        armed = tick;
}

noreturn void ec_block(struct ec *self)
{
    self->run.blocked |= BLOCKED_WAIT;
    longjmp(left, 1);
}

noreturn void ec_leave_call(struct ec *self)
{
    (void)self;
    longjmp(left, 2);
}

static struct ec *woken[ECS];
static unsigned woken_count;

void ec_wake(struct ec *ec, uint32_t reason)
{
    assert_int_equal(reason, BLOCKED_WAIT);
    assert_true(ec->run.blocked & BLOCKED_WAIT);
    ec->run.blocked &= ~reason;
    woken[woken_count++] = ec;
}

/* ---- The machine ---------------------------------------------------------------------------------------------------- */

static bool line_masked[LINES];
static unsigned line_vector[LINES], ends_of_interrupt;

void ioapic_init(void)
{
    for (unsigned i = 0; i < LINES; i++)
        line_masked[i] = true;
}

bool ioapic_has(uint32_t line)
{
    return line < LINES;
}

uint32_t ioapic_line(uint32_t name, struct ioapic_wiring *wiring)
{
    if (name == 9)
        wiring->is_level = true;
    return name < LINES ? name : IOAPIC_NO_LINE;
}

void ioapic_route(uint32_t line, uint8_t vector, uint32_t apic, struct ioapic_wiring wiring)
{
    (void)apic, (void)wiring;
    line_vector[line] = vector;
    line_masked[line] = true;
}

void ioapic_mask(uint32_t line)
{
    line_masked[line] = true;
}

void ioapic_unmask(uint32_t line)
{
    line_masked[line] = false;
}

void lapic_eoi(void)
{
    ends_of_interrupt++;
}

/* ---- The walk ------------------------------------------------------------------------------------------------------- */

/* In order of arrival; sm < 0: gone. */
static struct waiter {
    int sm;
    struct ec *ec;
    uint64_t deadline;
} waiters[ECS];

static unsigned waiter_count;
static uint64_t counts[SMS];

static void forget(unsigned index)
{
    waiter_count--;
    for (unsigned i = index; i < waiter_count; i++)
        waiters[i] = waiters[i + 1];
}

static int first_of(int sm)
{
    for (unsigned i = 0; i < waiter_count; i++)
        if (waiters[i].sm == sm)
            return i;
    return -1;
}

static void expect_woken(struct ec *ec, unsigned index, enum status status, uint64_t value)
{
    assert_true(index < woken_count);
    assert_ptr_equal(woken[index], ec);
    assert_int_equal(ec->state.frame.rax, status);
    assert_int_equal(ec->state.frame.rdx, value);
}

static void step_up(int sm)
{
    const int first = first_of(sm);

    woken_count = 0;
    assert_int_equal(sm_up(&sms[sm]), SUCCESS);
    if (first < 0) {
        counts[sm]++;
        assert_int_equal(woken_count, 0);
        return;
    }
    expect_woken(waiters[first].ec, 0, SUCCESS, 1);
    forget(first);
}

static void step_down(int sm, struct ec *ec, bool all, uint64_t deadline)
{
    const int how = setjmp(left);

    if (!how)
        sm_down(ec, &sms[sm], all, deadline);
    if (counts[sm]) {
        assert_int_equal(how, 2);
        assert_int_equal(ec->state.frame.rax, SUCCESS);
        assert_int_equal(ec->state.frame.rdx, all ? counts[sm] : 1);
        counts[sm] -= all ? counts[sm] : 1;
    } else if (deadline && deadline <= now) {
        assert_int_equal(how, 2);
        assert_int_equal(ec->state.frame.rax, TIMEOUT);
    } else {
        assert_int_equal(how, 1);
        waiters[waiter_count++] = (struct waiter){sm, ec, deadline};
    }
}

static int earliest(void)
{
    int best = -1;

    for (unsigned i = 0; i < waiter_count; i++)
        if (waiters[i].deadline && (best < 0 || waiters[i].deadline < waiters[best].deadline))
            best = i;
    return best;
}

static void step_time(void)
{
    unsigned count = 0;

    now += rand() % 40;
    woken_count = 0;
    timeout_expire(now);
    for (int i; count < WAIT_BATCH && (i = earliest()) >= 0 && waiters[i].deadline <= now; forget(i))
        expect_woken(waiters[i].ec, count++, TIMEOUT, 0);
    assert_int_equal(woken_count, count);
    armed = timeout_next(); /* as whoever served the timer does */
}

static void step_end(int sm)
{
    unsigned count = 0;

    woken_count = 0;
    while (!sm_end(&sms[sm].object))
        assert_int_equal(woken_count % WAIT_BATCH, 0);
    for (int i; (i = first_of(sm)) >= 0; forget(i))
        expect_woken(waiters[i].ec, count++, ABORTED, 0);
    assert_int_equal(woken_count, count);
    sms[sm] = (struct sm){0};
    counts[sm] = 0;
}

/* An EC is destroyed while it waits: it takes nothing. */
static void step_forget(void)
{
    const unsigned i = rand() % waiter_count;
    struct ec *ec = waiters[i].ec;

    sm_forget(ec);
    forget(i);
    *ec = (struct ec){0};
}

static struct ec *idle_ec(void)
{
    struct ec *ec = &ecs[rand() % ECS];
    return ec->wait.sm ? NULL : ec;
}

static void walk(void **state)
{
    (void)state;
    for (unsigned step = 0; step < STEPS; step++) {
        const int what = rand() % 100, sm = rand() % SMS;
        struct ec *ec = idle_ec();
        if (what < 30)
            step_up(sm);
        else if (what < 85 && ec)
            step_down(sm, ec, rand() % 4 == 0, rand() % 3 ? now + rand() % 300 : 0);
        else if (what < 95)
            step_time();
        else if (what < 99 && waiter_count)
            step_forget();
        else if (rand() % 20 == 0)
            step_end(sm);
        const int next = earliest();
        assert_int_equal(timeout_next(), next < 0 ? UINT64_MAX : waiters[next].deadline);
        assert_true(next < 0 || armed <= waiters[next].deadline);
        for (int i = 0; i < SMS; i++) {
            check_semaphore(&sms[i]);
            assert_int_equal(sms[i].count, counts[i]);
        }
    }
    for (int i = 0; i < SMS; i++)
        step_end(i);
    assert_int_equal(timeout_next(), UINT64_MAX);
}

static void count_has_a_limit(void **state)
{
    struct sm sm = {.count = SM_COUNT_MAX};
    (void)state;

    assert_int_equal(sm_up(&sm), TOO_MANY);
    assert_int_equal(sm.count, SM_COUNT_MAX);
}

/* ---- Interrupts ----------------------------------------------------------------------------------------------------- */

/* 2: at once; 1: waits. */
static int down(struct sm *sm, struct ec *ec)
{
    const int how = setjmp(left);

    if (!how)
        sm_down(ec, sm, false, 0);
    return how;
}

static void arrive(unsigned vector)
{
    const unsigned before = ends_of_interrupt;

    interrupt_arrived(vector);
    assert_int_equal(ends_of_interrupt, before + 1);
}

static void edges_are_merged(void **state)
{
    struct sm sm = {0};
    struct ec ec = {0};
    uint64_t value;
    (void)state;

    assert_int_equal(interrupt_bind(&sm, INTERRUPT(4, 0, 0), &value), SUCCESS);
    assert_false(line_masked[4]); /* it must not be lost before the first down */
    assert_int_equal(down(&sm, &ec), 1);
    arrive(line_vector[4]);
    assert_int_equal(ec.wait.sm == NULL, 1);
    arrive(line_vector[4]);
    arrive(line_vector[4]);
    assert_int_equal(down(&sm, &ec), 2);
    assert_int_equal(down(&sm, &ec), 1);
    sm_end(&sm.object);
    assert_true(line_masked[4]);

    /* three before the first down: two downs go through */
    sm = (struct sm){0};
    assert_int_equal(interrupt_bind(&sm, INTERRUPT(4, 0, 0), &value), SUCCESS);
    assert_int_equal(down(&sm, &ec), 1);
    sm_forget(&ec);
    ec = (struct ec){0};
    arrive(line_vector[4]);
    arrive(line_vector[4]);
    arrive(line_vector[4]);
    assert_int_equal(down(&sm, &ec), 2);
    assert_int_equal(down(&sm, &ec), 2);
    assert_int_equal(down(&sm, &ec), 1);
    sm_end(&sm.object);
}

static void levels_are_masked(void **state)
{
    struct sm sm = {0}, other = {0};
    struct ec ec = {0};
    uint64_t value;
    (void)state;

    assert_int_equal(interrupt_bind(&sm, INTERRUPT(9, 0, 0), &value), SUCCESS); /* the firmware says level */
    assert_true(line_masked[9]);
    assert_int_equal(interrupt_bind(&other, INTERRUPT(9, 0, 0), &value), OCCUPIED);
    assert_int_equal(interrupt_bind(&sm, INTERRUPT(10, 0, 0), &value), OCCUPIED);
    assert_int_equal(down(&sm, &ec), 1);
    assert_false(line_masked[9]);
    arrive(line_vector[9]);
    assert_true(line_masked[9]);
    assert_int_equal(down(&sm, &ec), 1);
    assert_false(line_masked[9]);
    assert_int_equal(interrupt_bind(&sm, INTERRUPT(0, 0, INTERRUPT_NONE), &value), SUCCESS);
    assert_true(line_masked[9]);
    arrive(line_vector[9]); /* one was still on its way */
    assert_ptr_equal(ec.wait.sm, &sm);
    sm_end(&sm.object);
}

static void messages_take_vectors(void **state)
{
    static struct sm many[VECTOR_COUNT];
    uint64_t value;
    unsigned count = 0;
    (void)state;

    assert_int_equal(interrupt_bind(&many[0], INTERRUPT(24, 0, 0), &value), BAD_PAR);
    assert_int_equal(interrupt_bind(&many[0], INTERRUPT(4, 1, 0), &value), BAD_CPU);
    while (interrupt_bind(&many[count], INTERRUPT(0, 0, INTERRUPT_MSI), &value) == SUCCESS) {
        assert_int_equal(PAIR_HIGH(value) & 0xfff00000, 0xfee00000);
        arrive(PAIR_LOW(value));
        arrive(PAIR_LOW(value));
        assert_int_equal(many[count].count, 0);
        struct ec ec = {0};
        assert_int_equal(down(&many[count++], &ec), 2);
    }
    assert_int_equal(count, VECTOR_TIMER - VECTOR_DEVICES - LINES);
    assert_int_equal(interrupt_bind(&many[count], INTERRUPT(0, 0, INTERRUPT_MSI), &value), TOO_MANY);
    for (unsigned i = 0; i < count; i++)
        sm_end(&many[i].object);
    arrive(VECTOR_TIMER + 1);
    assert_true(interrupt_form_ok(INTERRUPT(1, 0, INTERRUPT_LEVEL | INTERRUPT_LOW)));
    assert_false(interrupt_form_ok(INTERRUPT(1, 0, 16)));
    assert_false(interrupt_form_ok(INTERRUPT(1, 0, INTERRUPT_MSI | INTERRUPT_LEVEL)));
    assert_false(interrupt_form_ok(INTERRUPT(1, 0, INTERRUPT_NONE | INTERRUPT_MSI)));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk),
        cmocka_unit_test(count_has_a_limit),
        cmocka_unit_test(edges_are_merged),
        cmocka_unit_test(levels_are_masked),
        cmocka_unit_test(messages_take_vectors),
    };

    srand(argc > 1 ? strtoul(argv[1], NULL, 0) : 1);
    cpus[0].self = &cpus[0];
    syscall(SYS_arch_prctl, ARCH_SET_GS, &cpus[0]);
    interrupt_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
