/* grade: from a submission to a record. The steps, and which exit code each can end with: see exits.h. */
#include "grade.h"
#include "options.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>

static volatile bool interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = true;
}

/* The run ends at the next look at the flag; every process dies with us, every file lies in the one directory that is
 * removed. */
static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
    struct options options;
    int end = options_read(&options, argc, argv);
    if (end >= 0)
        return end;
    /* Names in archives are UTF-8, whatever the host's language. */
    setlocale(LC_CTYPE, "C.UTF-8");
    catch_signals();
    return grade(&options, &interrupted);
}
