/*
 * Calls that do not go straight: circles, busy servers, deaths, lost items, faults and recalls.
 */
#include "test/smoke/smoke.h"

enum place { PLACE_A = 3, PLACE_B, PLACE_CALLER, PLACE_OPENER };

enum { SKIP = 2 }; /* bytes of the instruction that faults */

#define NOWHERE 0x5000 /* an address where nothing is */

/* Selectors, from `first` on. */
static uint32_t a, b, a_portal, b_portal, a_blocks, a_dies, a_sends, gate, caller, opener, events;

static volatile uint64_t inner_status, caller_status, recalls, fault_address;

/* ---- Circles -------------------------------------------------------------------------------------------------------- */

static uint64_t call_a(uint64_t descriptor)
{
    inner_status = call(a_portal, descriptor & DESCRIPTOR_NO_BLOCK).rax;
    return 0;
}

static uint64_t call_b(uint64_t descriptor)
{
    (void)descriptor;
    call(b_portal, 0);
    return 0;
}

/* A calls B, and B calls A: B's call would wait for itself. */
static void try_circles(void)
{
    success(make_local(a, PLACE_A), "create server A");
    success(make_local(b, PLACE_B), "create server B");
    success(create_pt(a_portal, ROOT_SEL_PD, a, (uint64_t)portal_entry, portal_id(call_b), 0), "create A's portal");
    success(create_pt(b_portal, ROOT_SEL_PD, b, (uint64_t)portal_entry, portal_id(call_a), 0), "create B's portal");
    success(call(a_portal, 0), "call A, which calls B, which calls A");
    check(inner_status == CYCLE, "a circle is refused", inner_status);
    inner_status = SUCCESS;
    pt_set(a_portal, portal_id(call_a), 0);
    success(call(a_portal, 0), "call A, which calls itself");
    check(inner_status == CYCLE, "a circle of one is refused", inner_status);
}

/* ---- A busy server ---------------------------------------------------------------------------------------------------- */

static uint64_t wait_at_gate(uint64_t descriptor)
{
    sm_down(gate, DEADLINE_NEVER);
    return DESCRIPTOR_WORDS(descriptor);
}

