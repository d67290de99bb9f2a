#include "view.h"

#include <string.h>

#include "../../kernel/include/cairn/abi.h"
#include "words.h"

double view_us(const struct view *view, uint64_t time)
{
    return view->log.count ? (double)(int64_t)(time - view->log.record[0].time) / view->ticks_per_us : 0;
}

double view_ticks(const struct view *view, double ticks)
{
    return view->instructions ? ticks : ticks / view->ticks_per_us;
}

double view_time(const struct view *view, uint64_t time)
{
    return view->log.count ? view_ticks(view, (double)(int64_t)(time - view->log.record[0].time)) : 0;
}

char *view_clock(const struct view *view, uint64_t time, char *text, size_t size)
{
    char plain[40];
    size_t n = 0;

    snprintf(plain, sizeof plain, "%.*f", view->instructions ? 0 : 1, view_time(view, time));
    const size_t whole = strcspn(plain, ".");
    for (size_t i = 0; plain[i] && n + 2 < size; i++) {
        if (i < whole && i > (plain[0] == '-') && (whole - i) % 3 == 0)
            text[n++] = ' ';
        text[n++] = plain[i];
    }
    text[n] = 0;
    return text;
}

const char *view_unit(const struct view *view)
{
    return view->instructions ? "instructions" : "µs";
}

bool view_span(const struct view *view, size_t i, struct span *span)
{
    const struct choice *c = &view->choice;

    *span = view->spans.span[i];
    if (span->end <= c->begin || span->begin >= c->end || (!c->all && !view_chosen(view, span->ec)))
        return false;
    span->begin = span->begin < c->begin ? c->begin : span->begin;
    span->end = span->end > c->end ? c->end : span->end;
    return true;
}

char *view_ec(const struct view *view, int ec, char *text, size_t size)
{
    const int pd = ec == NOBODY ? NOBODY : view->cast.actor[ec].pd;

    snprintf(text, size, "%s%s%s", cast_name(&view->cast, ec), pd == NOBODY ? "" : " of ",
             pd == NOBODY ? "" : cast_name(&view->cast, pd));
    return text;
}

char *view_code(const struct view *view, int pd, uint64_t rip, char *text, size_t size)
{
    char name[64];

    for (size_t i = 0; i < view->program_count; i++) {
        const struct program *p = &view->program[i];
        if ((p->pd && (pd == NOBODY || strcmp(p->pd, cast_name(&view->cast, pd)))) ||
            !symbols_name(&p->symbols, rip, true, name, sizeof name))
            continue;
        snprintf(text, size, "%s (%#llx)", name, (unsigned long long)rip);
        return text;
    }
    snprintf(text, size, "%#llx", (unsigned long long)rip);
    return text;
}

char *view_message(uint64_t descriptor, char *text, size_t size)
{
    unsigned words = DESCRIPTOR_WORDS(descriptor), items = DESCRIPTOR_ITEMS(descriptor);
    size_t n = snprintf(text, size, "%u word%s", words, words == 1 ? "" : "s");

    if (items && n < size)
        snprintf(text + n, size - n, ", %u item%s", items, items == 1 ? "" : "s");
    return text;
}

static void place(char *text, size_t size, const struct trace_record *r)
{
    unsigned type = TRACE_PLACE_TYPE(r->detail), order = TRACE_PLACE_ORDER(r->detail);
    const char *what = type == TYPE_MEMORY ? "page" : type == TYPE_PORTS ? "port" : "selector";
    char rights[96];
    size_t n = snprintf(text, size, type == TYPE_MEMORY || type == TYPE_PORTS ? "%s %#llx" : "%s %llu", what,
                        (unsigned long long)r->b);

    if (order && n < size)
        n += snprintf(text + n, size - n, " (%llu of them)", 1ull << order);
    if (n < size)
        snprintf(text + n, size - n, ": %s", rights_words(rights, sizeof rights, type, TRACE_PLACE_RIGHTS(r->detail)));
}

static void record_ipc(const struct view *view, size_t i, char *text, size_t size)
{
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const char *object = cast_name(&view->cast, p->object), *a = cast_name(&view->cast, p->a);
    char more[96];

    switch (r->event) {
    case TRACE_CALL:
        view_message(r->b, more, sizeof more);
        snprintf(text, size, "%s through %s, %s", a, object, more);
        break;
    case TRACE_REPLY:
        view_message(r->a, more, sizeof more);
        snprintf(text, size, "to %s, %s, %s", object, status_word(r->detail), more);
        break;
    case TRACE_HELP:
        snprintf(text, size, "%s runs, because %s is at work", cast_name(&view->cast, p->b), a);
        break;
    case TRACE_EVENT:
        view_code(view, p->pd, r->b, more, sizeof more);
        snprintf(text, size, "%s at %s, to %s through %s", vector_word(r->detail), more, a, object);
        break;
    }
}

