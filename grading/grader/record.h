/* The record of a run: one JSON object, cairn-record/1, described in grading/record.schema.json. Every export is made from it.
 *
 * It holds what was found and what it was found with, and nothing that differs between identical runs: no time, no path.
 */
#ifndef CAIRN_GRADER_RECORD_H
#define CAIRN_GRADER_RECORD_H

#include "result.h"

/* The record as text with a final newline, malloc'ed. */
struct status record_make(const struct result *result, char **text);

/* Writes it through a temporary file, so that nobody ever reads half a record. */
struct status record_write(const char *path, const char *text);

/* The directory of records in the build directory, made if need be; and a record's place in it. */
struct status record_directory(const struct kit *kit, char *path, size_t size);
struct status record_path(const struct result *result, char *path, size_t size);

#endif
