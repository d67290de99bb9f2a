/* Packets of the remote serial protocol: see rsp_wire.h. */
#include "rsp_wire.h"

#include "clock.h"
#include "connect.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ANSWER_MS 20000

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool rsp_decode_hex(const char *text, void *bytes, size_t length)
{
    uint8_t *out = bytes;
    for (size_t i = 0; i < length; i++) {
        int high = hex_digit(text[2 * i]);
        int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void rsp_encode_hex(const void *bytes, size_t length, char *text)
{
    const uint8_t *in = bytes;
    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", in[i]);
    text[2 * length] = '\0';
}

static unsigned checksum(const char *text, size_t length)
{
    unsigned sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += (uint8_t)text[i];
    return sum & 0xff;
}

struct status rsp_send(struct rsp *rsp, const char *text)
{
    char packet[RSP_PACKET + 8];
    size_t length = strlen(text);
    if (length > RSP_PACKET)
        return status_error(STATUS_MISUSE, "gdbstub: packet too long");
    int size = snprintf(packet, sizeof packet, "$%s#%02x", text, checksum(text, length));
    return send_all(rsp->fd, packet, (unsigned long)size, ANSWER_MS);
}

/* Undoes run-length encoding ("0*," is 0 and 8 more) and escapes. False if it does not fit. */
static bool unpack(struct rsp *rsp, const char *data, size_t length)
{
    size_t out = 0;
    for (size_t i = 0; i < length; i++) {
        size_t repeat = 1;
        char c = data[i];
        if (c == '*' && out > 0 && i + 1 < length) {
            c = rsp->answer[out - 1];
            repeat = (size_t)(uint8_t)data[++i] - 29;
        } else if (c == '}' && i + 1 < length) {
            c = (char)(data[++i] ^ 0x20);
        }
        if (out + repeat >= sizeof rsp->answer)
            return false;
        memset(rsp->answer + out, c, repeat);
        out += repeat;
    }
    rsp->answer[out] = '\0';
    return true;
}

/* Takes one packet out of the buffer. 1: got one, 0: not complete yet, -1: nonsense. */
static int take_packet(struct rsp *rsp)
{
    char *start = memchr(rsp->buffer, '$', rsp->length);
    if (!start) {
        rsp->length = 0; /* acknowledgements only */
        return 0;
    }
    char *limit = rsp->buffer + rsp->length;
    char *end = memchr(start, '#', (size_t)(limit - start));
    if (!end || limit - end < 3)
        return rsp->length == sizeof rsp->buffer ? -1 : 0;
    uint8_t sum;
    size_t length = (size_t)(end - start) - 1;
    bool good =
        rsp_decode_hex(end + 1, &sum, 1) && sum == checksum(start + 1, length) && unpack(rsp, start + 1, length);
    size_t used = (size_t)(end + 3 - rsp->buffer);
    memmove(rsp->buffer, rsp->buffer + used, rsp->length - used);
    rsp->length -= used;
    return good ? 1 : -1;
}

struct status rsp_receive(struct rsp *rsp, int timeout_ms)
{
    uint64_t deadline = clock_ms() + (uint64_t)timeout_ms;
    for (;;) {
        int taken = take_packet(rsp);
        if (taken > 0)
            return send_all(rsp->fd, "+", 1, ANSWER_MS);
        if (taken < 0)
            return status_error(STATUS_PROTOCOL, "gdbstub: a damaged packet");
        int64_t left = (int64_t)(deadline - clock_ms());
        struct pollfd ready = { .fd = rsp->fd, .events = POLLIN };
        if (poll(&ready, 1, left > 0 ? (int)left : 0) <= 0)
            return status_error(STATUS_TIMEOUT, "gdbstub: no answer");
        ssize_t got = recv(rsp->fd, rsp->buffer + rsp->length, sizeof rsp->buffer - rsp->length, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return status_error(STATUS_CLOSED, "gdbstub: the emulator has ended");
        rsp->length += (size_t)got;
    }
}

struct status rsp_ask(struct rsp *rsp, const char *text)
{
    if (rsp->running)
        return status_error(STATUS_MISUSE, "gdbstub: the guest runs");
    struct status status = rsp_send(rsp, text);
    if (status.code == STATUS_OK)
        status = rsp_receive(rsp, ANSWER_MS);
    if (status.code != STATUS_OK)
        return status;
    if (rsp->answer[0] == 'E')
        return status_error(STATUS_REFUSED, "gdbstub: %.20s answered %.20s", text, rsp->answer);
    return status;
}
