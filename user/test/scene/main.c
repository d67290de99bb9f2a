/*
 * The scene: a small system with a bit of everything, to be looked at. The trace's pictures and GDB's commands are tried on it.
 *
 *     root ── client: reader, urgent ──> server: files ──> driver: disk ──> semaphores of root
 *
 * First act   reader reads a file: it calls files, which calls disk, which waits for the device. urgent calls files meanwhile and helps.
 *             A semaphore goes from client over server to driver, a page from root over server to client.
 * Second act  client takes the semaphore back. faulty touches a page that is not there, and pager lets it go on.
 * Third act   everybody stands still in a way of his own: scene_stands, where GDB stops. Nothing of this is left to chance: root is more
 *             urgent than all others and sleeps where they shall run, so each run is the same.
 */
#include "kit/kit.h"

#include "lib/print.h"
#include "lib/trace.h"

enum {
    TO_FILES = 200, /* selectors of client */
    READ_DONE,      /* its semaphore, which it gives on */
    GO,
    TO_DISK = 200,  /* of server */
    WINDOW = 300,   /* where files and disk let numbers arrive */
    DATA = 200,     /* of driver: the device has data */
    NEVER,          /* nobody ups it */
    FAR_US = 60000000,
    SKIP = 2,       /* bytes of the instruction that faults */
};

#define NOWHERE   0x7000ull /* nothing is mapped here: pager skips it; */
#define NO_ANSWER 0x8000ull /* and here pager keeps silent */

void main(const void *given);
void scene_stands(void); /* where the debugger stops */

static uint64_t data, never;
static uint64_t stand_still_until;

/* ---- Servers ---------------------------------------------------------------------------------------------------------- */

static void admit(uint32_t numbers)
{
    struct utcb *u = utcb();

    u->object_base = WINDOW;
    u->object_count = u->records = numbers;
}

/* So many instructions of a server's own. */
static void work(unsigned instructions)
{
    for (unsigned i = 0; i < instructions / 2; i++)
        __asm__ volatile("");
}

/* word 1: the number of the block; 9 is one that never comes. The item is a semaphore to be raised when it is there. */
static uint64_t serve_disk(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal;
    if (u->word[1] == 9)
        sm_down(NEVER, stand_still_until);
    work(1500);
    sm_down(DATA, DEADLINE_NEVER);
    work(1500);
    if (DESCRIPTOR_ITEMS(descriptor))
        sm_up(RANGE_BASE(u->item[0].range));
    u->word[0] = 0xb10c;
    return DESCRIPTOR(1, 0);
}

/* Asks disk, and gives the caller its page if the caller has sent a semaphore. */
static uint64_t serve_files(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();
    const unsigned items = DESCRIPTOR_ITEMS(descriptor);

    (void)portal;
    if (items)
        u->item[0] = (struct item){ u->item[0].range, ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    u->word[1] = u->word[2];
    u->word[0] = 0xd15c;
    work(1000);
    portal_call(TO_DISK, DESCRIPTOR(2, items));
    work(1000);
    u->item[0] = (struct item){ RANGE(SCRATCH_PAGE, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ, 0) };
    return DESCRIPTOR(1, items);
}

static uint64_t serve_faults(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    if (u->word[EVENT_ADDRESS] == NO_ANSWER)
        sm_down(never, DEADLINE_NEVER);
    u->word[EVENT_TRANSFER] = TRANSFER_RIP;
    u->word[EVENT_RIP] += SKIP;
    return DESCRIPTOR(EVENT_RIP + 1, 0);
}

/* ---- Threads ---------------------------------------------------------------------------------------------------------- */

static void call_files(uint64_t word0, uint64_t block, unsigned items)
{
    struct utcb *u = utcb();

    u->word[0] = word0;
    u->word[1] = word0 + 1;
    u->word[2] = block;
    u->item[0] = (struct item){ RANGE(READ_DONE, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, SM_RIGHT_UP, 0) };
    u->memory_window = items ? RANGE(SCRATCH_PAGE, 0) : 0;
    u->records = items;
    portal_call(TO_FILES, DESCRIPTOR(3, items));
}

static uint64_t reader(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    call_files(0x1001, 7, 1);
    sm_down(GO, DEADLINE_NEVER);
    call_files(0x2001, 9, 0);
    return 0;
}

static uint64_t urgent(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    call_files(0x3001, 8, 0);
    sm_down(GO, DEADLINE_NEVER);
    call_files(0x4001, 8, 0);
    return 0;
}

/* Two blocks come, 20 µs apart. */
static uint64_t device(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    for (unsigned i = 0; i < 2; i++) {
        sm_down(never, in_us(20));
        sm_up(data);
    }
    sm_down(never, DEADLINE_NEVER);
    return 0;
}

static void touch(uint64_t address)
{
    __asm__ volatile("movb %%al, (%0)" : : "c"(address) : "memory"); /* 88 01: SKIP bytes */
}

static uint64_t faulty(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    touch(NOWHERE);
    sm_down(GO, DEADLINE_NEVER);
    touch(NO_ANSWER);
    return 0;
}

static uint64_t spin(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    while (!a)
        __asm__ volatile("pause");
    return 0;
}

/* ---- Making it ---------------------------------------------------------------------------------------------------------- */

static struct portal disk_portal = { serve_disk }, files_portal = { serve_files }, pager_portal = { serve_faults };
static struct domain *client, *server, *driver;
static uint64_t read_done, go;
static struct thread *reader_thread, *urgent_thread, *device_thread, *faulty_thread;

static uint64_t called(const char *name, uint64_t selector)
{
    trace_call_it((uint32_t)selector, name);
    return selector;
}

static uint64_t semaphore(const char *name)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    return called(name, sm);
}

