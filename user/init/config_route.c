#include "init/config_reader.h"
#include "lib/string.h"

/* "parent", "deny", "child NAME". Whether there is such a child is looked at when all are known (config.c). */
static bool read_target(struct config_reader *r, uint32_t node, struct config_route *route)
{
    char text[CONFIG_NAME + 8];

    if (!config_text(r, node, "to", text, sizeof text))
        return false;
    if (text_equal(text, "parent"))
        route->to = ROUTE_PARENT;
    else if (text_equal(text, "deny"))
        route->to = ROUTE_DENY;
    else if (text_begins(text, "child ") && text[6] && text_copy(route->child, sizeof route->child, text + 6))
        route->to = ROUTE_CHILD;
    else
        return config_wrong(r, node, "\"to\" must be \"parent\", \"deny\" or \"child NAME\", not \"%s\"", config_word(r, node));
    return true;
}

static bool read_route(struct config_reader *r, uint32_t node, struct config_route *route)
{
    static const char *const keys[] = { "service", "label", "to", "as" };
    uint32_t to;

    *route = (struct config_route){ 0 };
    if (!config_keys(r, node, "a route", keys, sizeof keys / sizeof *keys) ||
        !config_text_member(r, node, "service", false, route->service, sizeof route->service) ||
        !config_text_member(r, node, "label", false, route->label, sizeof route->label) ||
        !config_member(r, node, "to", JSON_TEXT, true, &to) || !read_target(r, to, route) ||
        !config_text_member(r, node, "as", false, route->new_label, sizeof route->new_label))
        return false;
    route->relabel = route->new_label[0];
    return !route->relabel || route->to != ROUTE_DENY ||
           config_wrong(r, node, "\"as\" means nothing for a request that is denied");
}

bool config_routes(struct config_reader *r, uint32_t node, struct config_start *start)
{
    uint32_t at = 0, key, value;

    while (json_next(&r->json, node, &at, &key, &value)) {
        if (start->routes == CONFIG_ROUTES)
            return config_wrong(r, value, "more than %u routes, those for all included", (unsigned)CONFIG_ROUTES);
        if (!read_route(r, value, &start->route[start->routes]))
            return false;
        start->routes++;
    }
    return true;
}

const struct config_route *config_route(const struct config_start *start, const char *service, const char *label)
{
    for (unsigned i = 0; i < start->routes; i++) {
        const struct config_route *route = &start->route[i];
        if ((!route->service[0] || text_equal(route->service, service)) && (!route->label[0] || text_equal(route->label, label)))
            return route;
    }
    return NULL;
}
