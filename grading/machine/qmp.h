/* A client of QEMU's machine protocol (QMP) over a unix socket.
 *
 * One request at a time; events that arrive in between are kept in order until asked for. Nothing
 * here stops the guest.
 */
#ifndef CAIRN_MACHINE_QMP_H
#define CAIRN_MACHINE_QMP_H

#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct qmp;

/* Connects, reads the greeting and leaves negotiation mode. Retries until the socket exists or
 * `timeout_ms` has passed (STATUS_TIMEOUT). The caller closes *out with qmp_close. */
struct status qmp_open(struct qmp **out, const char *socket_path, int timeout_ms);

void qmp_close(struct qmp *qmp); /* NULL is allowed */

/* Executes a command. `arguments` is stolen and may be NULL. If `result` is not NULL, it gets the "return" value as a
 * new reference. STATUS_REFUSED carries QEMU's own description. */
struct status qmp_execute(struct qmp *qmp, const char *command, json_t *arguments, json_t **result);

/* Runs a human-monitor command and copies its text, cut to `size`, into `text`. */
struct status qmp_monitor(struct qmp *qmp, const char *line, char *text, size_t size);

/* Takes the oldest event not yet taken, as a new reference, reading what has arrived without
 * waiting. NULL if there is none or the connection is closed. */
json_t *qmp_next_event(struct qmp *qmp);

#endif