static struct domain *domain(const char *name, uint64_t quota)
{
    struct domain *d = domain_new(quota);

    called(name, d->pd);
    return d;
}

static uint64_t local(const char *name, struct domain *d)
{
    int place;

    return called(name, server_new(d, &place));
}

static struct thread *thread(const char *name, struct domain *d, function *f, unsigned priority, uint64_t quota)
{
    struct thread *t = thread_new(d, f, 0, 0, priority, quota);

    called(name, t->ec);
    return t;
}

static uint64_t admit_in(uint64_t numbers, uint64_t b, uint64_t c, uint64_t d)
{
    (void)b, (void)c, (void)d;
    admit((uint32_t)numbers);
    return 0;
}

/* The worker of a domain is its server here: its windows are set by calling it, then its portal for everybody is made. */
static uint64_t serve(const char *name, struct domain *d, struct portal *portal)
{
    called(name, d->ec);
    in(d, admit_in, 4, 0, 0, 0);
    return called(name, portal_new(d->ec, portal_entry, portal, 0));
}

static void build(void)
{
    called("root", SEL_PD);
    called("root", ROOT_SEL_EC);
    called("starter", ROOT_SEL_FREE);
    client = domain("client", DOMAIN_QUOTA);
    server = domain("server", DOMAIN_QUOTA);
    driver = domain("driver", DOMAIN_QUOTA - 16);
    called("worker", client->ec);
    data = semaphore("data");
    never = semaphore("never");
    read_done = semaphore("read done");
    go = semaphore("go");
    give(driver, data, SM_RIGHT_DOWN, DATA);
    give(driver, never, SM_RIGHT_DOWN, NEVER);
    give(server, serve("disk", driver, &disk_portal), PT_RIGHT_CALL, TO_DISK);
    give(client, serve("files", server, &files_portal), PT_RIGHT_CALL, TO_FILES);
    give(client, read_done, SM_RIGHT_UP | SM_RIGHT_DOWN, READ_DONE);
    give(client, go, SM_RIGHT_DOWN, GO);
    const uint64_t page = (uint64_t)frame_contents(frames_new(1)) >> 12;
    CHECK_OK(pd_grant(server->pd, RANGE(page, 0), ITEM(ITEM_DELEGATE, TYPE_MEMORY, MEMORY_READ | MEMORY_WRITE, SCRATCH_PAGE)));
}

static void first_act(void)
{
    device_thread = thread("device", 0, device, 40, 5000);
    reader_thread = thread("reader", client, reader, 20, 7000);
    trace_mark("read a file");
    sleep_us(12);
    urgent_thread = thread("urgent", client, urgent, 30, 3000);
    sleep_us(30);
    CHECK_OK(sm_down(read_done, in_us(1)));
}

static void second_act(void)
{
    trace_mark("take it back");
    CHECK_EQ(call_in(client, CALL_REMOVE, REMOVE(REMOVE_BELOW, TYPE_OBJECT), RANGE(READ_DONE, 0), 0xff, 0, 0).rax, SUCCESS);
    const uint64_t pager = local("pager", 0);
    faulty_thread = thread("faulty", client, faulty, 25, 2000);
    event_portal(client, faulty_thread->place, 14, pager, &pager_portal, TRANSFER_EVENT | TRANSFER_RIP);
    trace_mark("a page fault");
    sleep_us(10);
}

/* In this order: faulty's fault, then reader's call, then urgent's, which waits for it. */
static void third_act(void)
{
    int place = ec_place_new();
    const uint64_t timeless = selector_new();

    stand_still_until = in_us(FAR_US);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_OK(sm_up(go));
        sleep_us(20);
    }
    struct thread *paused = thread("paused", server, spin, 5, 0);
    thread("ready", 0, spin, 6, 0);
    CHECK_OK(create_ec(timeless, ec_events(place), SEL_PD, SEL_PD, EC_PLACE(ec_utcb(place), EC_GLOBAL, 0), 0, 0));
    called("timeless", timeless);
    CHECK_OK(ec_control(paused->ec, EC_PAUSE, 0));
    trace_mark("end");
}

__attribute__((noinline)) void scene_stands(void)
{
    __asm__ volatile("" : : : "memory");
}

void main(const void *given)
{
    kit_init(given);
    build();
    first_act();
    second_act();
    third_act();
    print("scene: never ends at tick %lu\n", stand_still_until);
    scene_stands();
    print("verdict: %s\n", checks_failed ? "fail" : "pass");
    syscall(CALL_KERNEL_CONTROL, SEL_KERNEL, KERNEL_STOP, 0, 0, 0);
}
