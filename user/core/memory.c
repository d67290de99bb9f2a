#include "core/memory.h"

#include "lib/calls.h"
#include "lib/print.h"
#include "lib/string.h"

enum { RUNS = 256, LARGE_ORDER = 9, CHUNK_ORDER = 6 };

#define WRITE_WINDOW   0x100000000000ull /* + physical address */
#define EXECUTE_WINDOW 0x200000000000ull
#define DEVICE_WINDOW  0x300000000000ull /* + what io_mem.c chooses */

/* Free memory, ascending, no two runs touch. */
static struct run {
    uint64_t first, count;
} run[RUNS];
static unsigned runs;

static const struct info_page *info;

void *frame_address(uint64_t frame)
{
    return (void *)(WRITE_WINDOW + frame * PAGE);
}

/* ---- Free runs --------------------------------------------------------------------------------------------------------- */

uint64_t frames_free_count(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < runs; i++)
        sum += run[i].count;
    return sum;
}

static void run_remove(unsigned i)
{
    runs--;
    memmove(&run[i], &run[i + 1], (runs - i) * sizeof *run);
}

/* With RUNS runs a hole more would be lost: it is said, since nothing else could explain where memory has gone. */
static void run_insert(unsigned i, uint64_t first, uint64_t count)
{
    if (runs == RUNS) {
        print("core: too many holes in free memory, %lu pages are lost\n", count);
        return;
    }
    memmove(&run[i + 1], &run[i], (runs - i) * sizeof *run);
    run[i] = (struct run){ first, count };
    runs++;
}

void frames_free(uint64_t first, uint64_t count)
{
    unsigned i = 0;

    while (i < runs && run[i].first < first)
        i++;
    if (i && run[i - 1].first + run[i - 1].count == first) {
        run[--i].count += count;
    } else if (i < runs && first + count == run[i].first) {
        run[i].first = first;
        run[i].count += count;
    } else {
        run_insert(i, first, count);
    }
    if (i + 1 < runs && run[i].first + run[i].count == run[i + 1].first) {
        run[i].count += run[i + 1].count;
        run_remove(i + 1);
    }
}

uint64_t frames_allocate(uint64_t count)
{
    for (unsigned i = 0; i < runs; i++)
        if (run[i].count >= count && count) {
            const uint64_t first = run[i].first;
            run[i].first += count;
            run[i].count -= count;
            if (!run[i].count)
                run_remove(i);
            memset(frame_address(first), 0, count * PAGE);
            return first;
        }
    return 0;
}

uint64_t frame_of(const void *address)
{
    return ((uint64_t)address - WRITE_WINDOW) / PAGE;
}

/* ---- Giving and taking ------------------------------------------------------------------------------------------------- */

static uint64_t source_page(uint64_t frame, uint32_t rights)
{
    return (rights & MEMORY_EXECUTE ? EXECUTE_WINDOW : WRITE_WINDOW) / PAGE + frame;
}

struct frames frames_of_memory(uint64_t first, uint64_t count)
{
    return (struct frames){ first, count, source_page(first, MEMORY_WRITE), source_page(first, MEMORY_EXECUTE) };
}

/* The largest piece that begins at both places. */
static unsigned order_of(uint64_t a, uint64_t b, uint64_t count)
{
    unsigned order = CHUNK_ORDER;
    while ((a | b) & ((1u << order) - 1) || count < 1u << order)
        order--;
    return order;
}

struct syscall_result frames_grant(uint32_t pd, const struct frames *f, uint64_t offset, uint64_t count, uint64_t at,
                                   uint32_t rights)
{
    struct syscall_result r = { SUCCESS, 0 };
    uint64_t from = offset + (rights & MEMORY_EXECUTE ? f->executable_page : f->page);

    while (count && r.rax == SUCCESS) {
        const unsigned order = order_of(from, at, count);
        r = pd_grant(pd, RANGE(from, order), ITEM(ITEM_DELEGATE, TYPE_MEMORY, rights, at));
        from += 1u << order;
        at += 1u << order;
        count -= 1u << order;
    }
    return r;
}

