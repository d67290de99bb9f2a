/* How functions of this library fail: a code for programs, a sentence for people.
 *
 * Nothing in the library prints or exits. A caller that only wants to pass a failure on writes
 *     struct status s = qmp_execute(...);
 *     if (s.code != STATUS_OK) return s;
 */
#ifndef CAIRN_MACHINE_STATUS_H
#define CAIRN_MACHINE_STATUS_H

enum status_code {
    STATUS_OK,
    STATUS_SYSTEM,     /* the host refused something: no memory, no file, no process */
    STATUS_NO_SANDBOX, /* bubblewrap is missing or may not create namespaces here */
    STATUS_MISUSE,     /* the caller broke the documented order or ranges */
    STATUS_PROTOCOL,   /* the emulator answered something that is not in its protocol */
    STATUS_REFUSED,    /* the emulator understood and said no; the message is its own */
    STATUS_TIMEOUT,    /* no answer within the time given */
    STATUS_CLOSED,     /* the other end is gone: the emulator has ended */
    STATUS_UNMAPPED,   /* a guest address that does not translate or is not RAM */
};

struct status {
    enum status_code code;
    char message[252]; /* one line without a newline; empty if the code is STATUS_OK */
};

/* The success value. */
struct status status_ok(void);

/* A failure with a printf-style message; longer messages are cut. */
struct status status_error(enum status_code code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* STATUS_SYSTEM with "what: strerror(errno)"; errno is read first. */
struct status status_errno(const char *what);

/* The code as a word: "refused". Never NULL. */
const char *status_name(enum status_code code);

#endif
