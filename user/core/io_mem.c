#include "core/core.h"
#include "core/dataspace.h"
#include "core/service.h"
#include "lib/args.h"
#include "lib/calls.h"
#include "lib/list.h"
#include "lib/service/io_mem.h"

RPC_SERVE(io_mem, IO_MEM_OPERATIONS)

_Static_assert(IO_MEM_CAPS >= 2 * OBJECT_CAPS + IO_MEM_PAGE_CAPS, "two portals and a page");

struct io_mem_session {
    struct core_session session;
    struct list link;      /* in sessions; in none: nothing was taken */
    uint64_t first, count; /* frames */
    uint64_t place;        /* in core's window for devices */
    struct dataspace dataspace;
};

static struct list sessions = LIST_HEAD(sessions);

static enum outcome do_dataspace(struct rpc_object *self, struct capability *dataspace)
{
    *dataspace = CONTAINER(self, struct io_mem_session, session.object)->dataspace.object.capability;
    return OK;
}

/* ---- What may be had --------------------------------------------------------------------------------------------------- */

static bool overlap(uint64_t a, uint64_t a_count, uint64_t b, uint64_t b_count)
{
    return a < b + b_count && b < a + a_count;
}

/*
 * Whoever writes there chooses which interrupt arrives where, so they are nobody's. The kernel refuses the pages it knows of;
 * this is all that a PC has for I/O APICs (Intel PCH data sheets, memory map), and for the local ones and the messages to
 * them (SDM vol. 3A §11.11).
 */
static bool is_controller(uint64_t first, uint64_t count)
{
    static const uint64_t bases[] = { 0xfec00000 / PAGE, 0xfee00000 / PAGE };
    const uint64_t pages = 0x100000 / PAGE;

    return overlap(first, count, bases[0], pages) || overlap(first, count, bases[1], pages);
}

/* A device with two drivers has none. */
static bool taken(uint64_t first, uint64_t count)
{
    for (LIST_EACH(link, &sessions)) {
        const struct io_mem_session *s = CONTAINER(link, struct io_mem_session, link);
        if (overlap(first, count, s->first, s->count))
            return true;
    }
    return false;
}

static const struct io_mem_session *in_window(uint64_t place, uint64_t count)
{
    for (LIST_EACH(link, &sessions)) {
        const struct io_mem_session *s = CONTAINER(link, struct io_mem_session, link);
        if (overlap(place, count, s->place, s->count))
            return s;
    }
    return NULL;
}

/*
 * First fit. The window is small and filled from its beginning, because page tables of core's are never given back:
 * they are at most what the window needs, whoever opens which devices in which order. OUT_OF_RAM: no gap.
 */
static enum outcome find_place(struct io_mem_session *s)
{
    const struct io_mem_session *other;
    uint64_t place = s->first % DEVICE_ALIGN;

    while (s->count <= DEVICE_PAGES && place <= DEVICE_PAGES - s->count && (other = in_window(place, s->count)))
        while (place < other->place + other->count)
            place += DEVICE_ALIGN;
    if (s->count > DEVICE_PAGES || place > DEVICE_PAGES - s->count)
        return OUT_OF_RAM;
    s->place = place;
    return OK;
}

/* ---- The session ------------------------------------------------------------------------------------------------------- */

static enum outcome read_args(const char *args, uint64_t *first, uint64_t *count)
{
    uint64_t base, size, end;

    if (!args_number(args, "base", &base) || !args_number(args, "size", &size) || !size || base % PAGE || size % PAGE ||
        __builtin_add_overflow(base, size, &end))
        return INVALID;
    if (args_has(args, "write") && !args_word(args, "write", "yes") && !args_word(args, "write", "no"))
        return INVALID;
    *first = base / PAGE;
    *count = size / PAGE;
    return OK;
}

/* Only the kernel knows all that is its own. */
static enum outcome take(struct io_mem_session *s, bool writable)
{
    const result r = frames_take_device(&s->dataspace.frames, s->first, s->count, s->place, writable);

    if (r.rax != SUCCESS)
        return r.rax == BAD_PAR ? DENIED : outcome_of_status(r.rax);
    s->dataspace.size = s->count * PAGE;
    s->dataspace.flags = DATASPACE_DEVICE | (writable ? DATASPACE_WRITABLE : 0);
    return dataspace_init(&s->dataspace);
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct io_mem_operations operations = { do_dataspace };
    struct io_mem_session *s = (struct io_mem_session *)session;
    uint64_t first, count;

    list_init(&s->link);
    enum outcome outcome = read_args(args, &first, &count);
    if (outcome != OK)
        return outcome;
    if (frames_are_memory(first, count) || is_controller(first, count) || taken(first, count))
        return DENIED;
    s->first = first;
    s->count = count;
    outcome = find_place(s);
    if (outcome == OK)
        outcome = session_take(session, 0, (count - 1) * IO_MEM_PAGE_CAPS);
    if (outcome != OK)
        return outcome;
    list_append(&sessions, &s->link);
    outcome = take(s, args_word(args, "write", "yes"));
    return outcome == OK ? rpc_object_manage(&core_entrypoint, &session->object, &io_mem_interface, &operations) : outcome;
}

/* Out of every region first. What was never taken is not missed. */
static void close_session(struct core_session *session)
{
    struct io_mem_session *s = (struct io_mem_session *)session;

    if (list_empty(&s->link))
        return;
    if (s->dataspace.seen)
        dataspace_close(&s->dataspace);
    frames_drop_device(&s->dataspace.frames);
    list_remove(&s->link);
}

const struct service io_mem_service = { "IO_MEM", IO_MEM_RAM, IO_MEM_CAPS, 1, create, close_session };
