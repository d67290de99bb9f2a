#include "queue.h"

struct ec *queue_pick(struct queue *queue)
{
    /* Answer 3.2 (place 1 of 2) goes here: choose the next EC */
    not_implemented("3.2 choose the next EC");
        return NULL;
}

void queue_tick(struct queue *queue)
{
	/* Answer 3.10 goes here: count time */
	not_implemented("3.10 count time (queue_tick)");
}

/* Answer 3.2 (place 2 of 2) goes here: choose the next EC */

const char *url = "http://!//! nothing";
