#include "words.h"

#include <stdio.h>

#include "../../kernel/include/cairn/abi.h"
#include "../../kernel/trace.h"

#define WORD(table, number) ((number) < sizeof(table) / sizeof *(table) && (table)[number] ? (table)[number] : "?")

const char *event_word(unsigned event)
{
    static const char *const words[] = {
#define X(number, name, word, ...) [number] = word,
        TRACE_EVENTS(X)
#undef X
    };
    return WORD(words, event);
}

const char *status_word(unsigned status)
{
    static const char *const words[] = {
        "SUCCESS",   "BAD_CALL", "BAD_CAP", "BAD_PAR", "BAD_CPU", "OCCUPIED", "CONFLICT", "NO_QUOTA",
        "NO_WINDOW", "NO_TIME",  "PINNED",  "CYCLE",   "TIMEOUT", "ABORTED",  "TOO_MANY", "ITEMS_LOST",
    };
    _Static_assert(sizeof words / sizeof *words == STATUS_COUNT, "as many as the ABI has");
    return WORD(words, status);
}

const char *call_word(unsigned number)
{
    static const char *const words[] = {
        [CALL_CALL] = "call",
        [CALL_REPLY] = "reply",
        [CALL_CREATE_PD] = "create_pd",
        [CALL_CREATE_EC] = "create_ec",
        [CALL_CREATE_SC] = "create_sc",
        [CALL_CREATE_PT] = "create_pt",
        [CALL_CREATE_SM] = "create_sm",
        [CALL_REMOVE] = "remove",
        [CALL_PD_CONTROL] = "pd_control",
        [CALL_EC_CONTROL] = "ec_control",
        [CALL_SC_CONTROL] = "sc_control",
        [CALL_PT_CONTROL] = "pt_control",
        [CALL_SM_CONTROL] = "sm_control",
        [CALL_KERNEL_CONTROL] = "kernel_control",
    };
    return number < sizeof words / sizeof *words && words[number] ? words[number] : "unknown call";
}

const char *type_word(unsigned type)
{
    static const char *const words[] = {
        [TYPE_NULL] = "nothing",  [TYPE_PD] = "PD",       [TYPE_EC] = "EC",         [TYPE_SC] = "SC",
        [TYPE_PT] = "PT",         [TYPE_SM] = "SM",       [TYPE_KERNEL] = "kernel", [TYPE_OBJECT] = "object",
        [TYPE_MEMORY] = "memory", [TYPE_PORTS] = "ports",
    };
    return WORD(words, type);
}

/* SDM vol. 3A table 6-1, and the two events of the ABI. */
const char *vector_word(unsigned vector)
{
    static const char *const words[] = {
        [0] = "#DE",
        [1] = "#DB",
        [3] = "#BP",
        [4] = "#OF",
        [5] = "#BR",
        [6] = "#UD",
        [7] = "#NM",
        [10] = "#TS",
        [11] = "#NP",
        [12] = "#SS",
        [13] = "#GP",
        [14] = "#PF",
        [16] = "#MF",
        [17] = "#AC",
        [19] = "#XM",
        [EVENT_STARTUP] = "start-up",
        [EVENT_RECALL] = "recall",
    };
    static char number[16];

    if (vector < sizeof words / sizeof *words && words[vector])
        return words[vector];
    snprintf(number, sizeof number, "%u", vector);
    return number;
}

char *rights_words(char *text, size_t size, unsigned type, unsigned rights)
{
    static const char *const words[TYPE_PORTS + 1][8] = {
        [TYPE_PD] = { "pay", "ec", "grant", "figures", "quota", [7] = "destroy" },
        [TYPE_EC] = { "control", "pt", "sc", [7] = "destroy" },
        [TYPE_SC] = { "control", "time", "donate", [7] = "destroy" },
        [TYPE_PT] = { "call", "control", "event", [7] = "destroy" },
        [TYPE_SM] = { "up", "down", "assign", [7] = "destroy" },
        [TYPE_KERNEL] = { "memory", "ports", "interrupt", "time", "counter", "stop" },
        [TYPE_MEMORY] = { "r", "w", "x", "device" },
        [TYPE_PORTS] = { "access" },
    };
    size_t length = 0;

    snprintf(text, size, rights == 0xff ? "all" : "none");
    if (rights == 0xff)
        return text;
    for (unsigned bit = 0; bit < 8; bit++) {
        const char *word = type <= TYPE_PORTS ? words[type][bit] : NULL;
        if (!(rights >> bit & 1) || length >= size)
            continue;
        length += word ? snprintf(text + length, size - length, "%s%s", length ? "+" : "", word)
                       : snprintf(text + length, size - length, "%sbit %u", length ? "+" : "", bit);
    }
    return text;
}
