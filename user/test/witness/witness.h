/*
 * Witness: a service that tells what has come to it.
 */
#pragma once

#include "lib/rpc.h"
#include "lib/service/parent.h"

/* A session; what comes with it beyond this is what `keep` can take. */
enum { WITNESS_RAM = 4096, WITNESS_CAPS = 512 };

#define WITNESS_OPERATIONS(OP)                                                                                         \
    OP(witness, note)                                                                                                  \
    OP(witness, notes) OP(witness, label) OP(witness, keep) OP(witness, die) OP(witness, echo) OP(witness, bare)

/* Counts, and nothing else. */
#define witness_note_IN(WORD, TEXT, CAP)
#define witness_note_OUT(WORD, TEXT, CAP)

/* How often anybody has called note, in all sessions. */
#define witness_notes_IN(WORD, TEXT, CAP)
#define witness_notes_OUT(WORD, TEXT, CAP) WORD(uint64_t, count)

/* What the server was told about this client. */
#define witness_label_IN(WORD, TEXT, CAP)
#define witness_label_OUT(WORD, TEXT, CAP) TEXT(label, LABEL_SIZE)

/* Keeps a dataspace of so many bytes for the client, until its session is closed. OUT_OF_RAM: what came with the
 * session is used up. OUT_OF_CAPS: it keeps as many as it can for one client. */
#define witness_keep_IN(WORD, TEXT, CAP) WORD(uint64_t, bytes)
#define witness_keep_OUT(WORD, TEXT, CAP)

/* Ends the server, in the middle of the call. */
#define witness_die_IN(WORD, TEXT, CAP)
#define witness_die_OUT(WORD, TEXT, CAP)

/* The number comes back. */
#define witness_echo_IN(WORD, TEXT, CAP)  WORD(uint64_t, number)
#define witness_echo_OUT(WORD, TEXT, CAP) WORD(uint64_t, same)

/* A portal of the kernel, without any of the library behind it: what is sent to it comes back at once, as three words.
 */
#define witness_bare_IN(WORD, TEXT, CAP)
#define witness_bare_OUT(WORD, TEXT, CAP) CAP(portal)

RPC_INTERFACE(witness, WITNESS_OPERATIONS)
