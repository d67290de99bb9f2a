/*
 * What the test programs are made of: PDs, threads, portals and memory that go away by themselves when the test is over.
 *
 * The program runs as root. Its pages are grants, because the loader took them by KERNEL_MEMORY, so that a domain, a further PD,
 * can be given the same pages at the same addresses: functions and data mean the same everywhere, and only selectors, UTCBs and
 * rights differ. in(domain, function, …) runs a function in a domain.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "kit/calls.h"
#include "kit/check.h"

/* ---- Numbers: selectors and addresses --------------------------------------------------------------------------------- */

enum {
    SEL_KERNEL = ROOT_SEL_KERNEL,
    SEL_PD = ROOT_SEL_PD, /* in root and in every domain: its own PD */
    SEL_SC = ROOT_SEL_SC, /* root only */
    SEL_FIRST = 128,      /* of root's for the tests; in a domain everything from here on is free */
    SEL_LAST = 1023,
    EVENTS_FIRST = 1024, /* event tables, 64 numbers for each EC of the kit, in its own PD */
    EVENTS_EACH = 64,
    EC_COUNT = 40, /* ECs of the kit at a time */
    STACK_SIZE = 8192,
    DOMAIN_QUOTA = 64, /* pages */
};

#define UTCB_AREA    0x20000000ull /* one page for each EC of the kit, in whatever PD it is */
#define SCRATCH_AREA 0x30000000ull /* 512 pages where tests map what they like, one page table */
#define SCRATCH_PAGE (SCRATCH_AREA >> 12)
#define UTCB_FREE    0x20100000ull /* an address for UTCBs that tests make themselves; the same page table */

/* A number of root's that is empty. Goes back at the end of the test, whatever it then holds. */
uint64_t selector_new(void);

/* A semaphore at 0, paid by root. Returns root's selector, with all rights. */
uint64_t sm_new(void);

/* The next n frames (a power of two) of the free memory that the tests play with: physical page number. Back at the end of the
 * test. */
uint64_t frames_new(unsigned n);

/* Root has them mapped readable and writable, so that the contents can be looked at. */
void *frame_contents(uint64_t frame);

/* Buys cells for root until some are free: what is charged next for a cell is then no page. */
void cells_make_room(void);
struct domain;
void cells_make_room_in(struct domain *d); /* the same for d's own account; uses its numbers from 130 on */

/* ---- Portals ---------------------------------------------------------------------------------------------------------- */

/* What a portal's id points to. Put it first in a larger structure to give the function data of its own. */
struct portal {
    uint64_t (*function)(struct portal *portal, uint64_t descriptor);
};

void portal_entry(void);         /* entry of every portal with such an id */
void portal_reply_at_once(void); /* entries without C: reply 0 words; reply what came */
void portal_reply_same(void);
void registers_entry(void); /* notes its registers in registers_seen */
result reply_now(uint64_t descriptor);

struct registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15;
};

extern struct registers registers_seen;
void syscall_registers(struct registers *registers);

/* The UTCB of the EC that asks: its FS base. */
static inline struct utcb *utcb(void)
{
    struct utcb *u;
    __asm__ volatile("rdfsbase %0" : "=r"(u));
    return u;
}

/* ---- Domains and ECs -------------------------------------------------------------------------------------------------- */

/* A place for an EC of the kit: stack, UTCB address, event table. -1 when all are taken, which fails the test. */
int ec_place_new(void);
uint64_t ec_stack(int place); /* its top */
uint64_t ec_utcb(int place);
uint64_t ec_events(int place);

struct domain {
    uint64_t pd;     /* root's selectors */
    uint64_t ec;     /* its worker, a local EC */
    uint64_t portal; /* into the worker: runs functions */
    int place;       /* of the worker */
};

typedef uint64_t function(uint64_t a, uint64_t b, uint64_t c, uint64_t d);

/* A fresh PD paid by root, with the program's pages, its own PD at SEL_PD (all rights) and a worker. quota: pages. */
struct domain *domain_new(uint64_t quota);

/* Runs f in d on the caller's time, and returns what it returns. If the call fails, the test fails and it returns its status. */
uint64_t in(struct domain *d, function *f, uint64_t a, uint64_t b, uint64_t c, uint64_t d4);

/* One system call in a domain. The result's rdx is kept too. */
result call_in(struct domain *d, uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);

/* Gives d root's selector with these rights at number spot. Fails the test if that does not work. */
#define give(d, selector, rights, spot) give_at(__FILE__, __LINE__, d, selector, rights, spot)
void give_at(const char *file, int line, struct domain *d, uint64_t selector, uint64_t rights, uint64_t spot);

/* A local EC in d (NULL: root) whose portals root makes. Returns root's selector of it. */
uint64_t server_new(struct domain *d, int *place);

/* A portal into an EC, paid by root, all rights. Returns root's selector. */
uint64_t portal_new(uint64_t ec, void (*entry)(void), const void *id, uint64_t transfer);

struct thread {
    uint64_t ec, sc;    /* root's selectors */
    uint64_t done;      /* semaphore, up when its function has returned: the thread's number */
    uint64_t root_done; /* and root's */
    int place;
    function *run;
    uint64_t a, b;
    volatile uint64_t result;
};

