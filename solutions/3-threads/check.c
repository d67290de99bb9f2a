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

static void check_level(const struct sched *s, unsigned level)
{
    const struct sc_link *head = &s->level[level];

    if ((s->occupied[level / 64] >> level % 64 & 1) == list_empty(head))
        panic("threads: the bit of level %u is wrong", level);
    for (struct sc_link *link = head->next; link && link != head; link = link->next) {
        struct sc *sc = list_sc(link);
        check_link(link);
        if (sc->place != SC_READY)
            panic("threads: SC %p is ready, and in place %u", (void *)sc, (unsigned)sc->place);
        if (sc->level != level || queue_level(sc) != level)
            panic("threads: SC %p stands on level %u instead of %u", (void *)sc, level, queue_level(sc));
        if (!sc->ec || sc->ec->run.sc != sc)
            panic("threads: SC %p is ready for an EC that has another one", (void *)sc);
    }
}

void check_threads(void)
{
    struct cpu *cpu = this_cpu();
    struct sched *s = &scheds[cpu->id];

    for (unsigned level = 0; level < LEVELS; level++)
        check_level(s, level);
    for (struct sc_link *link = s->coming.next; link && link != &s->coming; link = link->next)
        check_link(link);
    if (cpu->run.sc && cpu->run.sc->place != SC_CURRENT)
        panic("threads: the current SC is in place %u", (unsigned)cpu->run.sc->place);
    if (cpu->run.fpu_owner && cpu->run.fpu_owner != cpu->current)
        panic("threads: the FPU has the values of an EC that is not current");
}

#endif
