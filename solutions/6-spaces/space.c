/*
 * The beginning and the end of a space, and the pages in it that are not grants.
 */
#include "spaces.h"

#include "contract/2-boot.h"
#include "panic.h"
#include "x86/registers.h"

/* ---- Beginning ------------------------------------------------------------------------------------------------------ */

/* Until something is mapped the kernel's own space does, which has nothing below. */
void space_init(struct pd *pd, void *table)
{
    pd->space = kernel_space;
    spaces_of(pd)->root = table;
}

void space_adopt(struct pd *root)
{
    table_count_all(root);
    ports_close(this_cpu());
}

/* ---- UTCBs ---------------------------------------------------------------------------------------------------------- */

enum status space_prepare_utcb(const struct pd *pd, uint64_t address, struct bill *bill)
{
    const struct look look = table_look(pd, address / PAGE_SIZE, 0);

    if (look.state != TABLE_FREE)
        return OCCUPIED;
    bill->pages += table_count(look.missing);
    return SUCCESS;
}

void space_map_utcb(const struct ec *ec)
{
    const uint64_t page = ec->ipc.utcb_page / PAGE_SIZE;

    uint64_t *directory = table_make(ec->ipc.pd, page, 0);

    table_set(ec->ipc.pd, directory, page, 0, ((uint64_t)ec->ipc.utcb - DIRECT_BASE) | PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_NX);
}

/* The space may have ended already, if the EC destroys its own PD. */
void space_unmap_utcb(const struct ec *ec)
{
    const uint64_t page = ec->ipc.utcb_page / PAGE_SIZE;

    if (table_entry(ec->ipc.pd, page, 0))
        table_set(ec->ipc.pd, table_directory(ec->ipc.pd, page), page, 0, 0);
}

/* ---- End ------------------------------------------------------------------------------------------------------------ */

bool space_end(struct pd *pd)
{
    //! answer 6.8 begin
    struct spaces *s = spaces_of(pd); //! skeleton: not_implemented("6.8 the end of a space");

    space_leave(pd);
    if (!table_free_some(pd))
        return false;
    pd->space = kernel_space;
    page_free(pd->object.payer, s->root);
    return true;
    //! answer 6.8 end
}
