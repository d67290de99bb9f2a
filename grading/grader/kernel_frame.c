/* See kernel_frame.h. */
#include "kernel_frame.h"

#include "ec.h"

#include <stddef.h>

#define SAME(field)                                                                                                    \
    _Static_assert(offsetof(struct kernel_frame, field) == offsetof(struct frame, field),                              \
                   #field " is elsewhere in the kernel's frame")

_Static_assert(sizeof(struct kernel_frame) == sizeof(struct frame), "the kernel's frame has another size");
SAME(r15);
SAME(r8);
SAME(rbp);
SAME(rax);
SAME(vector);
SAME(error);
SAME(rip);
SAME(rflags);
SAME(ss);
