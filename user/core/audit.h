/*
 * Is anything missing? Accounts tell whose a page is; they do not notice one that nobody has. So core compares, when
 * init has exited, what there is with what there was at the beginning.
 */
#pragma once

#include <stdbool.h>

/* Now all is core's, and nothing used. */
void audit_begin(void);

/*
 * Says what there is and, if it does not add up, what is missing. True between any two requests, whoever has what:
 *
 *     memory         free frames + what accounts have used = what there was: else a frame is lost, or has two owners
 *     quota          the sum of all accounts' = what there was, of memory and of kernel memory
 *     core's own     what it has used = the pages of the sessions that are open
 */
bool audit(void);
