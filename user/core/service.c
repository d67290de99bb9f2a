#include "core/service.h"

#include "core/account.h"
#include "core/core.h"
#include "lib/string.h"

static const struct service *const services[] = {
    &cap_service, &cpu_service, &io_mem_service, &io_port_service, &irq_service,
    &log_service, &pd_service,  &ram_service,    &rom_service,     &signal_service,
};

struct list sessions_open = LIST_HEAD(sessions_open);

static const struct service *find(const char *name)
{
    for (unsigned i = 0; i < sizeof services / sizeof *services; i++)
        if (text_equal(services[i]->name, name))
            return services[i];
    return NULL;
}

enum outcome session_take(struct core_session *s, uint64_t ram, uint64_t caps)
{
    if (s->ram < ram) {
        rpc_set_lacking(ram - s->ram);
        return INSUFFICIENT_RAM;
    }
    if (s->caps < caps) {
        rpc_set_lacking(caps - s->caps);
        return INSUFFICIENT_CAPS;
    }
    s->ram -= ram;
    s->caps -= caps;
    return OK;
}

void session_give_back(struct core_session *s, uint64_t ram, uint64_t caps)
{
    s->ram += ram;
    s->caps += caps;
}

enum outcome service_open(const char *name, const char *label, const char *args, uint64_t ram, uint64_t caps,
                          struct core_session **session)
{
    const struct service *service = find(name);
    struct core_session quota = { .ram = ram, .caps = caps };

    if (!service)
        return DENIED;
    enum outcome outcome = session_take(&quota, service->ram, service->caps);
    if (outcome != OK)
        return outcome;
    struct core_session *s = pages_allocate(service->pages);
    if (!s)
        return OUT_OF_RAM;
    s->service = service;
    list_append(&sessions_open, &s->open);
    s->ram = quota.ram;
    s->caps = quota.caps;
    (void)text_copy(s->label, sizeof s->label, label);
    outcome = service->create(s, args);
    if (outcome == OK)
        *session = s;
    else
        service_close(s);
    return outcome;
}

void service_close(struct core_session *s)
{
    const uint32_t pages = s->service->pages;

    s->service->close(s);
    list_remove(&s->open);
    rpc_object_dissolve(&s->object);
    pages_free(s, pages);
}

/* ---- Core's memory for descriptions ------------------------------------------------------------------------------------ */

void *pages_allocate(uint32_t pages)
{
    if (account_take(&core_ram, pages * (uint64_t)PAGE) != OK)
        return NULL;
    const uint64_t frame = frames_allocate(pages);
    if (!frame)
        account_give_back(&core_ram, pages * (uint64_t)PAGE);
    return frame ? frame_address(frame) : NULL;
}

void pages_free(void *at, uint32_t pages)
{
    frames_free(frame_of(at), pages);
    account_give_back(&core_ram, pages * (uint64_t)PAGE);
}
