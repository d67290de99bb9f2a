/* progress: how far a student is, over all exercises: what is written, what has passed, what is lost again, what to do next.
 *
 * Exit codes: 0 nothing that has passed is lost, 1 something is, 2 usage, 5 trouble of ours.
 */
#include "progress/say.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GOOD = 0, LOST = 1, USAGE = 2, TROUBLE = 5 };

static const char usage[] = "usage: progress [--color auto|never|always] KIT HISTORY\n"
                            "\n"
                            "  KIT      the kit's tree: exercises/, work/, grading/\n"
                            "  HISTORY  where `make grade` keeps a record of each run: HISTORY/1-entry/TIME.json\n"
                            "\n"
                            "exit codes   0 nothing that has passed is lost   1 something is   2 usage   5 trouble of ours\n";

/* Exercises with a handout; the tour has no number to be graded by. */
static int is_exercise(const struct dirent *entry)
{
    return entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && entry->d_name[1] == '-';
}

static int read_all(struct stage_state *states, const struct places *places)
{
    char path[1000];
    struct dirent **entries = NULL;
    int count = 0;

    snprintf(path, sizeof path, "%s/exercises", places->source);
    int found = scandir(path, &entries, is_exercise, alphasort);
    for (int i = 0; i < found; i++) {
        snprintf(path, sizeof path, "%s/exercises/%s/README.md", places->source, entries[i]->d_name);
        if (count >= 0 && count < STAGES_MAX && access(path, R_OK) == 0) {
            struct status status = state_read(&states[count++], places, entries[i]->d_name);
            if (status.code != STATUS_OK) {
                fprintf(stderr, "progress: %s\n", status.message);
                count = -1;
            }
        }
        free(entries[i]);
    }
    free(entries);
    if (found < 0)
        perror(path);
    return found < 0 ? -1 : count;
}

/* False: no such word. "auto" leaves it as it is. */
static bool read_color(const char *word, bool *color)
{
    if (!strcmp(word, "always") || !strcmp(word, "never"))
        *color = word[0] == 'a';
    return !strcmp(word, "always") || !strcmp(word, "never") || !strcmp(word, "auto");
}

int main(int argc, char **argv)
{
    static struct stage_state states[STAGES_MAX];
    bool color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    int first = 1;

    if (argc == 2 && !strcmp(argv[1], "--help")) {
        fputs(usage, stdout);
        return GOOD;
    }
    if (argc > 2 && !strcmp(argv[1], "--color"))
        first = read_color(argv[2], &color) ? 3 : argc;
    if (argc - first != 2) {
        fputs(usage, stderr);
        return USAGE;
    }
    const struct places places = { argv[first], argv[first + 1] };
    int count = read_all(states, &places);
    if (count < 0)
        return TROUBLE;
    return say_progress(states, (size_t)count, color) ? LOST : GOOD;
}
