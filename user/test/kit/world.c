/*
 * What a test can ask for and what goes away behind it: numbers, frames, places for ECs, domains.
 */
#include "kit/kit.h"

#include "kit/private.h"

extern char text_start[], text_end[], rodata_start[], rodata_end[], data_start[], data_end[];

enum {
    PAGE = 4096,
    FRAMES = 1024, /* for the tests to play with: 4 MiB, at one place, large pages among them */
    CHUNK_ORDER = 6,
    DOMAINS = 12,
    ALL_MEMORY_RIGHTS = 0x7f,
};

#define FRAME_WINDOW 0x40000000ull

static uint32_t next_selector = SEL_FIRST;
static uint64_t first_frame;
static unsigned next_frame;
static struct domain domains[DOMAINS];
static unsigned domain_count;
static unsigned place_count, kept_places; /* the kit's own ECs keep theirs */
static char stacks[EC_COUNT][STACK_SIZE] __attribute__((aligned(16)));

static const struct segment {
    char *start, *end;
    uint32_t rights;
} segments[] = {
    { text_start, text_end, MEMORY_READ | MEMORY_EXECUTE },
    { rodata_start, rodata_end, MEMORY_READ },
    { data_start, data_end, MEMORY_READ | MEMORY_WRITE },
};

/* ---- Numbers, places, frames ------------------------------------------------------------------------------------------ */

uint64_t selector_new(void)
{
    if (!CHECK(next_selector <= SEL_LAST))
        next_selector = SEL_FIRST;
    return next_selector++;
}

uint64_t sm_new(void)
{
    const uint64_t sm = selector_new();

    CHECK_OK(create_sm(sm, SEL_PD, 0));
    return sm;
}

void cells_make_room(void)
{
    const uint64_t used = pd_figure(SEL_PD, FIGURE_USED).rdx;

    while (pd_figure(SEL_PD, FIGURE_USED).rdx == used)
        if (!CHECK_OK(create_sm(selector_new(), SEL_PD, 0)))
            return;
}

int ec_place_new(void)
{
    if (!CHECK(place_count < EC_COUNT))
        return EC_COUNT - 1;
    return (int)place_count++;
}

uint64_t ec_stack(int place)
{
    return (uint64_t)&stacks[place][STACK_SIZE];
}

uint64_t ec_utcb(int place)
{
    return UTCB_AREA + (uint64_t)place * PAGE;
}

uint64_t ec_events(int place)
{
    return EVENTS_FIRST + (uint64_t)place * EVENTS_EACH;
}

uint64_t frames_new(unsigned n)
{
    next_frame = (next_frame + n - 1) / n * n;
    if (!CHECK(next_frame + n <= FRAMES))
        next_frame = 0;
    const uint64_t frame = first_frame + next_frame;
    next_frame += n;
    return frame;
}

void *frame_contents(uint64_t frame)
{
    return (void *)(FRAME_WINDOW + (frame - first_frame) * PAGE);
}

/* Free memory at one place, from low addresses up; the loader takes from the top. */
void world_take_frames(void)
{
    const unsigned chunks = FRAMES >> CHUNK_ORDER;
    unsigned found = 0;

    for (uint64_t frame = 16 * 256; found < chunks; frame += 1 << CHUNK_ORDER) {
        if (!found && frame % 512)
            continue; /* a large page may begin where they begin */
        const uint64_t page = FRAME_WINDOW / PAGE + (found << CHUNK_ORDER);
        result r = kernel_memory(SEL_KERNEL, RANGE(frame, CHUNK_ORDER), page, MEMORY_READ | MEMORY_WRITE);
        if (r.rax == SUCCESS) {
            if (!found++)
                first_frame = frame;
        } else if (frame > 1 << 20) {
            CHECK_STATUS(r, SUCCESS);
            return;
        } else {
            while (found)
                remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(FRAME_WINDOW / PAGE + (--found << CHUNK_ORDER), CHUNK_ORDER),
                             ALL_MEMORY_RIGHTS);
        }
    }
}

void cells_make_room_in(struct domain *d)
{
    uint64_t selector = 130, used;

    CHECK_IS(call_in(d, CALL_CREATE_SM, selector++, SEL_PD, 0, 0, 0).rax, SUCCESS); /* and the table */
    used = pd_figure(d->pd, FIGURE_USED).rdx;
    while (pd_figure(d->pd, FIGURE_USED).rdx == used)
        if (!CHECK_EQ(call_in(d, CALL_CREATE_SM, selector++, SEL_PD, 0, 0, 0).rax, SUCCESS))
            return;
}

