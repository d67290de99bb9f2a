#include "core/log.h"

#include "core/core.h"
#include "lib/list.h"
#include "lib/print.h"
#include "lib/service/log.h"
#include "lib/service/parent.h"
#include "lib/string.h"

RPC_SERVE(log, LOG_OPERATIONS)

struct log_session {
    struct rpc_object object;
    bool inside; /* a line has been begun */
    char label[LABEL_SIZE];
};

static enum outcome do_write(struct rpc_object *self, const char *text)
{
    struct log_session *s = CONTAINER(self, struct log_session, object);

    for (; *text; text++) {
        if (!s->inside)
            print("[%s] ", s->label);
        print("%c", *text);
        s->inside = *text != '\n';
    }
    return OK;
}

enum outcome log_session_create(const char *label, struct capability *session)
{
    static const struct log_operations operations = { do_write };
    struct log_session *s = page_allocate();

    if (!s)
        return OUT_OF_RAM;
    (void)text_copy(s->label, sizeof s->label, label);
    const enum outcome outcome = rpc_object_manage(&core_entrypoint, &s->object, &log_interface, &operations);
    *session = s->object.capability;
    return outcome;
}
