/*
 * CPU: threads, and the time they run.
 */
#pragma once

#include "lib/rpc.h"

/* A session; each thread is charged to the account of the domain it runs in (kernel/ABI.md §5: 2 pages and a cell). */
enum { CPU_RAM = 4096, CPU_CAPS = 512 };

/* What each thread costs of the session's quota. */
enum { THREAD_CAPS = 320 };

/* Where UTCBs lie: one page each, whatever thread it is. */
#define UTCB_AREA 0x20000000ull

#define CPU_OPERATIONS(OP) OP(cpu, create_thread) OP(cpu, kill_thread)

/*
 * A thread in a domain (its PD session), with its UTCB at page utcb. kind: EC_GLOBAL runs at once, from ip, with utcb in rdi
 * and stack in rsp; EC_LOCAL waits for calls, with stack in rsp. The thread's capability allows to bind portals to it.
 * OUT_OF_CAPS: the domain's account lacks rpc_lacking() bytes, or it has THREADS_PER_PD already. INSUFFICIENT_CAPS: upgrade
 * the session. OVERLAP: something is at utcb.
 */
#define cpu_create_thread_IN(WORD, TEXT, CAP)                                                                                    \
    WORD(uint32_t, kind) WORD(uint32_t, cpu) WORD(uint64_t, utcb) WORD(uint64_t, ip) WORD(uint64_t, stack) CAP(pd)
#define cpu_create_thread_OUT(WORD, TEXT, CAP) CAP(thread)

#define cpu_kill_thread_IN(WORD, TEXT, CAP) CAP(thread)
#define cpu_kill_thread_OUT(WORD, TEXT, CAP)

RPC_INTERFACE(cpu, CPU_OPERATIONS)
