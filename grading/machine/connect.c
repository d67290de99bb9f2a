/* Unix sockets: see connect.h. */
#include "connect.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct status connect_unix(const char *path, int timeout_ms, int *fd)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    *fd = -1;
    if (strlen(path) >= sizeof address.sun_path)
        return status_error(STATUS_MISUSE, "socket path too long: %s", path);
    strcpy(address.sun_path, path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return status_errno("socket");
    uint64_t deadline = clock_ms() + (uint64_t)timeout_ms;
    while (connect(*fd, (struct sockaddr *)&address, sizeof address) < 0) {
        bool early = errno == ENOENT || errno == ECONNREFUSED || errno == EINTR;
        if (!early || clock_ms() >= deadline) {
            struct status status =
                early ? status_error(STATUS_TIMEOUT, "nobody listens at %s", path) : status_errno(path);
            close(*fd);
            *fd = -1;
            return status;
        }
        poll(NULL, 0, 2);
    }
    return status_ok();
}

struct status send_all(int fd, const char *data, unsigned long length, int timeout_ms)
{
    while (length) {
        struct pollfd ready = { .fd = fd, .events = POLLOUT };
        if (poll(&ready, 1, timeout_ms) == 0)
            return status_error(STATUS_TIMEOUT, "the emulator does not read");
        ssize_t sent = send(fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (sent < 0)
            return status_error(STATUS_CLOSED, "the emulator has closed its socket");
        data += sent;
        length -= (unsigned long)sent;
    }
    return status_ok();
}
