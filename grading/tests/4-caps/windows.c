/*
 * Task 4.5, delegate: what a receiver has opened, and what comes when one message brings many items. Nothing is taken back.
 */
#include "told/told.h"

bool told_bare(void)
{
    return true;
}

const struct told_test told_tests[] = {
    { "items_form", tests_messages, "accounts" },     { "window_bounds", tests_messages, "window" },
    { "window_records", tests_messages, "window" },   { "limits_records", tests_limits, "window" },
    { "items_arrive", tests_messages, "window" },     { "translate", tests_pins, "window" },
    { "window_account", tests_messages, "accounts" }, { 0 },
};
