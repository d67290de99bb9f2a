/*
 * CPU: threads in other PDs.
 */
#pragma once

#include "core/pd.h"
#include "lib/service/cpu.h"

/* As cpu.create_thread, for core itself. */
MUST_USE enum outcome thread_create(struct core_session *cpu, struct pd *pd, uint32_t kind, uint64_t utcb, uint64_t ip,
                                    uint64_t stack, struct capability *thread);
