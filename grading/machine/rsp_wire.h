/* The packets below rsp.h: "$data#checksum", acknowledged by "+" until that is switched off. */
#ifndef CAIRN_MACHINE_RSP_WIRE_H
#define CAIRN_MACHINE_RSP_WIRE_H

#include "status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSP_PACKET 8192 /* more than QEMU's own limit of 4096 bytes, hexadecimal or escaped */

struct rsp {
    int fd;
    bool running;  /* between continue or step and the stop reply */
    bool physical; /* the stub's present address mode */
    size_t length; /* bytes in `buffer` */
    char buffer[2 * RSP_PACKET];
    char answer[RSP_PACKET]; /* the last packet received, NUL-terminated */
};

/* Sends a packet and does not wait. */
struct status rsp_send(struct rsp *rsp, const char *text);

/* Waits up to `timeout_ms` for a packet and leaves it in rsp->answer. STATUS_TIMEOUT, STATUS_CLOSED. */
struct status rsp_receive(struct rsp *rsp, int timeout_ms);

/* Both; an answer "E.." becomes STATUS_REFUSED. STATUS_MISUSE while the guest runs. */
struct status rsp_ask(struct rsp *rsp, const char *text);

/* Hexadecimal text to `length` bytes; false if it is not that. */
bool rsp_decode_hex(const char *text, void *bytes, size_t length);
void rsp_encode_hex(const void *bytes, size_t length, char *text); /* writes 2 * length + 1 */

#endif
