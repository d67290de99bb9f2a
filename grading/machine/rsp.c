/* The gdbstub client: see rsp.h. */
#include "rsp.h"

#include "connect.h"
#include "rsp_wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 1024 /* bytes per memory packet: twice that in hexadecimal fits QEMU's 4096 */

/* QEMU 7.2's i386-64bit-core.xml: where a register lies in the answer to 'g'. The test
 * `registers_match_target_description` compares this with what the stub itself describes. */
static const struct rsp_place {
    uint16_t offset, size;
} rsp_places[] = {
    [RSP_RAX] = { 0, 8 },       [RSP_RBX] = { 8, 8 },       [RSP_RCX] = { 16, 8 },
    [RSP_RDX] = { 24, 8 },      [RSP_RSI] = { 32, 8 },      [RSP_RDI] = { 40, 8 },
    [RSP_RBP] = { 48, 8 },      [RSP_RSP] = { 56, 8 },      [RSP_R8] = { 64, 8 },
    [RSP_R9] = { 72, 8 },       [RSP_R10] = { 80, 8 },      [RSP_R11] = { 88, 8 },
    [RSP_R12] = { 96, 8 },      [RSP_R13] = { 104, 8 },     [RSP_R14] = { 112, 8 },
    [RSP_R15] = { 120, 8 },     [RSP_RIP] = { 128, 8 },     [RSP_EFLAGS] = { 136, 4 },
    [RSP_CS] = { 140, 4 },      [RSP_SS] = { 144, 4 },      [RSP_DS] = { 148, 4 },
    [RSP_ES] = { 152, 4 },      [RSP_FS] = { 156, 4 },      [RSP_GS] = { 160, 4 },
    [RSP_FS_BASE] = { 164, 8 }, [RSP_GS_BASE] = { 172, 8 }, [RSP_KERNEL_GS_BASE] = { 180, 8 },
    [RSP_CR0] = { 188, 8 },     [RSP_CR2] = { 196, 8 },     [RSP_CR3] = { 204, 8 },
    [RSP_CR4] = { 212, 8 },     [RSP_CR8] = { 220, 8 },     [RSP_EFER] = { 228, 8 },
};
#define CORE_BYTES 236

static uint64_t field(const uint8_t *core, enum rsp_register which)
{
    uint64_t value = 0;
    memcpy(&value, core + rsp_places[which].offset, rsp_places[which].size);
    return value;
}

struct status rsp_registers(struct rsp *rsp, struct x86_registers *r)
{
    uint8_t core[CORE_BYTES];
    struct status status = rsp_ask(rsp, "g");
    if (status.code != STATUS_OK)
        return status;
    if (!rsp_decode_hex(rsp->answer, core, sizeof core))
        return status_error(STATUS_PROTOCOL, "gdbstub: registers are not what QEMU 7.2 sends");
    *r = (struct x86_registers){
        .rax = field(core, RSP_RAX),
        .rbx = field(core, RSP_RBX),
        .rcx = field(core, RSP_RCX),
        .rdx = field(core, RSP_RDX),
        .rsi = field(core, RSP_RSI),
        .rdi = field(core, RSP_RDI),
        .rbp = field(core, RSP_RBP),
        .rsp = field(core, RSP_RSP),
        .r8 = field(core, RSP_R8),
        .r9 = field(core, RSP_R9),
        .r10 = field(core, RSP_R10),
        .r11 = field(core, RSP_R11),
        .r12 = field(core, RSP_R12),
        .r13 = field(core, RSP_R13),
        .r14 = field(core, RSP_R14),
        .r15 = field(core, RSP_R15),
        .rip = field(core, RSP_RIP),
        .rflags = field(core, RSP_EFLAGS),
        .cs = (uint16_t)field(core, RSP_CS),
        .ss = (uint16_t)field(core, RSP_SS),
        .ds = (uint16_t)field(core, RSP_DS),
        .es = (uint16_t)field(core, RSP_ES),
        .fs = (uint16_t)field(core, RSP_FS),
        .gs = (uint16_t)field(core, RSP_GS),
        .fs_base = field(core, RSP_FS_BASE),
        .gs_base = field(core, RSP_GS_BASE),
        .kernel_gs_base = field(core, RSP_KERNEL_GS_BASE),
        .cr0 = field(core, RSP_CR0),
        .cr2 = field(core, RSP_CR2),
        .cr3 = field(core, RSP_CR3),
        .cr4 = field(core, RSP_CR4),
        .cr8 = field(core, RSP_CR8),
        .efer = field(core, RSP_EFER),
    };
    return status;
}

static struct status expect_ok(struct rsp *rsp, const char *request)
{
    struct status status = rsp_ask(rsp, request);
    if (status.code == STATUS_OK && strcmp(rsp->answer, "OK") != 0)
        return status_error(STATUS_PROTOCOL, "gdbstub: %.40s answered \"%.40s\"", request, rsp->answer);
    return status;
}

struct status rsp_set_register(struct rsp *rsp, enum rsp_register which, uint64_t value)
{
    char digits[17], request[40];
    rsp_encode_hex(&value, rsp_places[which].size, digits);
    snprintf(request, sizeof request, "P%x=%s", which, digits);
    return expect_ok(rsp, request);
}

/* The stub keeps one mode; switching costs a round trip, so only when it changes. */
static struct status set_mode(struct rsp *rsp, bool physical)
{
    if (rsp->physical == physical)
        return status_ok();
    struct status status = expect_ok(rsp, physical ? "Qqemu.PhyMemMode:1" : "Qqemu.PhyMemMode:0");
    if (status.code == STATUS_OK)
        rsp->physical = physical;
    return status;
}

