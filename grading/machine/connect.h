/* Connecting to a unix socket that a starting program will make any moment now. */
#ifndef CAIRN_MACHINE_CONNECT_H
#define CAIRN_MACHINE_CONNECT_H

#include "status.h"

/* Retries every two milliseconds until it succeeds or `timeout_ms` has passed (STATUS_TIMEOUT). */
struct status connect_unix(const char *path, int timeout_ms, int *fd);

/* Writes everything, waiting at most `timeout_ms` whenever the other end does not read. */
struct status send_all(int fd, const char *data, unsigned long length, int timeout_ms);

#endif
