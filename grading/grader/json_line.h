/* In which line of a JSON text something stands: jansson does not keep places. */
#ifndef CAIRN_GRADER_JSON_LINE_H
#define CAIRN_GRADER_JSON_LINE_H

/* The line of the key that is reached by `keys` ("exercises", "1-entry", "due", NULL) through objects; where one of them is not there,
 * that of the last one that is. The text is one that jansson has taken. */
unsigned json_line(const char *text, const char *const *keys);

#endif
