/*
 * Time: who pays for it, how long a turn is, and what a new round brings (ABI.md §10.1).
 *
 * Claims are refreshed when they are looked at, not when the round begins: a round may begin with ten thousand SCs, and a claim carries
 * the number of the round for which it holds.
 */
#include "list.h"
#include "panic.h"
#include "sched.h"

#define NEVER UINT64_MAX

/* A turn that was a fill ends when there is a claim again. */
void time_refresh(struct sched *s, struct sc *sc)
{
    //! answer 3.2 begin
    if (sc->round == s->round) //! skeleton: not_implemented("3.2 claims and turns");
        return;
    if (!sc->claim && sc->quota)
        sc->left = 0;
    sc->claim = clock_ticks(sc->quota);
    sc->round = s->round;
    //! answer 3.2 end
}

void time_renew(struct sc *sc)
{
    if (!sc->left)
        sc->left = clock_ticks(sc->claim ? sc->budget : FILL_US);
}

static inline uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* Takes ticks off the turn, and off the claim if there is one; with the claim's end the turn ends, and a fill begins. */
static inline void spend(struct sc *sc, uint64_t ticks)
{
    //! answer 3.2 begin
    sc->left = less(sc->left, ticks); //! skeleton: not_implemented("3.2 claims and turns");
    if (!sc->claim)
        return;
    sc->claim = less(sc->claim, ticks);
    if (!sc->claim)
        sc->left = 0;
    //! answer 3.2 end
}

/*
 * The fills become claims again, in their order: all of them are coming, and those without quota come back to the fills. Several rounds
 * may have passed at once, when one SC ran alone or none.
 */
static inline void begin_round(struct cpu *cpu, struct sched *s, uint64_t now)
{
    //! answer 3.3 begin
    uint64_t period = clock_ticks(SUPER_PERIOD_US); //! skeleton: not_implemented("3.3 rounds");
    uint64_t rounds = (now - s->round_start) / period;

    s->round += rounds;
    s->round_start += rounds * period;
    if (queue_has(s, LEVEL_FILL)) {
        list_splice(&s->coming, &s->level[LEVEL_FILL]);
        s->occupied[0] &= ~1ull;
        cpu->run.pending |= PENDING_RESCHEDULE;
    }
    //! answer 3.3 end
}

/* If a round has begun meanwhile, each part of the time is taken off the claim of its own round. */
void time_account(struct cpu *cpu, struct sched *s)
{
    //! answer 3.3 begin
    uint64_t now = clock_now(), spent = now - s->since; //! skeleton: not_implemented("3.3 rounds");
    uint64_t later = 0;
    struct sc *sc = cpu->run.sc;

    if (now - s->round_start >= clock_ticks(SUPER_PERIOD_US)) {
        begin_round(cpu, s, now);
        later = now - s->round_start;
    }
    if (sc) {
        sc->used += spent;
        spend(sc, spent - later);
        time_refresh(s, sc);
        spend(sc, later);
    }
    s->since = now;
    //! answer 3.3 end
}

/*
 * An SC that is alone runs on: its time is taken off when somebody comes. Below it only the end of its claim matters, beside it the
 * end of its turn as well; and a new round can make the fills more urgent than it is.
 */
uint64_t time_turn_end(const struct cpu *cpu, const struct sched *s)
{
    //! answer 3.4 begin
    const struct sc *sc = cpu->run.sc; //! skeleton: not_implemented("3.4 the timer");
    unsigned level = sc ? sc_level(sc) : 0;
    uint64_t end;

    if (!sc || !queue_any(s))
        return NEVER;
    end = s->since + (level == LEVEL_FILL ? sc->left : sc->claim);
    if (level != LEVEL_FILL && queue_has(s, level) && s->since + sc->left < end)
        end = s->since + sc->left;
    if (s->round_start + clock_ticks(SUPER_PERIOD_US) < end)
        end = s->round_start + clock_ticks(SUPER_PERIOD_US);
    return end;
    //! answer 3.4 end
}
