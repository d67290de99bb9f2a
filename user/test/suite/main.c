/*
 * The suite: every call, every refusal, every rule of kernel/ABI.md, from ring 3.
 */
#include "kit/kit.h"
#include "kit/many.h"
#include "suite/suite.h"

#include "lib/print.h"

void main(const void *given);

void main(const void *given)
{
    static const struct test *const groups[] = SUITE_GROUPS;

    kit_init(given);
    if (option("many"))
        many_settle();
    print("suite\n");
    for (unsigned i = 0; i < sizeof groups / sizeof *groups; i++)
        run_tests(groups[i]);
    finish();
}
