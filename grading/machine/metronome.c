/* The HPET as a metronome (IA-PC HPET specification 1.0a, 2.3). See metronome.h. */
#include "metronome.h"

#define HPET                  0xfed00000ull
#define GENERAL_CONFIGURATION (HPET + 0x10)
#define TIMER0_CONFIGURATION  (HPET + 0x100)
#define TIMER0_COMPARATOR     (HPET + 0x108)
#define TIMER0_MESSAGE        (HPET + 0x110)

#define ENABLE           1u
#define INTERRUPT_ENABLE (1u << 2)
#define PERIODIC         (1u << 3)
#define SET_VALUE        (1u << 6)
#define MESSAGE_ENABLE   (1u << 14)

#define NOWHERE 0xf0000000u /* no RAM, no device: the write is lost */
#define TICK_NS 10u         /* QEMU's HPET counts at 100 MHz */

static struct status put(struct rsp *rsp, uint64_t address, uint32_t value)
{
    return rsp_write_physical(rsp, address, &value, sizeof value);
}

struct status metronome_start(struct rsp *rsp, unsigned shift, uint32_t beat)
{
    uint32_t period = (beat << shift) / TICK_NS;
    const struct {
        uint64_t address;
        uint32_t value;
    } writes[] = {
        { TIMER0_MESSAGE, 0 },
        { TIMER0_MESSAGE + 4, NOWHERE },
        { TIMER0_CONFIGURATION, INTERRUPT_ENABLE | PERIODIC | SET_VALUE | MESSAGE_ENABLE },
        { TIMER0_COMPARATOR, period }, /* the first beat */
        { TIMER0_COMPARATOR, period }, /* and every further one */
        { GENERAL_CONFIGURATION, ENABLE },
    };
    struct status status = status_ok();
    for (unsigned i = 0; i < sizeof writes / sizeof writes[0] && status.code == STATUS_OK; i++)
        status = put(rsp, writes[i].address, writes[i].value);
    return status;
}
