/* Executable files of the host's own making: good ones, drawn from the seed, and what can be wrong or odd about them.
 *
 * A draft is a good file with three segments whose sizes, addresses, places in the file and order are drawn. A case changes one
 * thing in it, and says what a check has to say then. The cases: elf_bad.c, elf_bad_segments.c, elf_odd.c.
 */
#ifndef CAIRN_PROBES_ELF_DRAFT_H
#define CAIRN_PROBES_ELF_DRAFT_H

#include <elf.h>

#include "grading/boot/exam.h"
#include "probes/session.h"

#define DRAFT_HEADERS 12
#define DRAFT_SIZE    0x6000 /* of the largest file */

struct draft {
    struct session *session; /* for what is drawn */
    Elf64_Ehdr h;
    Elf64_Phdr p[DRAFT_HEADERS];   /* h.e_phnum of them are written, if the table lies in the file */
    unsigned text, constant, data; /* indices of the three segments: r-x, r--, rw- with BSS */
    uint32_t size;
    uint64_t user_end;
    int fault; /* index of the program header at fault, -1: none of them, -2: several */
    uint8_t bytes[DRAFT_SIZE];
};

struct elf_case {
    const char *what;   /* "its magic number is wrong" */
    const char *family; /* of a check that gets it wrong */
    const char *fields; /* to be refused: the names that a message may begin with; NULL: to be accepted */
    void (*change)(struct draft *draft);
    bool load; /* accepted, and small enough to be loaded */
};

extern const struct elf_case elf_bad[], elf_bad_segments[], elf_odd[];
extern const unsigned elf_bad_count, elf_bad_segments_count, elf_odd_count;

/* Draws a good file. */
void draft_make(struct draft *draft, struct session *session);

/* Writes headers and contents into draft->bytes. */
void draft_seal(struct draft *draft);

/* What a check must find in a file that is accepted; segments in the order of the file. */
void draft_plan(const struct draft *draft, struct elf_plan *plan);

/* from … to - 1 */
uint64_t draft_draw(struct draft *draft, uint64_t from, uint64_t to);

#endif
