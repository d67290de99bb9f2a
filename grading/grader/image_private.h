/* Inside struct image; see image.h. */
#ifndef CAIRN_GRADER_IMAGE_PRIVATE_H
#define CAIRN_GRADER_IMAGE_PRIVATE_H

#include "image.h"

#include <gelf.h>

struct image_name {
    uint64_t address, size;
    const char *name; /* in the file's string table */
    bool global, function;
};

struct image {
    char *path;  /* absolute */
    char *bytes; /* the whole file */
    size_t length;
    Elf *elf;
    struct image_name *names; /* all named symbols that are defined, by address */
    size_t count;
};

#endif
