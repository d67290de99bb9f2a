/*
 * Init's configuration: a JSON text becomes a structure, or an error with line and column. README.md has the format.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/child.h"

enum { CONFIG_CHILDREN = 16, CONFIG_ROUTES = 12, CONFIG_NAME = 32 };

/* Where a child's request for a session goes. */
enum route_target { ROUTE_PARENT, ROUTE_CHILD, ROUTE_DENY };

struct config_route {
    char service[SERVICE_SIZE]; /* "": any */
    char label[LABEL_SIZE];     /* the request's label must be this; "": any */
    enum route_target to;
    char child[CONFIG_NAME];    /* ROUTE_CHILD: whose */
    char new_label[LABEL_SIZE]; /* relabel: what takes the place of the label */
    bool relabel;
};

struct config_start {
    char name[CONFIG_NAME], binary[CONFIG_NAME];
    uint64_t ram, caps; /* bytes */
    char provides[SERVICES_PER_CHILD][SERVICE_SIZE];
    unsigned provided, routes;
    struct config_route route[CONFIG_ROUTES]; /* its own first, then those for all */
    uint32_t config_start, config_length; /* the value of "config" as it stands in the text; length 0: it has none */
    bool exit_ends_init;
};

struct config {
    unsigned children;
    struct config_start start[CONFIG_CHILDREN];
};

struct config_error {
    uint32_t line, column; /* from 1 */
    char text[160];        /* names the key and, where there is one, the child */
};

/* False: *error says what is wrong, where, and what might have been meant; *config is then not valid. */
bool config_read(struct config *config, const char *text, size_t size, struct config_error *error);

/* The first route that fits a request; NULL: none does, and the request is denied. */
const struct config_route *config_route(const struct config_start *start, const char *service, const char *label);
