/* Copying a directory of the kit's own. */
#ifndef CAIRN_GRADER_COPY_TREE_H
#define CAIRN_GRADER_COPY_TREE_H

#include "machine/status.h"

/* Makes `to` and copies everything below `from` into it: folders and plain files, readable by everybody. */
struct status copy_tree(const char *from, const char *to);

#endif
