/*
 * Dumps that no good kernel makes, through every form: a student's kernel writes garbage, and the tool has to say something or draw
 * something, but not break. Built with the sanitizers.
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * usage: fuzz ROUNDS DUMP: each round takes the dump, or noise, spoils it, and writes all forms of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../view.h"

enum { SIZE_LIMIT = sizeof(struct trace_ring) + 256 * sizeof(struct trace_record), NOTHING_LEFT = 4 };

static uint64_t state = 1;

static uint64_t any(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Some bytes, words or whole records are replaced: by noise, by what stands elsewhere, by the numbers where mistakes live. */
static void spoil(unsigned char *bytes, size_t size, size_t from)
{
    static const uint64_t edges[] = { 0, 1, UINT64_MAX, UINT64_MAX - 1, 1ull << 63, 1ull << 32, 0xffffffff, 64, 0x4d4b000000000000 };

    for (unsigned n = 1 + any() % 40; n-- > 0;) {
        const size_t at = from + any() % (size - from - 64), other = from + any() % (size - from - 64);
        switch (any() % 4) {
        case 0:
            bytes[at] = any();
            break;
        case 1:
            memcpy(bytes + at / 8 * 8, &edges[any() % (sizeof edges / sizeof *edges)], 8);
            break;
        case 2:
            memmove(bytes + at / 64 * 64, bytes + other / 64 * 64, 64);
            break;
        default: /* an event, with anything in its other fields */
            bytes[at / 64 * 64 + 16] = any() % (TRACE_EVENT_END + 2);
            bytes[at / 64 * 64 + 20] = any();
        }
    }
}

static unsigned long written, refused;

static void all_forms(const struct log *log, const struct wish *wish)
{
    static writer *const forms[] = { write_text, write_chart, write_tree, write_timeline, write_speedscope, write_chrome };
    const struct symbols none = { 0 };
    struct view view = { .log = *log, .title = "fuzz", .ticks_per_us = 1000, .instructions = any() & 1, .size = any() % 3 };

    cast_find(&view.cast, log, &none, NULL, 0);
    spans_find(&view.spans, log, &view.cast);
    choice_find(&view.choice, log, &view.cast, wish, view.instructions ? 1 : 1000);
    for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
        char *text;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        forms[i](&view, out);
        if (fclose(out) || size < 20)
            abort();
        free(text);
    }
    choice_free(&view.choice);
    spans_free(&view.spans);
    cast_free(&view.cast);
}

static void round_of(unsigned char *bytes, size_t size)
{
    static const char *const windows[] = { NULL, "marks", "0..5000", "..1e30", "3..2" };
    const struct wish wish = { .last = UINT64_MAX, .newest = any() % 3 ? UINT64_MAX : any() % 70, .window = windows[any() % 5] };
    struct log log;

    if (log_parse(&log, bytes, any() % 8 ? size : any() % size)) {
        refused++;
        return;
    }
    /* Nothing left to show ends the tool, with a reason: here a child, so that the rounds go on. */
    pid_t child = wish.window || wish.newest != UINT64_MAX || !log.count ? fork() : -1;
    int status = 0;
    if (child > 0)
        waitpid(child, &status, 0);
    else
        all_forms(&log, &wish);
    if (child == 0)
        _exit(0);
    if (!WIFEXITED(status) || (WEXITSTATUS(status) && WEXITSTATUS(status) != NOTHING_LEFT))
        abort();
    written++;
    log_free(&log);
}

int main(int argc, char **argv)
{
    static unsigned char good[SIZE_LIMIT], bytes[SIZE_LIMIT];
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    const size_t size = file ? fread(good, 1, sizeof good, file) : 0;

    if (size < sizeof(struct trace_ring) + 64 * sizeof(struct trace_record))
        return 2;
    fclose(file);
    for (long i = 0; i < atol(argv[1]); i++) {
        memcpy(bytes, good, size);
        if (i % 5 == 0) /* all records are noise, but have their places */
            for (size_t at = sizeof(struct trace_ring); at + 64 <= size; at += 8)
                if (at % 64)
                    memcpy(bytes + at, &(uint64_t){ any() }, 8);
        spoil(bytes, size, i % 4 ? sizeof(struct trace_ring) : 0);
        round_of(bytes, size);
    }
    printf("%lu drawn, %lu refused\n", written, refused);
    return 0;
}