/* ---- Domains ---------------------------------------------------------------------------------------------------------- */

/* Gives pages first to last (excluded) at the same addresses, in the largest aligned runs. */
static void grant_pages(uint64_t pd, uint64_t first, uint64_t last, uint32_t rights)
{
    while (first < last) {
        unsigned order = CHUNK_ORDER;
        while (first % (1u << order) || first + (1u << order) > last)
            order--;
        if (!CHECK_OK(pd_grant(pd, RANGE(first, order), ITEM(ITEM_DELEGATE, TYPE_MEMORY, rights, first))))
            return;
        first += 1u << order;
    }
}

void world_grant_program(uint64_t pd)
{
    for (unsigned i = 0; i < sizeof segments / sizeof *segments; i++)
        grant_pages(pd, (uint64_t)segments[i].start / PAGE, ((uint64_t)segments[i].end + PAGE - 1) / PAGE, segments[i].rights);
}

static uint64_t run_function(struct portal *portal, uint64_t descriptor)
{
    struct utcb *u = utcb();

    (void)portal, (void)descriptor;
    function *f = (function *)u->word[0];
    u->word[0] = f(u->word[1], u->word[2], u->word[3], u->word[4]);
    return DESCRIPTOR(1, 0);
}

static struct portal runner = { run_function };

struct domain *domain_new(uint64_t quota)
{
    if (!CHECK(domain_count < DOMAINS))
        domain_count = 0;
    struct domain *d = &domains[domain_count++];

    *d = (struct domain){ .pd = selector_new() };
    CHECK_OK(create_pd(d->pd, SEL_PD, quota));
    world_grant_program(d->pd);
    give(d, d->pd, PD_RIGHTS, SEL_PD);
    d->ec = server_new(d, &d->place);
    d->portal = portal_new(d->ec, portal_entry, &runner, 0);
    return d;
}

uint64_t in(struct domain *d, function *f, uint64_t a, uint64_t b, uint64_t c, uint64_t d4)
{
    struct utcb *u = utcb();

    u->word[0] = (uint64_t)f;
    u->word[1] = a;
    u->word[2] = b;
    u->word[3] = c;
    u->word[4] = d4;
    result r = portal_call(d->portal, DESCRIPTOR(5, 0));
    return CHECK_RESULT(r, SUCCESS, DESCRIPTOR(1, 0)) ? u->word[0] : r.rax;
}

static uint64_t run_call(uint64_t call, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t *word = (uint64_t *)call;

    (void)b, (void)c, (void)d;
    result r = syscall(word[0], word[1], word[2], word[3], word[4], word[5]);
    word[0] = r.rax;
    word[1] = r.rdx;
    return 0;
}

result call_in(struct domain *d, uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    static uint64_t word[6];

    word[0] = number;
    word[1] = a1;
    word[2] = a2;
    word[3] = a3;
    word[4] = a4;
    word[5] = a5;
    in(d, run_call, (uint64_t)word, 0, 0, 0);
    return (result){ word[0], word[1] };
}

void give_at(const char *file, int line, struct domain *d, uint64_t selector, uint64_t rights, uint64_t spot)
{
    const result r = grant_object(d->pd, selector, rights, spot);

    if (check_status(file, line, "grant_object(d->pd, selector, rights, spot)", r.rax, SUCCESS))
        check_equal(file, line, "the number that grant_object has taken", r.rdx, spot);
}

