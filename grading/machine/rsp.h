/* A client of QEMU's gdbstub: GDB's remote serial protocol over a unix socket.
 *
 * The stub stops the guest when we connect. After that the guest runs only between rsp_continue (or
 * rsp_step) and the stop that rsp_wait reports; every other call needs it stopped.
 */
#ifndef CAIRN_MACHINE_RSP_H
#define CAIRN_MACHINE_RSP_H

#include "status.h"
#include "x86.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rsp;

/* Connects and takes the stub through its first exchange, checking that the target description is
 * the register layout this client knows. Retries until `timeout_ms` has passed. */
struct status rsp_open(struct rsp **out, const char *socket_path, int timeout_ms);
void rsp_close(struct rsp *rsp); /* NULL is allowed; leaves the guest as it is */

/* All registers of the one CPU. */
struct status rsp_registers(struct rsp *rsp, struct x86_registers *registers);

/* Sets one register by its place in the target description (enum rsp_register). Segment registers take their
 * hidden part from the guest's own descriptor tables; loading SS also changes the privilege level. */
enum rsp_register {
    RSP_RAX,
    RSP_RBX,
    RSP_RCX,
    RSP_RDX,
    RSP_RSI,
    RSP_RDI,
    RSP_RBP,
    RSP_RSP,
    RSP_R8,
    RSP_R9,
    RSP_R10,
    RSP_R11,
    RSP_R12,
    RSP_R13,
    RSP_R14,
    RSP_R15,
    RSP_RIP,
    RSP_EFLAGS,
    RSP_CS,
    RSP_SS,
    RSP_DS,
    RSP_ES,
    RSP_FS,
    RSP_GS,
    RSP_FS_BASE,
    RSP_GS_BASE,
    RSP_KERNEL_GS_BASE,
    RSP_CR0,
    RSP_CR2,
    RSP_CR3,
    RSP_CR4,
    RSP_CR8,
    RSP_EFER,
};
struct status rsp_set_register(struct rsp *rsp, enum rsp_register which, uint64_t value);

/* Copies guest memory, any length. Virtual addresses translate as the CPU would now, but without
 * permission checks. STATUS_UNMAPPED if any byte cannot be reached. */
struct status rsp_read_virtual(struct rsp *rsp, uint64_t address, void *data, size_t length);
struct status rsp_read_physical(struct rsp *rsp, uint64_t address, void *data, size_t length);
struct status rsp_write_virtual(struct rsp *rsp, uint64_t address, const void *data, size_t length);
struct status rsp_write_physical(struct rsp *rsp, uint64_t address, const void *data, size_t length);

/* Hardware breakpoints on linear addresses, in every address space. The guest cannot see them and
 * its code is not patched. There is no limit on their number. */
struct status rsp_break(struct rsp *rsp, uint64_t address);
struct status rsp_unbreak(struct rsp *rsp, uint64_t address);

/* Lets the guest run, or execute one instruction. Return at once; then rsp_wait. */
struct status rsp_continue(struct rsp *rsp);
struct status rsp_step(struct rsp *rsp);
struct status rsp_interrupt(struct rsp *rsp); /* asks a running guest to stop; then rsp_wait */

/* Waits up to `timeout_ms` for the guest to stop. *stopped says whether it did; *signal is GDB's
 * number (5: breakpoint or step, 2: interrupted or paused otherwise). STATUS_CLOSED if the emulator has ended. */
struct status rsp_wait(struct rsp *rsp, int timeout_ms, bool *stopped, int *signal);

#endif
