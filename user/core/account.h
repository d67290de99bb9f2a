/*
 * Accounts: how much of a resource belongs to whom. Those of RAM count bytes of dataspaces themselves; those of CAP count
 * bytes of kernel memory, and when one is bound to a PD the kernel's account of that PD is kept at the same amount, rounded
 * up to pages.
 *
 * Quota moves between an account and its reference account only, so the sum of all never changes.
 */
#pragma once

#include <stdint.h>

#include "lib/list.h"
#include "lib/outcome.h"

enum account_kind { ACCOUNT_RAM, ACCOUNT_CAP };

struct account {
    enum account_kind kind;
    uint64_t quota, used;      /* used: RAM only, the kernel knows that of CAP */
    struct account *reference; /* NULL: core's own, and those that were told none yet */
    struct list of_all;        /* in account_all */
    struct list of_reference;  /* in reference->below */
    struct list below;
    uint32_t pd;              /* CAP: the kernel's PD it is bound to; 0: none */
    struct account **binding; /* what that PD knows of it */
};

/* What core itself has: first everything, then what it has not given away. */
extern struct account core_ram, core_caps;

/* Every account that is open, for core/audit.c. */
extern struct list account_all;

void account_init(struct account *account, enum account_kind kind);

/* Everything left goes to the reference account, or to core; accounts below get that one as theirs. Nothing may be in use. */
void account_close(struct account *account);

/* OVERLAP: it has one. INVALID: of another kind, or itself. */
MUST_USE enum outcome account_set_reference(struct account *account, struct account *reference);

/* DENIED: neither is the other's reference. OUT_OF_*: from has not so much free; rpc_lacking() says how much is missing. */
MUST_USE enum outcome account_transfer(struct account *from, struct account *to, uint64_t bytes);

/* The same without asking for the reference: for sessions that are paid. */
MUST_USE enum outcome account_move(struct account *from, struct account *to, uint64_t bytes);

/* Marks bytes of a RAM account as used. OUT_OF_RAM. */
MUST_USE enum outcome account_take(struct account *account, uint64_t bytes);
void account_give_back(struct account *account, uint64_t bytes);

/* From now on the PD's quota follows the account, and *binding is the account until account_unbind. OVERLAP: it is bound. */
MUST_USE enum outcome account_bind(struct account *account, uint32_t pd, struct account **binding);

/* The PD is gone: its pages are core's again, and the account says whose they are. NULL is nothing. */
void account_unbind(struct account *account);