static void remove_pages(uint32_t how, uint64_t page, uint64_t count)
{
    while (count) {
        const unsigned order = order_of(page, page, count);
        (void)remove_range(how, TYPE_MEMORY, RANGE(page, order), 0xff);
        page += 1u << order;
        count -= 1u << order;
    }
}

void frames_revoke(const struct frames *f, uint64_t offset, uint64_t count)
{
    remove_pages(REMOVE_BELOW, f->page + offset, count);
    if (f->executable_page)
        remove_pages(REMOVE_BELOW, f->executable_page + offset, count);
}

/* ---- Devices ----------------------------------------------------------------------------------------------------------- */

bool frames_are_memory(uint64_t first, uint64_t count)
{
    for (uint32_t i = 0; i < info->region_count; i++) {
        const struct info_region *r = &info->region[i];
        if (first * PAGE < r->base + r->size && r->base < (first + count) * PAGE)
            return true;
    }
    return false;
}

struct syscall_result frames_take_device(struct frames *f, uint64_t first, uint64_t count, uint64_t place, bool writable)
{
    const uint64_t rights = MEMORY_READ | MEMORY_DEVICE | (writable ? MEMORY_WRITE : 0);
    struct syscall_result r = { SUCCESS, 0 };

    *f = (struct frames){ first, count, DEVICE_WINDOW / PAGE + place, 0 };
    for (uint64_t done = 0; done < count && r.rax == SUCCESS;) {
        const unsigned order = order_of(first + done, f->page + done, count - done);
        r = kernel_control(ROOT_SEL_KERNEL, KERNEL_MEMORY, RANGE(first + done, order), f->page + done, rights);
        done += 1u << order;
    }
    return r;
}

void frames_drop_device(const struct frames *f)
{
    remove_pages(REMOVE_SELF, f->page, f->count);
}

/* ---- At boot ----------------------------------------------------------------------------------------------------------- */

static bool take(uint64_t frame, unsigned order)
{
    const uint32_t kernel = ROOT_SEL_KERNEL;

    if (kernel_control(kernel, KERNEL_MEMORY, RANGE(frame, order), source_page(frame, MEMORY_WRITE), MEMORY_READ | MEMORY_WRITE)
            .rax != SUCCESS)
        return false;
    result r = kernel_control(kernel, KERNEL_MEMORY, RANGE(frame, order), source_page(frame, MEMORY_EXECUTE),
                              MEMORY_READ | MEMORY_EXECUTE);
    if (r.rax != SUCCESS)
        print("core: memory at frame %lx cannot be mapped to be executed: status %lu\n", frame, r.rax);
    return r.rax == SUCCESS;
}

static bool is_module(uint64_t frame)
{
    for (uint32_t i = 0; i < info->module_count; i++)
        if (frame >= info->module[i].base / PAGE && frame <= (info->module[i].base + info->module[i].size - 1) / PAGE)
            return true;
    return false;
}

static void give_to_free(uint64_t frame, uint64_t count)
{
    for (uint64_t i = frame; i < frame + count; i++)
        if (i && !is_module(i)) /* frame 0 is the answer "none" */
            frames_free(i, 1);
}

/* In the largest pieces that the kernel gives: it refuses those in which something is its own or core's. */
void memory_init(const struct info_page *given)
{
    static const unsigned orders[] = { LARGE_ORDER, CHUNK_ORDER, 3, 0 };

    info = given;
    for (uint32_t i = 0; i < info->region_count; i++) {
        const uint64_t end = (info->region[i].base + info->region[i].size) / PAGE;
        uint64_t frame = (info->region[i].base + PAGE - 1) / PAGE;
        while (frame < end) {
            unsigned k = 0, taken = 0;
            for (; k < sizeof orders / sizeof *orders && !taken; k++)
                if (frame % (1u << orders[k]) == 0 && frame + (1u << orders[k]) <= end)
                    taken = take(frame, orders[k]) ? 1u << orders[k] : 0;
            give_to_free(frame, taken);
            frame += taken ? taken : 1;
        }
    }
}
