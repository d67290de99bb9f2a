/* What a recording was booted with, written next to its log, so that somebody who only knows the log can replay it.
 */
#ifndef CAIRN_GRADER_BOOT_NOTE_H
#define CAIRN_GRADER_BOOT_NOTE_H

#include "machine/machine.h"

#include <jansson.h>

#define BOOT_NOTE_MODULES 8

struct boot_note {
    struct machine_config config; /* ready for machine_open(..., MACHINE_REPLAY) */
    struct machine_module modules[BOOT_NOTE_MODULES];
    char log[300];
    json_t *json; /* owns the strings */
};

/* Writes LOG.boot for config->log. The files that config names must stay as they are. */
struct status boot_note_write(const struct machine_config *config);

/* Reads LOG.boot back. Devices and another QEMU are not noted: graded machines have none. */
struct status boot_note_read(struct boot_note *note, const char *log);
void boot_note_free(struct boot_note *note);

#endif
