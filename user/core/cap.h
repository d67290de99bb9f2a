/*
 * CAP: see lib/service/cap.h.
 */
#pragma once

#include "core/account.h"
#include "core/service.h"
#include "lib/service/cap.h"

/* The account behind a CAP session's capability; NULL: it is none. */
struct account *cap_account(struct capability c);
