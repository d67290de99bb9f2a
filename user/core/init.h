/*
 * Core's only child.
 */
#pragma once

/* Starts init, with all that core does not keep. What is missing ends everything, with a message. */
void init_start(void);
