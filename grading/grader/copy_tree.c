/* See copy_tree.h. */
#include "copy_tree.h"

#include "machine/workdir.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static struct status copy_entry(const char *from, const char *to)
{
    struct stat info;
    if (lstat(from, &info) < 0)
        return status_errno(from);
    if (S_ISDIR(info.st_mode))
        return copy_tree(from, to);
    return copy_file(from, to, 1);
}

struct status copy_tree(const char *from, const char *to)
{
    char source[1024], target[1024];
    if (mkdir(to, 0755) < 0 || chmod(to, 0755) < 0)
        return status_errno(to);
    DIR *stream = opendir(from);
    if (!stream)
        return status_errno(from);
    struct status status = status_ok();
    for (struct dirent *entry; status.code == STATUS_OK && (entry = readdir(stream));) {
        if (entry->d_name[0] == '.')
            continue;
        int a = snprintf(source, sizeof source, "%s/%s", from, entry->d_name);
        int b = snprintf(target, sizeof target, "%s/%s", to, entry->d_name);
        status = a < (int)sizeof source && b < (int)sizeof target
                     ? copy_entry(source, target)
                     : status_error(STATUS_SYSTEM, "%s: the path is too long", to);
    }
    closedir(stream);
    return status;
}
