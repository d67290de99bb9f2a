/* What may stand in a student's linker script: see script.h. */
#include "script.h"

#include "clean.h"
#include "machine/workdir.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct check {
    const struct script *script;
    const char *contracts;
    FILE *complaints;
};

/* Words between blanks. */
static const char keywords[] =
    " OUTPUT_FORMAT OUTPUT_ARCH ENTRY PHDRS PT_LOAD FLAGS MEMORY ORIGIN LENGTH SECTIONS AT ADDR LOADADDR SIZEOF ALIGN ALIGNOF"
    " SUBALIGN NOLOAD KEEP COMMON SORT SORT_BY_NAME SORT_BY_ALIGNMENT ASSERT PROVIDE PROVIDE_HIDDEN HIDDEN DEFINED ABSOLUTE"
    " MAX MIN CONSTANT MAXPAGESIZE COMMONPAGESIZE ";

/* Commands that reach beyond the script, or move what is not the stage's. They cannot be symbols either. */
static const char dangerous[] =
    " INPUT INCLUDE GROUP SEARCH_DIR OUTPUT STARTUP TARGET AS_NEEDED INSERT EXTERN VERSION REGION_ALIAS OVERLAY BYTE SHORT LONG"
    " QUAD SQUAD FILL ASCIZ LD_FEATURE HLL SYSLIB NOCROSSREFS NOCROSSREFS_TO EXCLUDE_FILE CONSTRUCTORS CREATE_OBJECT_SYMBOLS"
    " FORCE_COMMON_ALLOCATION INHIBIT_COMMON_ALLOCATION FORCE_GROUP_ALLOCATION INPUT_SECTION_FLAGS ";

static const struct script_token *token(const struct check *check, size_t at)
{
    static const struct script_token none;
    return at < check->script->count ? &check->script->token[at] : &none;
}

static bool is(const struct check *check, size_t at, const char *text)
{
    return strcmp(token(check, at)->text, text) == 0;
}

static bool is_among(const char *word, const char *words)
{
    char wanted[SCRIPT_WORD + 2];
    snprintf(wanted, sizeof wanted, " %s ", word);
    return strstr(words, wanted);
}

/* NAME = …, NAME += …, but not NAME == … */
static bool is_assigned(const struct check *check, size_t at)
{
    size_t next = at + 1;
    if (token(check, next)->text[0] && strchr("+-*/&|<>", token(check, next)->text[0]))
        for (next++; is(check, next, "<") || is(check, next, ">");)
            next++;
    return is(check, next, "=") && !is(check, next + 1, "=");
}

/* NAME : ORIGIN …, NAME (rwx) : ORIGIN …: how a region of MEMORY is declared. */
static bool is_region(const struct check *check, size_t at)
{
    if (is(check, at + 1, "("))
        at += 3;
    return is(check, at + 1, ":") && is(check, at + 2, "ORIGIN");
}

/* Whether the word is a name of the script's own: assigned somewhere, of a region of memory, or of a program header. */
static bool is_own(const struct check *check, const char *word)
{
    for (size_t i = 0; i < check->script->count; i++)
        if (is(check, i, word) && (is_assigned(check, i) || is_region(check, i) || is(check, i + 1, "PT_LOAD")))
            return true;
    return false;
}

static bool in_list(const char *path, const char *name)
{
    char *text, *rest;
    size_t length;
    bool found = false;

    if (read_capped(path, 1u << 20, &text, &length).code != STATUS_OK)
        return false;
    rest = text;
    for (char *line; (line = strtok_r(rest, "\n", &rest));)
        found |= strcmp(line, name) == 0;
    free(text);
    return found;
}

static bool is_contract(const struct check *check, const char *name)
{
    DIR *stream = opendir(check->contracts);
    bool found = false;

    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        char path[700];
        const char *dot = strrchr(entry->d_name, '.');
        snprintf(path, sizeof path, "%s/%s", check->contracts, entry->d_name);
        found |= dot && strcmp(dot, ".symbols") == 0 && in_list(path, name);
    }
    if (stream)
        closedir(stream);
    return found;
}