/* A global EC in d (NULL: root) that runs f(a, b, 0, 0). quota µs of root's own; 0: it runs only when no claim does. */
struct thread *thread_new(struct domain *d, function *f, uint64_t a, uint64_t b, unsigned priority, uint64_t quota);

/*
 * Root and t, a thread with root's priority and a quota, take turns of a few microseconds from now on, so that either is
 * interrupted nearly everywhere. Undone by take_turns(NULL).
 */
void take_turns(struct thread *t);

/*
 * Waits for the end of its function, at most a second. False: it has not ended, and the test fails. Here, as in the two below, a failure
 * is told with the caller's line.
 */
#define thread_join(t) thread_join_at(__FILE__, __LINE__, t)
bool thread_join_at(const char *file, int line, struct thread *t);

/* Root sleeps until t has run and stands still: it waits for somebody, or has ended. Nothing else that can run may be as urgent. */
#define thread_rests(t) thread_rests_at(__FILE__, __LINE__, t)
void thread_rests_at(const char *file, int line, const struct thread *t);

/* Root sleeps until a variable is at least value, at most a second; then the test fails. */
#define wait_until(variable, value) wait_until_at(__FILE__, __LINE__, #variable, &(variable), value)
bool wait_until_at(const char *file, int line, const char *name, volatile const uint64_t *variable, uint64_t value);

/* The portal at event number of an EC in d (NULL: root) with this place: f gets the event in its UTCB. handler: a local EC. */
uint64_t event_portal(struct domain *d, int place, unsigned number, uint64_t handler, struct portal *portal, uint64_t transfer);

/* ---- Time ------------------------------------------------------------------------------------------------------------- */

extern uint64_t ticks_per_us;

/*
 * Root sleeps for a whole round, and so has all its quota as claim, wherever in a round it is. Done before each test: what follows from
 * priorities would else depend on how long the tests before have taken.
 */
void round_wait(void);

/* Lets everything else run for us microseconds: root sleeps. */
void sleep_us(uint64_t us);
static inline uint64_t in_us(uint64_t us)
{
    return ticks() + us * ticks_per_us;
}

/* ---- Unchanged state -------------------------------------------------------------------------------------------------- */

/* Everything that a refused call must not change: accounts and numbers of root and of all domains, root's UTCB. */
struct snapshot {
    uint64_t words, accounts, numbers; /* hashes: of root's UTCB, of what all PDs have, of what root's numbers name */
    uint64_t figure[FIGURE_COUNT];
};

void snapshot_take(struct snapshot *s);
uint64_t snapshot_changes(const struct snapshot *before, const struct snapshot *after); /* CHANGED_… */

/* Makes a call as root and checks status, rdx and that nothing has changed. */
#define REFUSE(status, rdx, number, ...) refuse(__FILE__, __LINE__, #number " " #__VA_ARGS__, status, rdx, number, __VA_ARGS__)
#define REFUSE5(file, line, what, status, rdx, number, a1, a2, a3, a4, a5, ...)                                                  \
    check_refusal(file, line, what, status, rdx, number, a1, a2, a3, a4, a5)
#define refuse(file, line, what, status, rdx, number, ...)                                                                       \
    REFUSE5(file, line, what, status, rdx, number, __VA_ARGS__, ANY, ANY, ANY, ANY, ANY)

/* The same as a domain's call. Words 0 to 5 of root's UTCB are used. */
#define REFUSE_IN(domain, status, rdx, number, ...)                                                                              \
    refuse_in(__FILE__, __LINE__, #domain ": " #number " " #__VA_ARGS__, domain, status, rdx, number, __VA_ARGS__)
#define REFUSE5_IN(file, line, what, domain, status, rdx, number, a1, a2, a3, a4, a5, ...)                                       \
    check_refusal_in(file, line, what, domain, status, rdx, number, a1, a2, a3, a4, a5)
#define refuse_in(file, line, what, domain, status, rdx, number, ...)                                                            \
    REFUSE5_IN(file, line, what, domain, status, rdx, number, __VA_ARGS__, ANY, ANY, ANY, ANY, ANY)

void check_refusal_in(const char *file, int line, const char *what, struct domain *d, uint64_t status, uint64_t rdx,
                      uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);
void check_refusal(const char *file, int line, const char *what, uint64_t status, uint64_t rdx, uint64_t number, uint64_t a1,
                   uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);

/* ---- The program ------------------------------------------------------------------------------------------------------ */

struct info_page;

/* To be called first: makes root's own ECs, touches the tables of selectors and pages that tests will use. */
void kit_init(const struct info_page *info);

/* The same without the touching: works on a kernel that cannot take anything back yet. world_settle does the rest. */
void kit_init_bare(const struct info_page *info);
void world_settle(void);

/* The value of `name=VALUE` in the program's command line (its module's), or NULL. Ends at a blank. */
const char *option(const char *name);
uint64_t option_number(const char *name, uint64_t otherwise);

/* Runs a test. If root raises an exception meanwhile, that is a failed check, and the test is over. */
void kit_run(void (*test)(void));

/* Ends everything made since kit_init or the last call of this. Done by run_tests after each test. */
void kit_clean(void);