static struct status unmapped(struct status status, bool physical, uint64_t address)
{
    if (status.code != STATUS_REFUSED)
        return status;
    return status_error(STATUS_UNMAPPED, "no memory at %s address %#llx", physical ? "physical" : "virtual",
                        (unsigned long long)address);
}

static struct status read_memory(struct rsp *rsp, bool physical, uint64_t address, void *data, size_t length)
{
    uint8_t *out = data;
    struct status status = set_mode(rsp, physical);
    while (length && status.code == STATUS_OK) {
        char request[48];
        size_t part = length < CHUNK ? length : CHUNK;
        snprintf(request, sizeof request, "m%llx,%zx", (unsigned long long)address, part);
        status = unmapped(rsp_ask(rsp, request), physical, address);
        if (status.code == STATUS_OK && !rsp_decode_hex(rsp->answer, out, part))
            status = status_error(STATUS_PROTOCOL, "gdbstub: short memory at %#llx", (unsigned long long)address);
        address += part, out += part, length -= part;
    }
    return status;
}

static struct status write_memory(struct rsp *rsp, bool physical, uint64_t address, const void *data, size_t length)
{
    const uint8_t *in = data;
    struct status status = set_mode(rsp, physical);
    while (length && status.code == STATUS_OK) {
        char request[48 + 2 * CHUNK + 1];
        size_t part = length < CHUNK ? length : CHUNK;
        int head = snprintf(request, sizeof request, "M%llx,%zx:", (unsigned long long)address, part);
        rsp_encode_hex(in, part, request + head);
        status = unmapped(expect_ok(rsp, request), physical, address);
        address += part, in += part, length -= part;
    }
    return status;
}

struct status rsp_read_virtual(struct rsp *rsp, uint64_t address, void *data, size_t length)
{
    return read_memory(rsp, false, address, data, length);
}

struct status rsp_read_physical(struct rsp *rsp, uint64_t address, void *data, size_t length)
{
    return read_memory(rsp, true, address, data, length);
}

struct status rsp_write_virtual(struct rsp *rsp, uint64_t address, const void *data, size_t length)
{
    return write_memory(rsp, false, address, data, length);
}

struct status rsp_write_physical(struct rsp *rsp, uint64_t address, const void *data, size_t length)
{
    return write_memory(rsp, true, address, data, length);
}

static struct status breakpoint(struct rsp *rsp, char insert, uint64_t address)
{
    char request[40];
    snprintf(request, sizeof request, "%c1,%llx,1", insert, (unsigned long long)address);
    return expect_ok(rsp, request);
}

struct status rsp_break(struct rsp *rsp, uint64_t address)
{
    return breakpoint(rsp, 'Z', address);
}

struct status rsp_unbreak(struct rsp *rsp, uint64_t address)
{
    return breakpoint(rsp, 'z', address);
}

static struct status resume(struct rsp *rsp, const char *how)
{
    if (rsp->running)
        return status_error(STATUS_MISUSE, "gdbstub: the guest runs");
    struct status status = rsp_send(rsp, how);
    rsp->running = status.code == STATUS_OK;
    return status;
}

struct status rsp_continue(struct rsp *rsp)
{
    return resume(rsp, "c");
}

struct status rsp_step(struct rsp *rsp)
{
    return resume(rsp, "s");
}

struct status rsp_interrupt(struct rsp *rsp)
{
    return send_all(rsp->fd, "\003", 1, 1000);
}

/* Other packets while it runs are console output ("O"); what ends the run is T, S, W or X. */
struct status rsp_wait(struct rsp *rsp, int timeout_ms, bool *stopped, int *signal)
{
    *stopped = false;
    struct status status = rsp_receive(rsp, timeout_ms);
    if (status.code == STATUS_TIMEOUT)
        return status_ok();
    if (status.code != STATUS_OK)
        return status;
    if (rsp->answer[0] == 'W' || rsp->answer[0] == 'X')
        return status_error(STATUS_CLOSED, "gdbstub: the emulator ends");
    uint8_t number = 0;
    if (rsp->answer[0] == 'T' || rsp->answer[0] == 'S') {
        rsp_decode_hex(rsp->answer + 1, &number, 1);
        rsp->running = false;
        *stopped = true;
        *signal = number;
    }
    return status_ok();
}

struct status rsp_open(struct rsp **out, const char *socket_path, int timeout_ms)
{
    *out = NULL;
    struct rsp *rsp = calloc(1, sizeof *rsp);
    if (!rsp)
        return status_errno("memory");
    struct status status = connect_unix(socket_path, timeout_ms, &rsp->fd);
    if (status.code == STATUS_OK)
        status = rsp_ask(rsp, "qSupported:xmlRegisters=i386");
    /* Asking for the description also switches the stub to accepting single registers ("P"). */
    if (status.code == STATUS_OK)
        status = rsp_ask(rsp, "qXfer:features:read:target.xml:0,fff");
    if (status.code == STATUS_OK)
        status = rsp_ask(rsp, "?");
    if (status.code != STATUS_OK) {
        rsp_close(rsp);
        return status;
    }
    *out = rsp;
    return status;
}

void rsp_close(struct rsp *rsp)
{
    if (!rsp)
        return;
    if (rsp->fd >= 0)
        close(rsp->fd);
    free(rsp);
}
