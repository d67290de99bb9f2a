/*
 * IRQ: an interrupt line. Arguments of the session: "line=0, trigger=edge, polarity=high" (level, low; edge and high if not
 * said). One session has a line at a time.
 */
#pragma once

#include "lib/rpc.h"

enum { IRQ_RAM = 4096, IRQ_CAPS = 576 };

#define IRQ_OPERATIONS(OP) OP(irq, semaphore)

/* It is up when the interrupt has fired; the next down unmasks the line (kernel/ABI.md §11). A driver waits for it in a
 * thread of its own: lib/interrupt.h. */
#define irq_semaphore_IN(WORD, TEXT, CAP)
#define irq_semaphore_OUT(WORD, TEXT, CAP) CAP(semaphore)

RPC_INTERFACE(irq, IRQ_OPERATIONS)
