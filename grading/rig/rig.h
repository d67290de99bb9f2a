/*
 * The rig: a body of the kernel (kernel/body.h) in which there is nothing but stage 3 and what tries it, in ring 0.
 *
 * No program runs on it. The rig calls what contract/3-threads.h promises, is what stage 3 calls, and owns the clock: time passes when
 * the rig says so. ECs go on in the rig (landed), so what runs next is seen at once. A test uses what the contract says and nothing of the
 * inside of a stage. The first check that fails ends the run; the host learns of it as from a told program (grading/tests/told).
 *
 * A stage whose last tasks are still to be written stops somewhere in a call. expect() says before a call what it will have done by
 * then: when it does not return because a later task is missing, the host looks itself.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

#include "contract/1-entry.h"
#include "contract/2-boot.h"
#include "contract/3-threads.h"
#include "cairn/abi.h"
#include "cpu.h"
#include "ec.h"
#include "words.h"

/* ---- Checks ---- */

/* what: in a student's words; it follows "expected 5 from". */
/* The empty instruction keeps the compiler from jumping to rig_check: the host looks where it was called from. */
#define TELL(kind, got, wanted, what)                                                                                            \
    do {                                                                                                                         \
        rig_check(__LINE__, __FILE_NAME__, what, kind, (uint64_t)(got), (uint64_t)(wanted));                                     \
        __asm__ volatile("");                                                                                                    \
    } while (0)
#define SAME(got, wanted, what)     TELL('=', got, wanted, what)
#define AT_MOST(got, limit, what)   TELL('<', got, limit, what)
#define HOLDS(condition, what)      SAME(!(condition), 0, "!\"" what "\"")
#define EXPECT(field, wanted, what) rig_expect(__LINE__, __FILE_NAME__, &(field), sizeof(field), (uint64_t)(wanted), what)

void rig_check(int line, const char *file, const char *what, uint64_t kind, uint64_t got, uint64_t wanted);
void rig_expect(int line, const char *file, const void *address, unsigned size, uint64_t wanted, const char *what);
void rig_settle(void); /* what was expected has to be so now */

void told_family(const char *family);
void rig_family(void); /* back to the test's own */
uint64_t rig_random(void);
uint64_t rig_below(uint64_t bound);

struct rig_test {
    const char *name; /* of the record */
    void (*run)(void);
    const char *family;
};

/* ---- Time ---- */

extern uint64_t rig_now, rig_armed, rig_deadline; /* UINT64_MAX: never */

/* ---- ECs and SCs ---- */

#define RIG_ECS 100
#define NEVER   UINT64_MAX

extern struct ec rig_ec[RIG_ECS];
extern struct sc rig_sc[RIG_ECS];
extern struct ec *rig_runner; /* who works on everybody's time; NULL: each on his own */

/* Number i, as if just created: nothing of stage 3's is in it, its EC lands in the rig. */
struct sc *rig_new(unsigned i, unsigned priority, unsigned budget);

/* Makes it look as if it had so much quota, and so much of it left in the present round: that of `like`, or a new one. */
void rig_rich(struct sc *sc, uint32_t quota);

/* How a call that does not return has ended. */
enum landing {
    RETURNED,
    LANDED,   /* an EC was gone on with: rig_who, by its cont */
    TRAPPED,  /* the same in ring 3, where it has run into a page fault: rig_who */
    RECALLED, /* ipc_recall(rig_who) */
    RESTARTED,
    IDLE,
};

extern struct ec *rig_who;
extern uint64_t rig_flags; /* at its landing */

/* Calls f(argument) and says how it ended. */
enum landing rig_try(void (*f)(void *), void *argument);
noreturn void rig_land(enum landing how);

/* Their numbers: -1 for what is none of them, whose distance says nothing to anybody. */
long rig_ec_number(const struct ec *ec);
long rig_sc_number(const struct sc *sc);

/* sched_next: who is chosen; NULL: nobody, or something else has happened (which fails the test). */
struct sc *rig_next(void);

/* The same, and it has to be sc. By its number: an address says nothing to who has not seen this. -1: nobody. */
#define CHOSEN(sc, what) SAME(rig_chosen(), (sc) - rig_sc, "the number of the SC that is current behind " what)
long rig_chosen(void);

/*
 * Calls how, which ends in the choice, when sc alone is ready. Somebody else who was once ready means that the queues hold who should not be
 * there, and no SC at all that the choice is wrong.
 */
void rig_only(struct sc *sc, void (*how)(void *));

/* A continuation. */
void landed(struct ec *ec);

/* ---- Interrupts that really strike ---- */

extern unsigned rig_struck;     /* how many so far */
extern uint64_t rig_struck_at;  /* rip of the last one */
extern uint64_t rig_struck_rsp; /* the stack that it has struck on */
extern bool rig_struck_ends;    /* the next one ends in rig_land(IDLE) instead of returning */
extern unsigned rig_more;       /* so many come behind the next one; they all return */
extern struct sc *rig_comes;    /* made ready by the next one, which returns; NULL: nobody */
void rig_interrupt(void);       /* one waits from now on, until interrupts are on */

/* ---- Registers ---- */

static inline uint64_t flags_get(void)
{
    uint64_t value;
    __asm__ volatile("pushfq; popq %0" : "=r"(value));
    return value;
}

/* One of the FPU's registers stands for all of them: xmm5. */
static inline uint64_t xmm_get(void)
{
    uint64_t value;
    __asm__ volatile("movq %%xmm5, %0" : "=r"(value));
    return value;
}

static inline void xmm_set(uint64_t value)
{
    __asm__ volatile("movq %0, %%xmm5" : : "r"(value));
}

struct area {
    uint8_t bytes[512];
} __attribute__((aligned(16)));

/* As an EC leaves it that has never computed, but for xmm5 (SDM vol. 1, table 10-2). */
void area_fill(struct area *area, uint64_t xmm5);

/* ---- The tests: one for each record ---- */

void claims(void), queues(void), accounts(void), donation(void), choice(void), change(void), fpu(void), leave(void),
    blocking(void), idling(void), ending(void);
