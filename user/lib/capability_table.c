#include "lib/capability.h"

/* As many as a component of ordinary size needs: 8 KiB. Half is for what it makes, half for what it is given. */
enum { SLOTS = 512 };

struct capability_slot capability_slot[SLOTS];
const uint32_t capability_slots = SLOTS;
