#include "lib/root.h"

#include "lib/string.h"

static struct list roots = LIST_HEAD(roots);
static struct signal_handler requests;

static struct root *find(const char *service)
{
    for (LIST_EACH(link, &roots)) {
        struct root *root = CONTAINER(link, struct root, link);
        if (text_equal(root->service, service))
            return root;
    }
    return NULL;
}

static void handle(struct root *root, enum request_kind kind, const struct session_creation *c)
{
    struct capability session = NO_CAPABILITY;
    enum outcome outcome = OK;

    if (kind == REQUEST_CREATE)
        outcome = root->create(root, c, &session);
    else if (kind == REQUEST_CLOSE)
        root->close(root, c->id);
    else if (root->upgrade)
        root->upgrade(root, c->id, c->ram, c->caps);
    if (kind != REQUEST_UPGRADE)
        (void)!parent_answer(root->env->parent, c->id, outcome, session);
}

static void on_request(struct signal_handler *handler, uint64_t count)
{
    const struct capability parent = CONTAINER(roots.next, struct root, link)->env->parent;
    enum request_kind kind;
    struct session_creation c;
    char service[SERVICE_SIZE];

    (void)handler, (void)count;
    while (parent_next_request(parent, &kind, &c.id, &c.ram, &c.caps, &c.cpu, service, c.label, c.args) == OK) {
        struct root *root = find(service);
        if (root)
            handle(root, kind, &c);
        else
            (void)!parent_answer(parent, c.id, DENIED, NO_CAPABILITY);
    }
}

enum outcome root_announce(struct env *env, struct root *root)
{
    enum outcome outcome = OK;

    root->env = env;
    if (!capability_valid(requests.context)) {
        requests.handle = on_request;
        outcome = signal_handler_init(env, &requests);
        if (outcome == OK)
            outcome = parent_request_sigh(env->parent, requests.context);
    }
    if (outcome == OK)
        outcome = parent_announce(env->parent, root->service);
    if (outcome == OK)
        list_append(&roots, &root->link);
    return outcome;
}
