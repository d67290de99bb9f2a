/*
 * Every count of words, both ways: what is beyond it stays what the receiver had there; and registers carry what they should.
 */
#include "told/told.h"
#include "part.h"

static void no_leak(void)
{
    part(tests_registers, "no_leak", "message");
    part(tests_registers, "registers_at_portal", "rendezvous");
    part(tests_registers, "portal_id", "rendezvous");
    told_enough();
}

static const struct test tests_leak[] = { { "no_leak", no_leak }, { 0 } };

const struct told_test told_tests[] = {
    { "no_leak", tests_leak, "message" },
    { 0 },
};
