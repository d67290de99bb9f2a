#include "cast.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../kernel/include/cairn/abi.h"

/* While the cast is being found: the latest actor of each address, hashed. */
struct search {
    struct cast *cast;
    const struct symbols *kernel;
    const struct given_name *given;
    size_t given_count;
    int *slot;
    size_t slots;                    /* a power of two */
    unsigned number[TYPE_PORTS + 1]; /* of each type, so far */
    unsigned namings;                /* by the program, so far */
};

#define MARK       0x4d4bull /* the upper 16 bits of the operation: TRACE_MARK of user/lib/trace.h */
#define MARK_CHARS 14
#define NAMINGS    1024 /* each looks back through the records */

static int *slot_of(struct search *s, uint64_t address)
{
    size_t i = (address >> 4) * 0x9e3779b97f4a7c15u >> 20;

    for (;; i++) {
        int *slot = &s->slot[i & (s->slots - 1)];
        if (*slot == NOBODY || s->cast->actor[*slot].address == address)
            return slot;
    }
}

static void name(struct search *s, struct actor *actor)
{
    char symbol[48];

    for (size_t i = 0; i < s->given_count; i++)
        if (s->given[i].address == actor->address) {
            snprintf(actor->name, sizeof actor->name, "%s", s->given[i].name);
            return;
        }
    if (actor->type == TYPE_MEMORY || actor->type == TYPE_PORTS)
        snprintf(actor->name, sizeof actor->name, "%s %#llx", actor->type == TYPE_MEMORY ? "frame" : "port",
                 (unsigned long long)actor->address);
    else if (symbols_name(s->kernel, actor->address, false, symbol, sizeof symbol))
        snprintf(actor->name, sizeof actor->name, "%s", symbol);
    else if (actor->type == TYPE_KERNEL)
        snprintf(actor->name, sizeof actor->name, "kernel object");
    else
        snprintf(actor->name, sizeof actor->name, "%s %u",
                 actor->type == TYPE_NULL ? "object"
                                          : (const char *[]){ "", "PD", "EC", "SC", "PT", "SM" }[actor->type],
                 ++s->number[actor->type]);
}

static int refer(struct search *s, uint64_t address, unsigned type, bool is_new)
{
    bool is_place = type == TYPE_MEMORY || type == TYPE_PORTS;

    if (type > TYPE_PORTS || (!address && !is_place))
        return NOBODY;
    int *slot = slot_of(s, address);
    if (*slot == NOBODY || is_new || s->cast->actor[*slot].type != type) {
        struct actor *actor = &s->cast->actor[s->cast->count];
        const struct actor *before = *slot == NOBODY ? NULL : &s->cast->actor[*slot];
        *actor = (struct actor){ .address = address,
                                 .type = type > TYPE_KERNEL && !is_place ? TYPE_NULL : type,
                                 .pd = NOBODY };
        *slot = s->cast->count++;
        name(s, actor);
        if (before &&
            !strncmp(before->name, actor->name, strlen(actor->name))) /* a name of the address, not of the object */
            snprintf(actor->name, sizeof actor->name, "%.60s'", before->name);
    }
    return *slot;
}

/* The types of what an event's object, a and b name: the table in trace.h. */
static void types_of(const struct trace_record *r, unsigned *object, unsigned *a, unsigned *b)
{
    *object = *a = *b = TYPE_PORTS + 1;
    switch (r->event) {
    case TRACE_HELP:
        *b = TYPE_EC; /* fall through */
    case TRACE_CALL:
    case TRACE_EVENT:
        *object = TYPE_PT, *a = TYPE_EC;
        break;
    case TRACE_REPLY:
        *object = TYPE_EC, *b = TYPE_EC;
        break;
    case TRACE_SWITCH:
        *object = TYPE_EC, *a = TYPE_PD;
        break;
    case TRACE_CHOSEN:
    case TRACE_PARKED:
    case TRACE_READY:
        *object = TYPE_SC, *a = TYPE_EC;
        break;
    case TRACE_SM_WAKE:
        *a = TYPE_EC; /* fall through */
    case TRACE_INTERRUPT:
    case TRACE_SM_UP:
    case TRACE_SM_DOWN:
        *object = TYPE_SM;
        break;
    case TRACE_CREATE:
        *a = TYPE_PD; /* fall through */
    case TRACE_DESTROY:
        *object = r->detail;
        break;
    case TRACE_DELEGATE:
    case TRACE_GONE:
        *a = TYPE_PD;
        *object = TRACE_PLACE_TYPE(r->detail);
        break;
    case TRACE_REVOKE:
    case TRACE_DELETE:
        if (r->object) /* memory and ports are told by their place alone */
            *object = TRACE_PLACE_TYPE(r->detail);
        break;
    case TRACE_REFUSED:
        *object = TYPE_PD;
        break;
    }
}

