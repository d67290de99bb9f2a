#include "queue.h"

//! slide: pick begin
struct ec *queue_pick(struct queue *queue)
{
    //! answer 3.2 begin
    if (!queue->first) //! skeleton: not_implemented("3.2 choose the next EC");
        return NULL;

    //! slide: inner begin
    struct ec *ec = queue->first; // the oldest //! skeleton:     return NULL;
    queue->first = ec->next;
    //! slide: inner end
    return ec;
    //! answer 3.2 end
}
//! slide: pick end

void queue_tick(struct queue *queue)
{
	//! answer 3.10 begin
	queue->ticks++;
	//! skeleton: not_implemented("3.10 count time (queue_tick)");
	//! answer 3.10 end
}

/*! answer 3.2 begin */
static int helper; /*! skeleton: nothing */
/*! answer 3.2 end */

const char *url = "http://!//! nothing";
