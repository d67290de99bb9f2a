/*
 * The end of a PD: first what acts in it, then what it pays, then what it holds, then what it is made of.
 */
#include "caps.h"

#include "contract/2-boot.h"
#include "panic.h"
#include "x86/paging.h"
#include "x86/registers.h"

enum stage { STAGE_NUMBERS, STAGE_SPACE, STAGE_TABLES, STAGE_LAST };

/* Deletes the number under the cursor, a step at a time, with all that was derived from it. Pins do not count. */
static void number_step(struct pd *pd, struct capability *entry)
{
    //! answer 4.7 begin
    struct object *object = entry->object; //! skeleton: not_implemented("4.7 delete, and pins");

    if (!object)
        number_empty(pd, pd->cursor);
    else if (!(entry->state & NUMBER_GOING) && !object_dead(object))
        removal_begin(pd, pd->cursor, 0xff, true);
    else if (object_dead(object))
        object_strip(object);
    else
        removal_work(object->root, 1);
    //! answer 4.7 end
}

/* Goes over the numbers, without those whose table was never there. False: none is left. */
static bool numbers_step(struct pd *pd)
{
    if (pd->cursor >= SELECTOR_COUNT)
        return false;
    struct capability *entry = number_entry(pd, pd->cursor);
    if (number_taken(entry))
        number_step(pd, entry);
    else if (table_missing(pd, pd->cursor))
        pd->cursor += SELECTORS_PER_TABLE;
    else
        pd->cursor++;
    return true;
}

static bool tables_step(struct pd *pd)
{
    if (pd->cursor == CAP_TABLES)
        return false;
    if (pd->directory[pd->cursor] != empty_table)
        page_free(pd, pd->directory[pd->cursor]);
    pd->directory[pd->cursor++] = empty_table;
    return true;
}

static bool stage_step(struct pd *pd)
{
    switch (pd->stage) {
    case STAGE_NUMBERS:
        return numbers_step(pd);
    case STAGE_SPACE:
        return !space_end(pd);
    default:
        return tables_step(pd);
    }
}

/* What the payer paid goes back to it, and so does the quota. The processor may still be in this space. */
static void pd_dissolve(struct pd *pd)
{
    struct pd *payer = pd->object.payer;

    if ((read_cr3() & PTE_ADDRESS) == pd->space)
        write_cr3(kernel_space);
    page_free(payer, phys_to_virt(pd->space));
    page_free(payer, pd->directory);
    payer->quota += pd->quota;
    pd->quota = 0;
}

enum progress pd_step(struct pd *pd, struct ec *self)
{
    //! answer 4.8 begin
    struct ec *ec = pd->ecs; //! skeleton: (void)stage_step, (void)pd_dissolve; not_implemented("4.8 the end of objects");

    if (ec == self && self->object.dying)
        ec = self->ipc.next; /* self stays until the end, but nothing waits for it before that */
    if (ec && ec->object.dying)
        return END_WAIT;
    if (ec || pd->paid) {
        object_kill(ec ? &ec->object : pd->paid);
        return END_AGAIN;
    }
    if (pd->stage != STAGE_LAST) {
        if (!stage_step(pd)) {
            pd->stage++;
            pd->cursor = 0;
        }
        return END_MORE;
    }
    if (pd->ecs || pd->ending)
        return END_WAIT;
    pd_dissolve(pd);
    return END_DONE;
    //! answer 4.8 end
}
