/*
 * What init's files share.
 */
#pragma once

#include "init/config.h"
#include "lib/child.h"
#include "lib/dataspace.h"

/* Sessions that init opens for each child at its own parent, in this order; they are closed in the other. */
enum own_session { OWN_RAM, OWN_CAP, OWN_CPU, OWN_LOG, OWN_SIGNAL, OWN_PD, OWN_BINARY, OWN_COUNT };

struct init_child {
    struct child child;
    const struct config_start *start; /* NULL: free */
    struct session own[OWN_COUNT];
    struct memory sessions; /* for its requests; given back when the last of them is */
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

/* Makes a child and starts it. On failure everything is taken back; why is in the log. */
void start_child(struct init_child *c, const struct config_start *start);

/* Gives back what describes a child that has ended, if nobody needs it any more. */
void forget_child(struct init_child *c);

/* Ends it: its memory, its threads, its sessions. Not on its own time. */
void end_child(struct init_child *c);
