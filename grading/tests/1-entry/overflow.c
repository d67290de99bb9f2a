/* Makes the kernel run out of stack.
 */
#include "place.h"
#include "lib/stand_in.h"

void main(const void *given);

void main(const void *given)
{
    (void)given;
    control(STANDIN_OVERFLOW, 0);
    PLACE(checkpoint);
}
