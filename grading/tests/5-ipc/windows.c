/*
 * The receiver's consent: nothing lands outside of its windows, and it pays for no more than it has admitted.
 */
#include "told/told.h"
#include "part.h"

static uint64_t take(struct portal *portal, uint64_t descriptor)
{
    (void)portal, (void)descriptor;
    return 0;
}

static uint64_t open_ports(uint64_t base, uint64_t count, uint64_t records, uint64_t d)
{
    struct utcb *u = utcb();

    (void)d;
    u->port_base = (uint32_t)base;
    u->port_count = (uint32_t)count;
    u->records = (uint32_t)records;
    return 0;
}

static struct domain *b;
static uint64_t portal;

static void send_ports(uint64_t base, unsigned order, enum status status)
{
    utcb()->item[0] = (struct item){ RANGE(base, order), ITEM(ITEM_DELEGATE, TYPE_PORTS, PORTS_ACCESS, 0) };
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, 1)), status,
                 status == SUCCESS ? 0 : REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
}

/* The ports that root has are COM1's. */
static void port_windows(void)
{
    static struct portal p = { take };
    static const uint32_t closed[][2] = { { 0x3f8, 0 }, { 65536, 8 }, { 0x3f8, 65536 }, { 0x3f8, 0xffffffff }, { 65535, 2 } };

    b = domain_new(DOMAIN_QUOTA);
    portal = portal_new(b->ec, portal_entry, &p, 0);
    for (unsigned i = 0; i < sizeof closed / sizeof *closed; i++) {
        in(b, open_ports, closed[i][0], closed[i][1], 9, 0);
        send_ports(0x3f8, 0, NO_WINDOW);
    }
    in(b, open_ports, 0x3f9, 5, 9, 0); /* to 0x3fd */
    send_ports(0x3f8, 0, NO_WINDOW);
    send_ports(0x3f8, 1, NO_WINDOW);
    send_ports(0x3fe, 0, NO_WINDOW);
    send_ports(0x3fc, 2, NO_WINDOW);
    send_ports(0x3fd, 0, SUCCESS);
    send_ports(0x3fa, 1, SUCCESS);
    send_ports(0x3f9, 0, SUCCESS);
}

/* Number 0 is no selector; the first that there is, is 1, which is taken here. */
static uint64_t open_objects(uint64_t base, uint64_t count, uint64_t c, uint64_t d)
{
    struct utcb *u = utcb();

    (void)c, (void)d;
    u->object_base = (uint32_t)base;
    u->object_count = (uint32_t)count;
    u->records = 9;
    return 0;
}

static void no_number(void)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    in(b, open_objects, 0, 4, 0, 0);
    utcb()->item[0] = (struct item){ RANGE(sm, 0), ITEM(ITEM_DELEGATE, TYPE_OBJECT, 1, 0) };
    CHECK_RESULT(portal_call(portal, DESCRIPTOR(0, 1)), NO_WINDOW, REFUSAL(0, ACCOUNT_RECEIVER, 0, NO_WINDOW));
}

static void windows(void)
{
    port_windows();
    no_number();
    part(tests_messages, "window_bounds", "items");
    part(tests_messages, "window_records", "items");
    part(tests_memory, "memory_windows", "items");
    part(tests_limits, "limits_items", "items");
    told_enough();
}

static const struct test tests_windows[] = { { "windows", windows }, { 0 } };

const struct told_test told_tests[] = {
    { "windows", tests_windows, "items" },
    { 0 },
};
