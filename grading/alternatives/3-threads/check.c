/*
 * Whether this stage's structures are what they should be: for a debug build, which asks at every exit.
 */
#ifdef CAIRN_CHECK

#include "panic.h"
#include "queue.h"

static void check_link(const struct sc_link *link)
{
    if (!link->next || !link->prev || link->next->prev != link || link->prev->next != link)
        panic("threads: a list of SCs is broken at %p", (void *)link);
}

/* above: on which level whoever stands in front is. */
static void check_in_line(const struct sched *s, const struct sc *sc, unsigned above)
{
    const bool last = sc->link.next == &s->line || list_sc(sc->link.next)->level != sc->level;

    if (sc->place != SC_READY)
        panic("threads: SC %p is ready, and in place %u", (const void *)sc, (unsigned)sc->place);
    if (sc->level > above || queue_level(sc) != sc->level)
        panic("threads: SC %p stands in line as one of level %u instead of %u", (const void *)sc, sc->level, queue_level(sc));
    if (last != (s->youngest[sc->level] == &sc->link))
        panic("threads: SC %p is not the youngest of level %u, or not marked so", (const void *)sc, sc->level);
    if (!sc->ec || sc->ec->run.sc != sc)
        panic("threads: SC %p is ready for an EC that has another one", (const void *)sc);
}

/* Returns how many levels there are in line. */
static unsigned check_line(const struct sched *s)
{
    unsigned above = LEVELS, levels = 0;

    check_link(&s->line);
    for (struct sc_link *link = s->line.next; link != &s->line; link = link->next) {
        const struct sc *sc = list_sc(link);
        check_link(link);
        check_in_line(s, sc, above);
        levels += sc->level != above;
        above = sc->level;
    }
    return levels;
}

/* Those that are in line are marked: so nobody else is if there are no more marks. */
static void check_marks(const struct sched *s, unsigned levels)
{
    unsigned marks = 0;

    for (unsigned level = 0; level < LEVELS; level++) {
        if ((s->occupied[level / 64] >> level % 64 & 1) != (s->youngest[level] != NULL))
            panic("threads: the bit of level %u is wrong", level);
        marks += s->youngest[level] != NULL;
    }
    if (marks != levels)
        panic("threads: %u levels are marked, and %u in line", marks, levels);
}

void check_threads(void)
{
    const struct cpu *cpu = this_cpu();
    const struct sched *s = &scheds[cpu->id];

    check_marks(s, check_line(s));
    for (struct sc_link *link = s->arrivals.next; link != &s->arrivals; link = link->next)
        check_link(link);
    if (cpu->run.sc && cpu->run.sc->place != SC_CURRENT)
        panic("threads: the current SC is in place %u", (unsigned)cpu->run.sc->place);
    if (cpu->run.fpu_owner && cpu->run.fpu_owner != cpu->current)
        panic("threads: the FPU has the values of an EC that is not current");
}

#endif