static void call_blocking(void)
{
    caller_status = call(a_blocks, 0).rax;
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

static void open_gate(void)
{
    sm_up(gate); /* for the caller */
    sm_up(gate); /* for root */
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

static void kill_server(void)
{
    destroy(a);
    for (;;)
        ec_control(0, EC_PAUSE, 0);
}

/* The numbers of dead objects are taken until they are deleted. */
static void end_thread(uint32_t thread)
{
    success(destroy(thread), "destroy a thread");
    success(delete(thread), "delete its number");
    success(delete(thread + 1), "delete that of its time");
}

/* Lets threads run that have less to say than root. */
static void let_others_run(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    sm_down(gate + 1, (low | (uint64_t)high << 32) + 1000000);
}

/* The caller is in A, which waits at the gate; root calls A, and has to wait with it. Then the gate opens. */
static void try_helping(void)
{
    success(create_sm(gate, ROOT_SEL_PD, 0), "create a gate");
    success(create_sm(gate + 1, ROOT_SEL_PD, 0), "create a semaphore to sleep on");
    success(create_pt(a_blocks, ROOT_SEL_PD, a, (uint64_t)portal_entry, portal_id(wait_at_gate), 0), "create A's slow portal");
    caller_status = 0xff;
    make_thread(caller, PLACE_CALLER, call_blocking);
    let_others_run();
    status(call(a_blocks, DESCRIPTOR_NO_BLOCK), TIMEOUT, "call a busy server without waiting");
    make_thread(opener, PLACE_OPENER, open_gate);
    root_utcb->word[0] = 42;
    result r = call(a_blocks, 1);
    check(r.rax == SUCCESS && r.rdx == 1, "call a busy server", r.rax);
    let_others_run();
    check(caller_status == SUCCESS, "who came first was served", caller_status);
    end_thread(caller);
    end_thread(opener);
}

/* The same, but instead of opening the gate somebody destroys A. */
static void try_abort(void)
{
    caller_status = 0xff;
    make_thread(caller, PLACE_CALLER, call_blocking);
    let_others_run();
    make_thread(opener, PLACE_OPENER, kill_server);
    status(call(a_blocks, 0), BAD_CAP, "wait for a server that dies");
    let_others_run();
    check(caller_status == ABORTED, "its client is told", caller_status);
    end_thread(caller);
    end_thread(opener);
    status(call(a_portal, 0), BAD_CAP, "a dead server's portal is gone");
    success(delete(a), "delete the number of a dead EC");
}

/* ---- Replies ---------------------------------------------------------------------------------------------------------- */

static uint64_t die(uint64_t descriptor)
{
    (void)descriptor;
    destroy(a);
    return 0;
}

static uint64_t send_portal(uint64_t descriptor)
{
    utcb_of(PLACE_A)->item[0] = item_object(b_portal, PT_RIGHT_CALL);
    utcb_of(PLACE_A)->word[0] = 4711;
    (void)descriptor;
    return DESCRIPTOR(1, 1);
}

static void try_replies(void)
{
    success(make_local(a, PLACE_A), "create server A again");
    success(create_pt(a_sends, ROOT_SEL_PD, a, (uint64_t)portal_entry, portal_id(send_portal), 0), "create A's sending portal");
    utcb_close(root_utcb);
    result r = call(a_sends, 0);
    check(r.rax == ITEMS_LOST && r.rdx == DESCRIPTOR(1, 0), "a reply loses its items", r.rax | r.rdx << 8);
    check(root_utcb->word[0] == 4711, "but not its words", root_utcb->word[0]);
    check(REFUSAL_STATUS(root_utcb->lost) == NO_WINDOW, "and it is said why", root_utcb->lost);
    utcb_admit(root_utcb, a + 32, 16, 1);
    r = call(a_sends, 0);
    check(r.rax == SUCCESS && r.rdx == DESCRIPTOR(1, 1), "with a window it does not", r.rax | r.rdx << 8);
    check(root_utcb->item[0].range == RANGE(b_portal, 0), "what comes back has its number", root_utcb->item[0].range);
    utcb_close(root_utcb);
    success(create_pt(a_dies, ROOT_SEL_PD, a, (uint64_t)portal_entry, portal_id(die), 0), "create A's last portal");
    status(call(a_dies, 0), ABORTED, "call a server that destroys itself");
}

/* ---- Events ----------------------------------------------------------------------------------------------------------- */

static uint64_t page_fault(uint64_t descriptor)
{
    struct utcb *utcb = utcb_of(PLACE_B);

    (void)descriptor;
    fault_address = utcb->word[EVENT_ADDRESS];
    utcb->word[EVENT_TRANSFER] = TRANSFER_RIP;
    utcb->word[EVENT_RIP] += SKIP;
    return EVENT_RIP + 1;
}

static uint64_t recall(uint64_t descriptor)
{
    (void)descriptor;
    recalls++;
    return 0;
}

static void try_events(void)
{
    success(create_pt(events + 14, ROOT_SEL_PD, b, (uint64_t)portal_entry, portal_id(page_fault), TRANSFER_EVENT | TRANSFER_RIP),
            "create a portal for page faults");
    success(create_pt(events + EVENT_RECALL, ROOT_SEL_PD, b, (uint64_t)portal_entry, portal_id(recall), TRANSFER_ALL),
            "create a portal for recalls");
    success(ec_control(ROOT_SEL_EC, EC_EVENTS, events), "choose the event table");
    __asm__ volatile("movb %%al, (%0)" : : "c"((uint64_t)NOWHERE) : "memory"); /* 88 01: SKIP bytes */
    check(fault_address == NOWHERE, "a page fault tells its address", fault_address);
    success(ec_control(ROOT_SEL_EC, EC_RECALL, 0), "recall oneself");
    check(recalls == 1, "a recall comes once", recalls);
    success(ec_control(ROOT_SEL_EC, EC_EVENTS, ROOT_EVENTS), "choose the old event table");
    success(destroy(b), "destroy B");
}

void try_conversations(uint32_t first)
{
    uint32_t *const names[] = {&a, &b, &a_portal, &b_portal, &a_blocks, &a_dies, &a_sends};

    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        *names[i] = first++;
    gate = first, caller = gate + 2, opener = caller + 2, events = opener + 2;
    try_circles();
    try_helping();
    try_abort();
    try_replies();
    try_events();
}