/* ---- Unchanged state, and the end ------------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 0x100000001b3;
}

static uint64_t mix_figures(uint64_t hash, uint64_t pd)
{
    for (unsigned i = 0; i < FIGURE_COUNT; i++)
        hash = mix(hash, pd_figure(pd, i).rdx);
    return hash;
}

void snapshot_take(struct snapshot *s)
{
    const uint64_t *page = (const uint64_t *)utcb();

    s->words = s->numbers = 0;
    for (unsigned i = 0; i < UTCB_SIZE / sizeof *page; i++)
        s->words = mix(s->words, page[i]);
    for (unsigned i = 0; i < FIGURE_COUNT; i++)
        s->figure[i] = pd_figure(SEL_PD, i).rdx;
    s->accounts = mix_figures(0, SEL_PD);
    for (unsigned i = 0; i < domain_count; i++)
        s->accounts = mix_figures(s->accounts, domains[i].pd);
    for (uint64_t selector = 1; selector < next_selector + 4; selector = selector == 4 ? SEL_FIRST : selector + 1)
        s->numbers = mix(s->numbers, pd_lookup(TYPE_OBJECT, selector).rdx);
}

uint64_t snapshot_changes(const struct snapshot *before, const struct snapshot *after)
{
    return (before->words == after->words ? 0 : CHANGED_WORDS) | (before->accounts == after->accounts ? 0 : CHANGED_ACCOUNTS) |
           (before->numbers == after->numbers ? 0 : CHANGED_NUMBERS);
}

void check_left_behind(const struct snapshot *before, const struct snapshot *after)
{
    static const struct {
        unsigned figure;
        const char *what;
    } returned[] = {
        { FIGURE_QUOTA, "root's quota, when all that the test has made is destroyed" },
        { FIGURE_USED, "root's used pages, when all that the test has made is destroyed" },
        { FIGURE_CELLS, "root's cells, when all that the test has made is destroyed" },
    };

    for (unsigned i = 0; i < sizeof returned / sizeof *returned; i++)
        CHECK_NAMED(returned[i].what, after->figure[returned[i].figure], before->figure[returned[i].figure]);
}

void check_refusal(const char *file, int line, const char *what, uint64_t status, uint64_t rdx, uint64_t number, uint64_t a1,
                   uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    struct snapshot before, after;

    snapshot_take(&before);
    result r = syscall(number, a1, a2, a3, a4, a5);
    snapshot_take(&after);
    check_status(file, line, what, r.rax, status);
    check_equal(file, line, what, r.rdx, rdx);
    check_unchanged(file, line, what, snapshot_changes(&before, &after));
}

void check_refusal_in(const char *file, int line, const char *what, struct domain *d, uint64_t status, uint64_t rdx,
                      uint64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
    struct snapshot before, after;
    struct utcb *u = utcb();

    for (unsigned i = 0; i < 5; i++)
        u->word[i] = 0;
    snapshot_take(&before);
    result r = call_in(d, number, a1, a2, a3, a4, a5);
    for (unsigned i = 0; i < 5; i++)
        u->word[i] = 0;
    snapshot_take(&after);
    check_status(file, line, what, r.rax, status);
    check_equal(file, line, what, r.rdx, rdx);
    check_unchanged(file, line, what, snapshot_changes(&before, &after));
}

/* Everything that a test's own numbers name is destroyed, and they are empty again. PDs first: what is in them goes with them. */
static void clear_selectors(uint64_t first, uint64_t last)
{
    for (int round = 0; round < 2; round++)
        for (uint64_t selector = first; selector < last; selector++) {
            const uint64_t word = pd_lookup(TYPE_OBJECT, selector).rdx;
            const bool is_pd = (word & 0xff) == TYPE_PD;

            if (!word || is_pd == (round == 1))
                continue;
            if ((word >> 16 & 0xff) == 1)
                destroy(selector);
            pd_ack(selector, word >> 32);
            delete (selector);
        }
}

void kit_clean(void)
{
    kernel_counter(SEL_KERNEL, 1); /* a kernel built with CHECK looks at itself: with all that the test has made … */
    clear_selectors(SEL_FIRST, next_selector);
    clear_selectors(ec_events((int)kept_places), ec_events((int)place_count));
    remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(SCRATCH_PAGE, 9), ALL_MEMORY_RIGHTS);
    remove_range(REMOVE_BELOW, TYPE_MEMORY, RANGE(FRAME_WINDOW / PAGE, 10), ALL_MEMORY_RIGHTS);
    next_selector = SEL_FIRST;
    next_frame = 0;
    domain_count = 0;
    place_count = kept_places;
    threads_clean();
    struct utcb *u = utcb();
    u->object_count = u->records = u->port_count = 0;
    u->memory_window = 0;
    kernel_counter(SEL_KERNEL, 0); /* … and when nothing is under way */
}

static void touch(uint64_t selector)
{
    CHECK_OK(create_sm(selector, SEL_PD, 0));
    CHECK_OK(destroy(selector));
    CHECK_OK(delete (selector));
}

/* The kit's own ECs are made; from now on places are the tests'. Tables that they will touch are touched now. */
void world_settle(void)
{
    kept_places = place_count;
    for (uint64_t selector = SEL_FIRST; selector < EVENTS_FIRST + EC_COUNT * EVENTS_EACH; selector += SELECTORS_PER_TABLE)
        touch(selector);
    touch(SELECTOR_COUNT - 1);
    for (uint64_t page = SCRATCH_PAGE; page < SCRATCH_PAGE + 1024; page += 512) {
        CHECK_OK(kernel_memory(SEL_KERNEL, RANGE(first_frame, 0), page, MEMORY_READ));
        CHECK_OK(remove_range(REMOVE_SELF, TYPE_MEMORY, RANGE(page, 0), ALL_MEMORY_RIGHTS));
    }
}
