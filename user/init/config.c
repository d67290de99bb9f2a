/*
 * A configuration as a whole. All of it is checked before anything is started: a system that runs half of what was
 * meant is worse than one that says what is wrong.
 */
#include "init/config_reader.h"
#include "lib/string.h"

enum { NODES = 2048 };

/* Too many for a stack. Init reads one configuration at a time. */
static struct json_node nodes[NODES];

static bool read_provides(struct config_reader *r, uint32_t node, struct config_start *start)
{
    uint32_t list, at = 0, key, value;

    if (!config_member(r, node, "provides", JSON_ARRAY, false, &list))
        return false;
    while (list && json_next(&r->json, list, &at, &key, &value)) {
        if (start->provided == SERVICES_PER_CHILD)
            return config_wrong(r, value, "\"provides\" has more than %u services", (unsigned)SERVICES_PER_CHILD);
        if (!config_text(r, value, "provides", start->provides[start->provided], SERVICE_SIZE))
            return false;
        start->provided++;
    }
    return true;
}

static bool read_own_routes(struct config_reader *r, uint32_t node, const char *key, struct config_start *start)
{
    uint32_t list;

    return config_member(r, node, key, JSON_ARRAY, false, &list) && (!list || config_routes(r, list, start));
}

/* Its value is the child's business: here only where it stands. */
static void note_config(struct config_reader *r, uint32_t node, struct config_start *start)
{
    const uint32_t value = json_member(&r->json, node, "config");

    if (!value)
        return;
    const struct json_node *n = &r->json.node[value];
    const bool is_text = n->type == JSON_TEXT; /* its quotes belong to it */
    start->config_start = n->start - is_text;
    start->config_length = n->length + 2 * is_text;
}

static bool read_exit(struct config_reader *r, uint32_t node, struct config_start *start)
{
    uint32_t value;

    if (!config_member(r, node, "exit", JSON_TEXT, false, &value))
        return false;
    start->exit_ends_init = value && json_is_text(&r->json, value, "end");
    return !value || start->exit_ends_init || json_is_text(&r->json, value, "stay") ||
           config_wrong(r, value, "\"exit\" must be \"end\" or \"stay\"");
}

/* The rest of a child whose name is known. */
static bool read_child(struct config_reader *r, uint32_t node, struct config_start *start)
{
    static const char *const keys[] = { "name", "binary", "ram", "caps", "provides", "route", "config", "exit" };

    if (!config_keys(r, node, "\"start\"", keys, sizeof keys / sizeof *keys) ||
        !config_text_member(r, node, "binary", false, start->binary, sizeof start->binary) ||
        !config_size(r, node, "ram", &start->ram) || !config_size(r, node, "caps", &start->caps) ||
        !read_provides(r, node, start) || !read_own_routes(r, node, "route", start) || !read_exit(r, node, start))
        return false;
    if (!start->ram || !start->caps)
        return config_wrong(r, node, "\"%s\" is missing, here and in \"default\"", start->ram ? "caps" : "ram");
    if (!start->binary[0])
        text_copy(start->binary, sizeof start->binary, start->name);
    note_config(r, node, start);
    return true;
}

static bool name_is_new(struct config_reader *r, uint32_t node, const struct config *config, const char *name)
{
    for (unsigned i = 0; i < config->children; i++)
        if (text_equal(config->start[i].name, name))
            return config_wrong(r, node, "there is a child \"%s\" already", name);
    return true;
}

static bool read_start(struct config_reader *r, uint32_t node, const struct config_start *defaults,
                       struct config *config)
{
    if (config->children == CONFIG_CHILDREN)
        return config_wrong(r, node, "more than %u children", (unsigned)CONFIG_CHILDREN);
    struct config_start *start = &config->start[config->children];
    *start = (struct config_start){ .ram = defaults->ram, .caps = defaults->caps };
    if (!config_text_member(r, node, "name", true, start->name, sizeof start->name) ||
        !name_is_new(r, node, config, start->name))
        return false;
    r->child = start->name;
    if (!read_child(r, node, start) || !read_own_routes(r, 0, "default-route", start))
        return false;
    r->child = NULL;
    config->children++;
    return true;
}

/* Routes lead to children of this configuration. The error stands where the child's part begins. */
static bool targets_exist(struct config_reader *r, uint32_t list, const struct config *config)
{
    uint32_t at = 0, key, value;

    for (unsigned i = 0; i < config->children && json_next(&r->json, list, &at, &key, &value); i++)
        for (unsigned j = 0; j < config->start[i].routes; j++) {
            const struct config_route *route = &config->start[i].route[j];
            unsigned k = 0;
            while (route->to == ROUTE_CHILD && k < config->children && !text_equal(route->child, config->start[k].name))
                k++;
            r->child = config->start[i].name;
            if (route->to == ROUTE_CHILD && k == config->children)
                return config_wrong(r, value, "a route leads to \"%s\", and there is no such child", route->child);
        }
    r->child = NULL;
    return true;
}

static bool read_defaults(struct config_reader *r, struct config_start *defaults)
{
    static const char *const keys[] = { "ram", "caps" };
    uint32_t node;

    *defaults = (struct config_start){ 0 };
    if (!config_member(r, 0, "default", JSON_OBJECT, false, &node))
        return false;
    return !node || (config_keys(r, node, "\"default\"", keys, 2) && config_size(r, node, "ram", &defaults->ram) &&
                     config_size(r, node, "caps", &defaults->caps));
}

static bool read_all(struct config_reader *r, struct config *config)
{
    static const char *const keys[] = { "default", "default-route", "start" };
    struct config_start defaults;
    uint32_t list, at = 0, key, value;

    if (!config_keys(r, 0, "the configuration", keys, sizeof keys / sizeof *keys) || !read_defaults(r, &defaults) ||
        !config_member(r, 0, "start", JSON_ARRAY, true, &list))
        return false;
    while (json_next(&r->json, list, &at, &key, &value))
        if (!read_start(r, value, &defaults, config))
            return false;
    return targets_exist(r, list, config);
}

bool config_read(struct config *config, const char *text, size_t size, struct config_error *error)
{
    struct config_reader r = { .error = error };
    struct json_error wrong;

    config->children = 0;
    if (json_read(&r.json, text, size, nodes, NODES, &wrong))
        return read_all(&r, config);
    error->line = wrong.line;
    error->column = wrong.column;
    text_copy(error->text, sizeof error->text, wrong.message);
    return false;
}