static void complain(const struct check *check, size_t at, const char *what)
{
    char safe[SCRIPT_WORD];
    clean_copy(safe, sizeof safe, token(check, at)->text);
    fprintf(check->complaints, "kernel.ld:%u: %s: %s\n", token(check, at)->line, safe, what);
}

static void check_name(const struct check *check, size_t at)
{
    const char *word = token(check, at)->text;

    if (is_region(check, at) || (is(check, at + 1, ")") && is_region(check, at - 2)))
        return; /* its name, or its attributes */
    if (is_among(word, dangerous) || is(check, at + 1, "(")) {
        complain(check, at, "not allowed: this script may arrange sections, define symbols and state its program headers");
    } else if (is_assigned(check, at)) {
        if (is_contract(check, word))
            complain(check, at, "is defined by a part of the kernel, and the script must not define it again");
    } else if (!is_own(check, word) && !is_contract(check, word)) {
        complain(check, at, "not allowed: it is no section, no symbol and none of the commands that a stage needs");
    }
}

/* A section's name, or the dot. `.bss (NOLOAD) :` is what it is anyway. */
static void check_dotted(const struct check *check, size_t at)
{
    bool no_load = is(check, at + 2, "NOLOAD") && is(check, at + 3, ")") && is(check, at + 4, ":");
    if (is(check, at + 1, "(") && !no_load)
        complain(check, at, "not allowed before a parenthesis: sections are taken from all files, *(…)");
}

/* Only what nobody's code refers to. */
static void check_discarded(const struct check *check, size_t at)
{
    static const char *const allowed[] = { ".comment", ".note", ".eh_frame", ".gnu" };

    for (; at < check->script->count && !is(check, at, "}"); at++) {
        const char *word = token(check, at)->text;
        bool good = word[0] != '.' && strchr("*(){:", word[0]) != NULL;
        for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
            good |= strncmp(word, allowed[i], strlen(allowed[i])) == 0;
        if (!good || (is(check, at, "(") && is(check, at + 1, "*")))
            complain(check, at, "not allowed in /DISCARD/: there only .comment, .note, .eh_frame and .gnu… may go");
    }
}

static void check_token(const struct check *check, size_t at)
{
    const char *word = token(check, at)->text;

    if (strcmp(word, "/DISCARD/") == 0)
        check_discarded(check, at + 1);
    else if (word[0] == '.')
        check_dotted(check, at);
    else if (isalpha((unsigned char)word[0]) || word[0] == '_' || word[0] == '$') {
        if (!is_among(word, keywords))
            check_name(check, at);
    } else if (!isdigit((unsigned char)word[0]) && !strchr("\"{}()=+-*/<>&|!~?:;,%", word[0]))
        complain(check, at, "not allowed");
    else if (word[0] == '"' && !is(check, at - 1, ","))
        complain(check, at, "not allowed: strings are for the message of an ASSERT");
}

/* Takes what OUTPUT_FORMAT and OUTPUT_ARCH say as one word each: elf64-x86-64, i386:x86-64. */
static size_t skip_format(const struct check *check, size_t at)
{
    const char *wanted = is(check, at, "OUTPUT_FORMAT") ? "(elf64-x86-64)" : "(i386:x86-64)";
    char text[SCRIPT_WORD] = "";
    size_t next = at + 1;

    for (; next < check->script->count && strlen(text) < strlen(wanted); next++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s", token(check, next)->text);
    if (strcmp(text, wanted) == 0)
        return next - 1;
    complain(check, at, "a kernel is elf64-x86-64, for i386:x86-64");
    return at;
}

void script_check(const struct script *script, const char *contracts, FILE *complaints)
{
    const struct check check = { script, contracts, complaints };

    for (size_t at = 0; at < script->count; at++)
        if (is(&check, at, "OUTPUT_FORMAT") || is(&check, at, "OUTPUT_ARCH"))
            at = skip_format(&check, at);
        else
            check_token(&check, at);
}

bool script_defines(const struct script *script, const char *name)
{
    const struct check check = { .script = script };

    for (size_t at = 0; at < script->count; at++)
        if (is(&check, at, name) && is_assigned(&check, at))
            return true;
    return false;
}
