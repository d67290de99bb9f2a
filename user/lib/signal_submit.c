#include "lib/service/signal.h"

#include "lib/signal.h"

enum outcome signal_submit(struct capability context)
{
    return signal_context_submit(context, 1);
}
