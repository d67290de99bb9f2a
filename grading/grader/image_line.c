/* Source lines by addr2line, in the sandbox: DWARF is a program that the student's compiler run has written. See
 * image.h. */
#include "image_private.h"

#include "clean.h"
#include "machine/sandbox.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *addr2line(void)
{
    static const char *const places[] = { "/usr/bin/x86_64-linux-gnu-addr2line", "/usr/bin/addr2line" };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (access(places[i], X_OK) == 0)
            return places[i];
    return NULL;
}

/* "/submission/trap.asm:57 (discriminator 2)\n" -> "trap.asm:57"; "??:0" and "x.c:?" are unknown. */
static bool base_name(char *line, char *text, size_t size)
{
    line[strcspn(line, " \n")] = '\0';
    const char *slash = strrchr(line, '/');
    const char *base = slash ? slash + 1 : line;
    const char *colon = strrchr(base, ':');
    if (base[0] == '?' || !colon || colon[1] < '1' || colon[1] > '9')
        return false;
    clean_copy(text, size, base);
    return true;
}

bool image_line(const struct image *image, uint64_t address, char *text, size_t size)
{
    char hex[32];
    snprintf(hex, sizeof hex, "0x%llx", (unsigned long long)address);
    const char *tool = addr2line();
    if (!tool || !image->path)
        return false;
    const char *const argv[] = { tool, "-e", "/image", hex, NULL };
    const struct sandbox_bind bind = { .outside = image->path, .inside = "/image" };
    struct sandbox box = { .binds = &bind, .bind_count = 1, .limits = sandbox_default_limits() };
    struct sandbox_result result;
    box.limits.wall_ms = 10000;
    if (sandbox_run(&box, argv, &result).code != STATUS_OK)
        return false;
    bool good = result.exit_code == 0 && base_name(result.output, text, size);
    sandbox_result_free(&result);
    return good;
}
