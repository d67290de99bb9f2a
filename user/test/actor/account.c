/*
 * What the actor has, and how it uses it up.
 */
#include "lib/calls.h"
#include "lib/log.h"
#include "lib/service/cap.h"
#include "lib/service/ram.h"
#include "lib/string.h"
#include "test/actor/actor.h"

struct figures {
    uint64_t ram, ram_used, caps, caps_used;
};

static struct figures marked;

static struct figures read_figures(void)
{
    struct figures f = { 0 };

    if (ram_figures(actor_env->ram, &f.ram, &f.ram_used) != OK ||
        cap_figures(actor_env->caps, &f.caps, &f.caps_used) != OK)
        log_line(actor_env, "no figures");
    return f;
}

static void say_difference(const char *what, uint64_t before, uint64_t now)
{
    if (now != before)
        log_line(actor_env, "%s: %lu before, now %lu", what, before, now);
}

/* The accounts beside those of "mark". */
static void compare(void)
{
    const struct figures now = read_figures();

    if (memcmp(&now, &marked, sizeof now) == 0)
        log_line(actor_env, "the accounts are as before");
    say_difference("RAM", marked.ram, now.ram);
    say_difference("RAM used", marked.ram_used, now.ram_used);
    say_difference("caps", marked.caps, now.caps);
    say_difference("caps used", marked.caps_used, now.caps_used);
}

static void eat_ram(void)
{
    struct capability dataspace;
    enum outcome outcome;
    uint64_t size = 1 << 20;

    do /* smaller and smaller pieces, to the last page */
        while ((outcome = ram_allocate(actor_env->ram, size, &dataspace)) == OK)
            ;
    while (outcome == OUT_OF_RAM && (size /= 2) >= 4096);
    actor_tell("eat", "ram", outcome);
}

/* Semaphores, until the account of kernel memory is empty. */
static void eat_caps(void)
{
    enum outcome outcome = OK;
    uint64_t made = 0;

    while (outcome == OK) {
        const uint32_t number = capability_number_new();
        const result r = number ? create_sm(number, capability_own_pd().selector, 0) : (result){ INVALID, 0 };
        outcome = outcome_of_status(r.rax);
        made += outcome == OK;
    }
    log_line(actor_env, "eat caps: %s after %s semaphores", outcome_name(outcome), made > 100 ? "hundreds of" : "few");
}

/* Without a word, for so long. */
static void eat_time(uint64_t ms)
{
    const uint64_t end = __builtin_ia32_rdtsc() + ms * 1000000;

    while (__builtin_ia32_rdtsc() < end)
        for (volatile unsigned i = 0; i < 10000; i++)
            ;
    log_line(actor_env, "eat time: %lu ms are over", ms);
}

bool act_account(const struct line *line)
{
    if (text_equal(line->word[0], "mark")) {
        marked = read_figures();
    } else if (text_equal(line->word[0], "compare")) {
        compare();
    } else if (text_equal(line->word[0], "eat")) {
        if (text_equal(line->word[1], "ram"))
            eat_ram();
        else if (text_equal(line->word[1], "caps"))
            eat_caps();
        else
            eat_time(actor_number(line->word[2]));
    } else {
        return false;
    }
    return true;
}
