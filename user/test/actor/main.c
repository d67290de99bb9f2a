#include "test/actor/actor.h"

#include "lib/args.h"
#include "lib/calls.h"
#include "lib/dataspace.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/string.h"

enum { NODES = 128, TICKS_PER_MS = 1000000 /* the machine's time-stamp counter counts ns */ };

struct env *actor_env;

void actor_tell(const char *act, const char *name, enum outcome outcome)
{
    const char *const space = *name ? " " : "";

    if (outcome >= INSUFFICIENT_RAM && outcome <= OUT_OF_CAPS)
        log_line(actor_env, "%s%s%s: %s, %lu bytes are missing", act, space, name, outcome_name(outcome),
                 rpc_lacking());
    else
        log_line(actor_env, "%s%s%s: %s", act, space, name, outcome_name(outcome));
}

uint64_t actor_number(const char *word)
{
    char text[WORD_SIZE + 4] = "n=";
    uint64_t number = 0, unit = 1;
    size_t last = text_length(word);

    (void)text_copy(text + 2, WORD_SIZE, word);
    if (last && (word[last - 1] == 'K' || word[last - 1] == 'M')) {
        unit = word[last - 1] == 'K' ? 1024 : 1024 * 1024;
        text[last + 1] = 0;
    }
    if (!args_number(text, "n", &number))
        log_line(actor_env, "no number: \"%s\"", word);
    return number * unit;
}

/* A semaphore that nobody ups, and a deadline. */
void actor_wait(uint64_t ms)
{
    static uint32_t nobody;

    if (!nobody) {
        nobody = capability_number_new();
        if (create_sm(nobody, capability_own_pd().selector, 0).rax != SUCCESS)
            log_line(actor_env, "no semaphore to wait at");
    }
    (void)sm_down(nobody, __builtin_ia32_rdtsc() + ms * TICKS_PER_MS);
}

static const char *skip_word(const char *text, char *word)
{
    size_t length = 0;

    while (*text && *text != ' ' && length < WORD_SIZE - 1)
        word[length++] = *text++;
    word[length] = 0;
    return *text ? text + 1 : text;
}

static bool act_plain(const struct line *line, const char *rest)
{
    if (text_equal(line->word[0], "say"))
        log_line(actor_env, "%s", rest);
    else if (text_equal(line->word[0], "wait"))
        actor_wait(actor_number(line->word[1]));
    else if (text_equal(line->word[0], "exit"))
        env_exit(actor_env, (int)actor_number(line->word[1]));
    else
        return false;
    return true;
}

static void act(const char *text)
{
    struct line line;
    const char *rest = skip_word(text, line.word[0]), *at = rest;

    for (unsigned i = 1; i < WORDS; i++)
        at = skip_word(at, line.word[i]);
    if (!act_plain(&line, rest) && !act_session(&line) && !act_account(&line) && !act_harm(&line)) {
        log_line(actor_env, "the play is wrong: \"%s\"", text);
        env_exit(actor_env, 2);
    }
}

void construct(struct env *env)
{
    static struct json_node node[NODES];
    static struct rom play; /* its configuration */
    struct json_error error;
    struct json json;
    uint32_t at = 0, key, value;
    char text[256];

    actor_env = env;
    const enum outcome outcome = rom_open(env, "config", &play);
    if (outcome != OK) {
        log_line(env, "no play: %s", outcome_name(outcome));
        env_exit(env, 2);
    }
    if (!json_read(&json, play.text, play.size, node, NODES, &error)) {
        log_line(env, "play:%u:%u: %s", error.line, error.column, error.message);
        env_exit(env, 2);
    }
    while (json_next(&json, 0, &at, &key, &value))
        if (json_copy_text(&json, value, text, sizeof text) >= 0)
            act(text);
}
