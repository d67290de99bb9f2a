/* Private directories: see workdir.h. */
#include "workdir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Leaves room for "/run/" and a socket's name below the 107 bytes of a unix address. */
static const char *base_directory(void)
{
    const char *base = getenv("TMPDIR");
    return base && base[0] == '/' && strlen(base) < 40 ? base : "/tmp";
}

static struct status make_part(const struct workdir *dir, const char *part, mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir->path, part);
    if (mkdir(path, mode) < 0 || chmod(path, mode) < 0)
        return status_errno(path);
    return status_ok();
}

struct status workdir_make(struct workdir *dir, uid_t owner)
{
    snprintf(dir->path, sizeof dir->path, "%s/cairn-XXXXXX", base_directory());
    if (!mkdtemp(dir->path)) {
        struct status status = status_errno(dir->path);
        dir->path[0] = '\0';
        return status;
    }
    struct status status = status_ok();
    if (chmod(dir->path, 0755) < 0)
        status = status_errno(dir->path);
    if (status.code == STATUS_OK)
        status = make_part(dir, "in", 0755);
    if (status.code == STATUS_OK)
        status = make_part(dir, "run", 0700);
    if (status.code == STATUS_OK && geteuid() == 0) {
        char run[128];
        snprintf(run, sizeof run, "%s/run", dir->path);
        if (chown(run, owner, (gid_t)owner) < 0)
            status = status_errno(run);
    }
    if (status.code != STATUS_OK)
        workdir_remove(dir);
    return status;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    remove(path);
    return 0;
}

void workdir_remove(struct workdir *dir)
{
    if (dir->path[0])
        nftw(dir->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    dir->path[0] = '\0';
}

struct status workdir_path(const struct workdir *dir, const char *part, const char *name, char *out, size_t size)
{
    int length = snprintf(out, size, "%s/%s/%s", dir->path, part, name);
    if (length < 0 || (size_t)length >= size)
        return status_error(STATUS_MISUSE, "path too long: %s/%s", part, name);
    return status_ok();
}

/* Opens a regular file and nothing else: not a pipe that would block us, not a device. */
static int open_regular(const char *path, int nofollow)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (nofollow ? O_NOFOLLOW : 0));
    struct stat info;
    if (fd >= 0 && (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

static int copy_bytes(int in, int out)
{
    char buffer[65536];
    for (;;) {
        ssize_t got = read(in, buffer, sizeof buffer);
        if (got <= 0)
            return (int)got;
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(out, buffer + done, (size_t)(got - done));
            if (put < 0)
                return -1;
            done += put;
        }
    }
}

struct status copy_file(const char *from, const char *to, int nofollow)
{
    int in = open_regular(from, nofollow);
    if (in < 0)
        return status_errno(from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out < 0) {
        struct status status = status_errno(to);
        close(in);
        return status;
    }
    struct status status = status_ok();
    if (copy_bytes(in, out) < 0 || fchmod(out, 0644) < 0)
        status = status_errno(to);
    close(in);
    if (close(out) < 0 && status.code == STATUS_OK)
        status = status_errno(to);
    return status;
}

struct status read_capped(const char *path, size_t cap, char **data, size_t *length)
{
    *length = 0;
    *data = malloc(cap + 1);
    if (!*data)
        return status_errno("memory");
    int fd = open_regular(path, 1);
    if (fd < 0 && errno != ENOENT) {
        struct status status = status_errno(path);
        free(*data);
        *data = NULL;
        return status;
    }
    while (fd >= 0 && *length < cap) {
        ssize_t got = read(fd, *data + *length, cap - *length);
        if (got <= 0)
            break;
        *length += (size_t)got;
    }
    (*data)[*length] = '\0';
    if (fd >= 0)
        close(fd);
    return status_ok();
}
