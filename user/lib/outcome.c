#include "lib/outcome.h"

#include "cairn/abi.h"

const char *outcome_name(enum outcome outcome)
{
    static const char *const name[] = {
#define OUTCOME_NAME(name) #name,
        OUTCOMES(OUTCOME_NAME)
#undef OUTCOME_NAME
    };
    return (unsigned)outcome < OUTCOME_COUNT ? name[outcome] : "?";
}

enum outcome outcome_of_status(uint64_t status)
{
    switch (status) {
    case SUCCESS:
        return OK;
    case NO_QUOTA:
        return OUT_OF_CAPS;
    case OCCUPIED:
    case CONFLICT:
        return OVERLAP;
    case BAD_CAP:
    case ABORTED:
        return GONE;
    default:
        return INVALID;
    }
}
