#include "core/core.h"
#include "core/service.h"
#include "lib/list.h"
#include "lib/print.h"
#include "lib/service/log.h"

RPC_SERVE(log, LOG_OPERATIONS)

struct log_session {
    struct core_session session;
    bool inside; /* a line has been begun */
};

static enum outcome do_write(struct rpc_object *self, const char *text)
{
    struct log_session *s = CONTAINER(self, struct log_session, session.object);

    for (; *text; text++) {
        if (!s->inside)
            print("[%s] ", s->session.label);
        print("%c", *text);
        s->inside = *text != '\n';
    }
    return OK;
}

static enum outcome create(struct core_session *session, const char *args)
{
    static const struct log_operations operations = { do_write };

    (void)args;
    return rpc_object_manage(&core_entrypoint, &session->object, &log_interface, &operations);
}

static void close_session(struct core_session *session)
{
    if (((struct log_session *)session)->inside)
        print("\n");
}

const struct service log_service = { "LOG", LOG_RAM, LOG_CAPS, 1, create, close_session };
