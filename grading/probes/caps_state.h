/* What stage 4's structures say, read from outside: the public ones of kernel/contract/4-caps.h. The header itself cannot be included
 * by who includes the grader's: both have a `status`.
 */
#ifndef CAIRN_PROBES_CAPS_STATE_H
#define CAIRN_PROBES_CAPS_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The memory of the stopped machine. */
struct caps_memory {
    bool (*read)(void *context, uint64_t address, void *data, size_t length);
    void *context;
};

/* What is not as the contract has it. Nothing is wrong while seen is empty. */
struct caps_fault {
    char expected[320], seen[320];
};

struct caps_account {
    uint64_t quota, used, cells, free_cells;
};

enum { CAPS_CELL = 128, CAPS_UNIT = 4096, CAPS_CELLS_PER_PAGE = 32 };

bool caps_read_account(const struct caps_memory *memory, uint64_t pd, struct caps_account *account);

/* One list of all grants, in preorder, with depths: from its head. Returns how many grants there are. */
unsigned caps_check_list(const struct caps_memory *memory, uint64_t all_grants, struct caps_fault *fault);

/* The numbers of the root task at its start: its four, and no others. */
void caps_check_numbers(const struct caps_memory *memory, uint64_t root, struct caps_fault *fault);

#endif
