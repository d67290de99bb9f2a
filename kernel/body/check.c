/*
 * The debug build's: what the stages say is always true, looked at whenever a program reads a counter, in the middle of all that it
 * is doing. They panic where it is not.
 */
#include "calls.h"

#ifdef CAIRN_CHECK

void check_threads(void);
void check_caps(void);
void check_grants(void);
void check_ipc(void);
void check_spaces(void);
void check_waits(void);

/* Accounts and numbers are only in order when no removal and no end has begun: a program that knows that asks for counter 0. */
void check_structures(uint64_t counter)
{
    check_threads();
    check_grants();
    check_ipc();
    check_spaces();
    check_waits();
    if (counter == COUNT_EXCEPTIONS)
        check_caps();
}

#endif
