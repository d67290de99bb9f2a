/*
 * The host's side of the walk: what each step must give, by the model of stage 4's test (kernel/test/caps_model.h), which is
 * extended here by the accounts, and by what calls and messages check before they do anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "caps_model.h"
#include "walk/walk.h"

_Static_assert((int)FIRST == (int)WALK_FIRST && (int)NUMBERS == (int)WALK_NUMBERS, "the model has the walk's numbers");

/* ---- Slots: objects in the model -------------------------------------------------------------------------------------- */

enum { SLOT_TOP = 0, SLOT_KERNEL = 1, SLOT_ACTORS = 2 /* to 5: actors 1 to 4 */, SLOT_FREE = 6 };

int slot_of_actor(unsigned actor);

/* What of an object the model does not have. */
struct more {
    uint8_t kind;        /* of an EC */
    uint64_t utcb;       /* its page */
    bool spaces;         /* of a PD: it has the page tables for such UTCBs */
    unsigned base_pages; /* of an actor: what was charged before the walk used it */
    unsigned base_cells;
    uint64_t count; /* of a semaphore */
    unsigned low,
        high; /* of a PD: how many pages of cells it has, at least and at most. Which cells share a page is the kernel's */
};

extern struct more more[SLOTS];

/* ---- Accounts (accounts.c) -------------------------------------------------------------------------------------------- */

/* What a call would charge, by owner as a REFUSAL tells it. */
struct charge {
    bool there;
    int pd; /* slot */
    unsigned pages, cells;
    bool made; /* the model has it already */
};

/* May the call succeed, may it be refused with this? Where it depends on how full pages of cells are, both may. */
struct charges {
    struct charge of[5]; /* by enum account_owner */
    unsigned item;       /* that a refusal tells */
};

/*
 * Whether the charges are covered, judged with the result that was seen: it is believed where both would be right. False with
 * *rdx: it must be refused with NO_QUOTA and this.
 */
bool accounts_cover(const struct charges *c, uint64_t seen_rax, uint64_t seen_rdx, uint64_t *rdx);

uint64_t account_free(int pd, unsigned cell_pages);
uint64_t account_used(int pd, unsigned cell_pages);

/* The pages that an actor's account lacks for the part of a charge which the model has made as a whole. */
uint32_t account_lacks(const struct charge *part, const struct charge *whole);

/* Around each step: notes what there is; then, how many pages of cells there may be. mixed: the step may have given back and
 * taken. */
void accounts_before(void);
void accounts_after(bool mixed);

/* An actor's account as seen: NULL, or what is wrong with it. */
const char *account_check(unsigned actor, const struct walk_account *seen);
void account_born(unsigned actor, const struct walk_account *seen);

/* ---- Steps ------------------------------------------------------------------------------------------------------------ */

/* What must be seen; what the guest alone can know is taken from there (what was seen). */
void judge_call(const struct walk_step *s, const struct walk_seen *seen, struct walk_seen *want);
void judge_message(const struct walk_step *s, struct walk_seen *want);
void judge_birth(const struct walk_step *s, const struct walk_seen *seen, struct walk_seen *want);
void judge_end(const struct walk_step *s, struct walk_seen *want);
void judge_boot(void);

/* Once, before the first step. If nothing dies, the actors that are there get a door when another one is born. */
void judge_plan(const struct walk_plan *plan);

uint32_t actors_alive(void);

/* The model as it is now, and back to that. */
void model_save(void);
void model_restore(void);

/* PD_LOOKUP's word. */
uint64_t model_word(int pd, int number);

/* ---- Differences ------------------------------------------------------------------------------------------------------ */

enum value {
    VALUE_STATUS,
    VALUE_REFUSAL,
    VALUE_NUMBER,
    VALUE_RECORDS,
    VALUE_ALIVE,
    VALUE_RANGE,
    VALUE_ITEM,
    VALUE_WORD, /* of a look-up */
    VALUE_QUOTA,
    VALUE_USED,
    VALUE_CELLS,
};

struct difference {
    const char *what;
    enum value kind;
    uint64_t expected, seen;
    int pd, number; /* VALUE_WORD: slot, counted from FIRST; accounts: slot */
};

/* What of the model decides which kind of mistake a difference is, as it was before the step. */
struct before {
    unsigned char grants[SLOTS][NUMBERS]; /* of each number */
    bool alive[SLOTS];
};

void before_note(struct before *before);

/* The family of a difference in this step; and the one in which the step would fail that ends in a crash (families.c). */
const char *family_of(const struct walk_step *s, const struct before *before, const struct difference *d);
const char *family_of_step(const struct walk_step *s);

/* ---- Words (words.c) -------------------------------------------------------------------------------------------------- */

void step_text(const struct walk_step *s, char *text, size_t size);
void value_text(enum value kind, uint64_t value, char *text, size_t size);
const char *status_text(uint64_t status);
