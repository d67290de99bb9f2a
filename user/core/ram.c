#include "core/account.h"
#include "core/core.h"
#include "core/dataspace.h"
#include "core/ram.h"

RPC_SERVE(ram, RAM_OPERATIONS)

enum { PER_PAGE = (PAGE - sizeof(struct list)) / sizeof(struct dataspace) };

/* Descriptions of dataspaces, paid by the account like the dataspaces themselves. */
struct ram_page {
    struct list link;
    struct dataspace dataspace[PER_PAGE]; /* size 0: free */
};

struct ram_session {
    struct core_session session;
    struct account account;
    struct list pages;
};

static struct ram_session *ram_of(struct rpc_object *self)
{
    return CONTAINER(self, struct ram_session, session.object);
}

struct account *ram_account(struct capability c)
{
    struct rpc_object *object = rpc_object_of(c, &ram_interface);
    return object ? &ram_of(object)->account : NULL;
}

/* ---- Descriptions ------------------------------------------------------------------------------------------------------ */

static struct dataspace *find_room(struct ram_session *s)
{
    for (LIST_EACH(link, &s->pages)) {
        struct ram_page *page = CONTAINER(link, struct ram_page, link);
        for (unsigned i = 0; i < PER_PAGE; i++)
            if (!page->dataspace[i].size)
                return &page->dataspace[i];
    }
    if (account_take(&s->account, PAGE) != OK)
        return NULL;
    const uint64_t frame = frames_allocate(1);
    if (!frame) {
        account_give_back(&s->account, PAGE);
        return NULL;
    }
    struct ram_page *page = frame_address(frame);
    list_append(&s->pages, &page->link);
    return page->dataspace;
}

/* A page without descriptions goes back at once. */
static void clean(struct ram_session *s)
{
    for (LIST_EACH(link, &s->pages)) {
        struct ram_page *page = CONTAINER(link, struct ram_page, link);
        unsigned used = 0;
        for (unsigned i = 0; i < PER_PAGE; i++)
            used += page->dataspace[i].size != 0;
        if (!used) {
            list_remove(link);
            frames_free(frame_of(page), 1);
            account_give_back(&s->account, PAGE);
        }
    }
}

/* ---- Operations -------------------------------------------------------------------------------------------------------- */

static enum outcome fill(struct ram_session *s, struct dataspace *d, uint64_t pages)
{
    enum outcome outcome = account_take(&s->account, pages * PAGE);

    if (outcome != OK)
        return outcome;
    const uint64_t first = frames_allocate(pages);
    outcome = first ? session_take(&s->session, 0, OBJECT_CAPS) : OUT_OF_RAM;
    if (outcome == OK) {
        *d = (struct dataspace){ .frames = frames_of_memory(first, pages), .flags = DATASPACE_WRITABLE };
        outcome = dataspace_init(d);
        if (outcome == OK)
            d->size = pages * PAGE;
        else
            session_give_back(&s->session, 0, OBJECT_CAPS);
    }
    if (outcome != OK) {
        if (first)
            frames_free(first, pages);
        account_give_back(&s->account, pages * PAGE);
    }
    return outcome;
}

enum outcome ram_allocate_in(struct core_session *ram, uint64_t size, struct dataspace **dataspace)
{
    struct ram_session *s = (struct ram_session *)ram;

    if (!size || size > UINT64_MAX - PAGE)
        return INVALID;
    *dataspace = find_room(s);
    if (!*dataspace)
        return OUT_OF_RAM;
    const enum outcome outcome = fill(s, *dataspace, (size + PAGE - 1) / PAGE);
    clean(s);
    return outcome;
}

static enum outcome do_allocate(struct rpc_object *self, uint64_t size, struct capability *dataspace)
{
    struct dataspace *d;
    const enum outcome outcome = ram_allocate_in(&ram_of(self)->session, size, &d);

    if (outcome == OK)
        *dataspace = d->object.capability;
    return outcome;
}

static void free_dataspace(struct ram_session *s, struct dataspace *d)
{
    dataspace_close(d);
    frames_free(d->frames.first, d->frames.count);
    account_give_back(&s->account, d->frames.count * PAGE);
    session_give_back(&s->session, 0, OBJECT_CAPS);
    d->size = 0;
}

static enum outcome do_free(struct rpc_object *self, struct capability dataspace)
{
    struct ram_session *s = ram_of(self);
    struct dataspace *d = dataspace_of(dataspace);

    for (LIST_EACH(link, &s->pages)) {
        struct ram_page *page = CONTAINER(link, struct ram_page, link);
        if (d >= page->dataspace && d < page->dataspace + PER_PAGE) {
            free_dataspace(s, d);
            clean(s);
            return OK;
        }
    }
    return INVALID;
}

static enum outcome do_figures(struct rpc_object *self, uint64_t *quota, uint64_t *used)
{
    const struct account *a = &ram_of(self)->account;

    *quota = a->quota;
    *used = a->used;
    return OK;
}

static enum outcome do_transfer(struct rpc_object *self, struct capability to, uint64_t bytes)
{
    struct account *target = ram_account(to);
    return target ? account_transfer(&ram_of(self)->account, target, bytes) : INVALID;
}

static enum outcome do_set_reference(struct rpc_object *self, struct capability reference)
{
    struct account *target = ram_account(reference);
    return target ? account_set_reference(&ram_of(self)->account, target) : INVALID;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct ram_operations operations = { do_allocate, do_free, do_figures, do_transfer, do_set_reference };
    struct ram_session *s = (struct ram_session *)session;

    (void)args;
    account_init(&s->account, ACCOUNT_RAM);
    list_init(&s->pages);
    return rpc_object_manage(&core_entrypoint, &session->object, &ram_interface, &operations);
}

static void close_session(struct core_session *session)
{
    struct ram_session *s = (struct ram_session *)session;

    for (LIST_EACH(link, &s->pages)) {
        struct ram_page *page = CONTAINER(link, struct ram_page, link);
        for (unsigned i = 0; i < PER_PAGE; i++)
            if (page->dataspace[i].size)
                free_dataspace(s, &page->dataspace[i]);
    }
    clean(s);
    account_close(&s->account);
}

const struct service ram_service = { "RAM", RAM_RAM, RAM_CAPS, 1, create, close_session };
