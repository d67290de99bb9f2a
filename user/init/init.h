/*
 * What init's files share.
 */
#pragma once

#include "init/config.h"
#include "lib/start.h"

struct init_child {
    struct started run;
    const struct config_start *start; /* NULL: it has ended, or was never there */
    struct rpc_object config_rom; /* see config_rom.c */
    struct memory config;
    bool exited;
};

extern struct env *init_env;
extern struct config init_config;
extern const char *init_config_text;
extern struct init_child init_child[CONFIG_CHILDREN];

/* The child's own ROM "config", the same for all its sessions. What it is made of is init's, and goes with config_rom_end. */
MUST_USE enum outcome config_rom_open(struct init_child *c, struct capability *rom);
void config_rom_end(struct init_child *c);

/* Where requests go, and how quota moves. */
extern const struct child_policy init_policy;

/* Called when a session that was PENDING at our parent has changed. */
void route_changed(void);