static void record_time(const struct view *view, size_t i, char *text, size_t size)
{
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const char *object = cast_name(&view->cast, p->object), *a = cast_name(&view->cast, p->a);
    const unsigned long long number = r->a;

    switch (r->event) {
    case TRACE_SWITCH:
        snprintf(text, size, "to %s%s%s", object, p->a == NOBODY ? "" : " of ", p->a == NOBODY ? "" : a);
        break;
    case TRACE_CHOSEN:
    case TRACE_READY:
        snprintf(text, size, "%s of %s, priority %u, claim %llu", object, a, r->detail, (unsigned long long)r->b);
        break;
    case TRACE_PARKED:
        snprintf(text, size, "%s on %s, which is blocked (%u)", object, a, r->detail);
        break;
    case TRACE_INTERRUPT:
        snprintf(text, size, "vector %u, %s", r->detail, object);
        break;
    case TRACE_BUSY:
        snprintf(text, size, "by vector %u", r->detail);
        break;
    case TRACE_SM_UP:
        snprintf(text, size, "%s, count was %llu", object, number);
        break;
    case TRACE_SM_DOWN:
        if (r->detail)
            snprintf(text, size, "%s, nothing is there", object);
        else
            snprintf(text, size, "%s, takes %llu", object, number);
        break;
    case TRACE_SM_WAKE:
        snprintf(text, size, "%s from %s: %s", a, object, status_word(r->detail));
        break;
    }
}

static void record_caps(const struct view *view, size_t i, char *text, size_t size)
{
    const struct trace_record *r = &view->log.record[i];
    const struct parts *p = &view->cast.parts[i];
    const char *object = cast_name(&view->cast, p->object), *a = cast_name(&view->cast, p->a);
    char more[160];

    switch (r->event) {
    case TRACE_CREATE:
        snprintf(text, size, "%s as selector %llu, %s pays", object, (unsigned long long)r->b, a);
        break;
    case TRACE_DELEGATE:
        place(more, sizeof more, r);
        snprintf(text, size, "%s to %s, %s", object, a, more);
        break;
    case TRACE_REVOKE:
    case TRACE_DELETE:
        place(more, sizeof more, r);
        snprintf(text, size, "%s%s%s", p->object == NOBODY ? "" : object, p->object == NOBODY ? "" : ", ", more);
        break;
    case TRACE_GONE:
        place(more, sizeof more, r);
        snprintf(text, size, "%s from %s, %s", object, a, more);
        break;
    case TRACE_DESTROY:
        snprintf(text, size, "%s", object);
        break;
    case TRACE_REFUSED:
        snprintf(text, size, "%s lacks %llu pages, %u are free", object, (unsigned long long)r->a, r->detail);
        break;
    }
}

char *view_record(const struct view *view, size_t i, char *text, size_t size)
{
    const struct trace_record *r = &view->log.record[i];
    char code[128], mark[16];

    *text = 0;
    switch (r->event) {
    case TRACE_ENTRY:
        if (cast_mark(r, mark)) {
            snprintf(text, size, "a mark: %s", mark);
            break;
        }
        snprintf(text, size, "%s (%u), %#llx, %#llx", call_word(r->detail), r->detail, (unsigned long long)r->a,
                 (unsigned long long)r->b);
        break;
    case TRACE_EXIT:
        snprintf(text, size, "%s (%u), rdx %#llx", status_word(r->detail), r->detail, (unsigned long long)r->a);
        break;
    case TRACE_TRAP:
        snprintf(text, size, "%s %u, error %#llx, at %s", r->detail < 32 ? vector_word(r->detail) : "interrupt",
                 r->detail, (unsigned long long)r->b, view_code(view, view->cast.parts[i].pd, r->a, code, sizeof code));
        break;
    case TRACE_RESUME:
        snprintf(text, size, "at %s", view_code(view, view->cast.parts[i].pd, r->a, code, sizeof code));
        break;
    default:
        if (r->event >= TRACE_EVENT_END)
            snprintf(text, size, "an event of another version: number %u", r->event);
        record_ipc(view, i, text, size);
        record_time(view, i, text + strlen(text), size - strlen(text));
        record_caps(view, i, text + strlen(text), size - strlen(text));
    }
    return text;
}