bool cast_mark(const struct trace_record *r, char text[16])
{
    const uint64_t word[2] = { r->a, r->b };
    unsigned n = 0;

    if (r->event != TRACE_ENTRY || r->detail != CALL_PT_CONTROL || r->b >> 48 != MARK)
        return false;
    for (; n < MARK_CHARS && (char)(word[n / 8] >> n % 8 * 8); n++) {
        const unsigned char c = word[n / 8] >> n % 8 * 8;
        text[n] = c < 0x7f && isprint(c) ? c : '?';
    }
    text[n] = 0;
    return true;
}

bool cast_is_naming(const char *mark)
{
    const size_t digits = strspn(mark, "0123456789");
    return digits && mark[digits] == '=' && mark[digits + 1];
}

/* Record i says "SELECTOR=NAME": the object that its PD last got under this number. */
static void name_by_program(struct search *s, const struct log *log, size_t i, const char *mark)
{
    const uint64_t selector = strtoull(mark, NULL, 10);
    const int pd = s->cast->parts[i].pd;

    if (pd == NOBODY || s->namings++ == NAMINGS)
        return;
    while (i-- > 0) {
        const struct trace_record *r = &log->record[i];
        const struct parts *p = &s->cast->parts[i];
        const bool object = TRACE_PLACE_TYPE(r->detail) != TYPE_MEMORY && TRACE_PLACE_TYPE(r->detail) != TYPE_PORTS;
        if (r->b != selector || p->object == NOBODY ||
            !((r->event == TRACE_CREATE && p->pd == pd) || (r->event == TRACE_DELEGATE && p->a == pd && object)))
            continue;
        struct actor *actor = &s->cast->actor[p->object];
        for (size_t k = 0; k < s->given_count; k++)
            if (s->given[k].address == actor->address)
                return; /* the user knows better */
        snprintf(actor->name, sizeof actor->name, "%s", strchr(mark, '=') + 1);
        return;
    }
}

void cast_find(struct cast *cast, const struct log *log, const struct symbols *kernel, const struct given_name *given,
               size_t given_count)
{
    struct search s = { .cast = cast, .kernel = kernel, .given = given, .given_count = given_count };

    for (s.slots = 64; s.slots < log->count * 10;)
        s.slots *= 2;
    *cast = (struct cast){ malloc((log->count * 5 + 1) * sizeof *cast->actor), 0,
                           malloc((log->count + 1) * sizeof *cast->parts) };
    s.slot = malloc(s.slots * sizeof *s.slot);
    if (!cast->actor || !cast->parts || !s.slot)
        errx(3, "there is not enough memory for so many records");
    memset(s.slot, 0xff, s.slots * sizeof *s.slot);

    for (size_t i = 0; i < log->count; i++) {
        const struct trace_record *r = &log->record[i];
        struct parts *p = &cast->parts[i];
        unsigned object, a, b;
        types_of(r, &object, &a, &b);
        p->ec = refer(&s, r->ec, TYPE_EC, false);
        p->pd = refer(&s, r->pd, TYPE_PD, false);
        p->object = refer(&s, r->object, object, r->event == TRACE_CREATE);
        p->a = refer(&s, r->a, a, false);
        p->b = refer(&s, r->b, b, false);
        if (p->ec != NOBODY && cast->actor[p->ec].pd == NOBODY)
            cast->actor[p->ec].pd = p->pd;
        if (r->event == TRACE_SWITCH && p->object != NOBODY)
            cast->actor[p->object].pd = p->a;
        char mark[16];
        if (cast_mark(r, mark) && cast_is_naming(mark))
            name_by_program(&s, log, i, mark);
    }
    free(s.slot);
}

const char *cast_name(const struct cast *cast, int actor)
{
    return actor == NOBODY ? "nobody" : cast->actor[actor].name;
}

void cast_free(struct cast *cast)
{
    free(cast->actor);
    free(cast->parts);
    *cast = (struct cast){ 0 };
}
