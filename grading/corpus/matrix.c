#include "corpus/matrix.h"

#include <stdio.h>
#include <string.h>

void matrix_heading(const struct corpus *corpus)
{
    size_t count = corpus->tests->count;

    for (size_t i = 0; i < count; i++) {
        printf("      %-24s ", "");
        for (size_t j = 0; j < i; j++)
            printf("| ");
        printf("%s\n", corpus->tests->test[i].id);
    }
}

static char mark(const struct mutant_result *result, size_t i)
{
    if (!result->run[i])
        return ' ';
    switch (result->kind[i]) {
    case VERDICT_PASSED:
        return '.';
    case VERDICT_FAILED:
        return 'X';
    case VERDICT_NOT_RUN:
        return '-';
    default:
        return '?';
    }
}

void matrix_row(const struct corpus *corpus, const struct mutant *mutant, const struct mutant_result *result)
{
    bool caught = mutant_caught(mutant, result);

    printf("%-5s %-24s ", caught ? "ok" : "WRONG", mutant->id);
    for (size_t i = 0; i < corpus->tests->count; i++)
        printf("%c ", mark(result, i));
    if (result->trouble[0])
        printf(" %s", result->trouble);
    else if (result->first < 0)
        printf(" survived: no test has failed; its family is %s", mutant->family);
    else if (!caught)
        printf(" %s shows %s instead of %s", corpus->tests->test[result->first].id, result->family, mutant->family);
    else if (corpus->full)
        printf(" %3u  %s", result->points, result->family);
    else
        printf(" %s", result->family);
    printf("\n");
    if (!caught)
        printf("      %s\n", mutant->what);
    fflush(stdout);
}
