/* QMP: see qmp.h. Messages are lines of JSON; anything with "event" is kept for later. */
#include "qmp.h"

#include "clock.h"
#include "connect.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 20000      /* an emulator on an overloaded host may take seconds */
#define LINE_CAP  (4u << 20) /* no answer we ask for comes near; a runaway emulator might */

struct qmp {
    int fd;
    char *buffer; /* bytes received and not yet parsed */
    size_t length, size;
    json_t *events; /* array, oldest first */
};

/* Reads once, waiting up to `timeout_ms`. */
static struct status receive(struct qmp *qmp, int timeout_ms)
{
    struct pollfd ready = { .fd = qmp->fd, .events = POLLIN };
    if (qmp->length + 65536 > qmp->size) {
        char *grown = qmp->size < LINE_CAP ? realloc(qmp->buffer, qmp->size + 131072) : NULL;
        if (!grown)
            return status_error(STATUS_PROTOCOL, "QMP: a line without end");
        qmp->buffer = grown;
        qmp->size += 131072;
    }
    if (poll(&ready, 1, timeout_ms) <= 0)
        return status_error(STATUS_TIMEOUT, "QMP: no answer");
    ssize_t got = recv(qmp->fd, qmp->buffer + qmp->length, qmp->size - qmp->length, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return status_ok();
    if (got <= 0)
        return status_error(STATUS_CLOSED, "QMP: the emulator has ended");
    qmp->length += (size_t)got;
    return status_ok();
}

/* Takes one complete line out of the buffer; NULL if there is none. Lines that are no JSON object
 * come back as an empty object, which no caller takes for an answer. */
static json_t *take_line(struct qmp *qmp)
{
    char *end = qmp->length ? memchr(qmp->buffer, '\n', qmp->length) : NULL;
    if (!end)
        return NULL;
    size_t used = (size_t)(end - qmp->buffer) + 1;
    json_t *message = json_loadb(qmp->buffer, used, 0, NULL);
    memmove(qmp->buffer, qmp->buffer + used, qmp->length - used);
    qmp->length -= used;
    return json_is_object(message) ? message : (json_decref(message), json_object());
}

static bool keep_event(struct qmp *qmp, json_t *message)
{
    if (!json_object_get(message, "event"))
        return false;
    json_array_append_new(qmp->events, message);
    return true;
}

/* The next message that is not an event. */
static struct status next_answer(struct qmp *qmp, json_t **answer)
{
    uint64_t deadline = clock_ms() + ANSWER_MS;
    for (;;) {
        json_t *message;
        while ((message = take_line(qmp)) != NULL) {
            if (keep_event(qmp, message))
                continue;
            *answer = message;
            return status_ok();
        }
        int64_t left = (int64_t)(deadline - clock_ms());
        struct status status = receive(qmp, left > 0 ? (int)left : 0);
        if (status.code != STATUS_OK)
            return status;
    }
}

struct status qmp_execute(struct qmp *qmp, const char *command, json_t *arguments, json_t **result)
{
    json_t *request = json_pack("{s:s}", "execute", command);
    if (arguments)
        json_object_set_new(request, "arguments", arguments);
    char *line = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    if (!line)
        return status_error(STATUS_MISUSE, "QMP: %s is not valid UTF-8", command);
    struct status status = send_all(qmp->fd, line, strlen(line), ANSWER_MS);
    free(line);
    json_t *answer = NULL;
    if (status.code == STATUS_OK)
        status = next_answer(qmp, &answer);
    if (status.code != STATUS_OK)
        return status;
    json_t *value = json_object_get(answer, "return");
    json_t *error = json_object_get(answer, "error");
    if (!value) {
        const char *text = json_string_value(json_object_get(error, "desc"));
        status = status_error(error ? STATUS_REFUSED : STATUS_PROTOCOL, "QMP %s: %s", command,
                              text ? text : "an answer that is neither result nor error");
    } else if (result) {
        *result = json_incref(value);
    }
    json_decref(answer);
    return status;
}

struct status qmp_monitor(struct qmp *qmp, const char *line, char *text, size_t size)
{
    json_t *result = NULL;
    struct status status = qmp_execute(qmp, "human-monitor-command", json_pack("{s:s}", "command-line", line), &result);
    if (status.code != STATUS_OK)
        return status;
    const char *value = json_string_value(result);
    size_t length = value ? strlen(value) : 0;
    if (length >= size)
        length = size - 1;
    if (size)
        memcpy(text, value ? value : "", length), text[length] = '\0';
    json_decref(result);
    return value ? status_ok() : status_error(STATUS_PROTOCOL, "QMP: the monitor gave no text");
}

json_t *qmp_next_event(struct qmp *qmp)
{
    if (json_array_size(qmp->events) == 0) {
        json_t *message;
        receive(qmp, 0);
        while ((message = take_line(qmp)) != NULL)
            if (!keep_event(qmp, message))
                json_decref(message);
    }
    json_t *event = json_incref(json_array_get(qmp->events, 0));
    if (event)
        json_array_remove(qmp->events, 0);
    return event;
}

struct status qmp_open(struct qmp **out, const char *socket_path, int timeout_ms)
{
    *out = NULL;
    struct qmp *qmp = calloc(1, sizeof *qmp);
    if (!qmp)
        return status_errno("memory");
    qmp->fd = -1;
    qmp->events = json_array();
    struct status status = connect_unix(socket_path, timeout_ms, &qmp->fd);
    json_t *greeting = NULL;
    if (status.code == STATUS_OK)
        status = next_answer(qmp, &greeting);
    if (status.code == STATUS_OK && !json_object_get(greeting, "QMP"))
        status = status_error(STATUS_PROTOCOL, "QMP: no greeting");
    json_decref(greeting);
    if (status.code == STATUS_OK)
        status = qmp_execute(qmp, "qmp_capabilities", NULL, NULL);
    if (status.code != STATUS_OK) {
        qmp_close(qmp);
        return status;
    }
    *out = qmp;
    return status;
}

void qmp_close(struct qmp *qmp)
{
    if (!qmp)
        return;
    if (qmp->fd >= 0)
        close(qmp->fd);
    json_decref(qmp->events);
    free(qmp->buffer);
    free(qmp);
}
