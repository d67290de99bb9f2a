/*
 * RAM: see lib/service/ram.h.
 */
#pragma once

#include "core/account.h"
#include "core/service.h"
#include "lib/service/ram.h"

/* As ram.allocate, for core itself. */
struct dataspace;
MUST_USE enum outcome ram_allocate_in(struct core_session *ram, uint64_t size, struct dataspace **dataspace);

/* The account behind a RAM session's capability; NULL: it is none. */
struct account *ram_account(struct capability c);
