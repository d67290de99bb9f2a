#include "probes/caps_state.h"

#include "contract/4-caps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

_Static_assert((int)CAPS_CELL == (int)CELL_SIZE && (int)CAPS_UNIT == (int)ACCOUNT_UNIT &&
                   (int)CAPS_CELLS_PER_PAGE == (int)CELLS_PER_PAGE,
               "as the interface has them");

enum { GRANTS_MOST = 10000, TREE_MOST = 64 }; /* of a boot, by far */

/* Only the first fault is told. */
static void wrong(struct caps_fault *fault, const char *expected, const char *seen, ...) __attribute__((format(printf, 3, 4)));

static void wrong(struct caps_fault *fault, const char *expected, const char *seen, ...)
{
    va_list arguments;

    if (fault->seen[0])
        return;
    snprintf(fault->expected, sizeof fault->expected, "%s", expected);
    va_start(arguments, seen);
    vsnprintf(fault->seen, sizeof fault->seen, seen, arguments);
    va_end(arguments);
}

static bool get(const struct caps_memory *memory, uint64_t address, void *data, size_t length)
{
    return memory->read(memory->context, address, data, length);
}

bool caps_read_account(const struct caps_memory *memory, uint64_t pd, struct caps_account *account)
{
    struct pd p;

    if (!get(memory, pd, &p, sizeof p))
        return false;
    *account = (struct caps_account){ p.quota, p.used, p.cells, p.free_cells };
    return true;
}

/* ---- The list of all grants ---- */

static void check_place_in_tree(const struct grant *g, uint64_t at, const uint64_t *above, unsigned depth,
                                struct caps_fault *fault)
{
    if (!g->depth || g->depth > depth + 1)
        wrong(fault, "a grant stands behind its parent, one deeper; one without parent has depth 1",
              "the grant at 0x%" PRIx64 " has depth %u behind one of depth %u", at, g->depth, depth);
    else if ((uint64_t)g->parent != (g->depth > 1 ? above[g->depth - 1] : 0))
        wrong(fault, "a grant's parent is the last one before it with a depth that is one less",
              "the grant at 0x%" PRIx64 " of depth %u has the parent 0x%" PRIx64 " and not 0x%" PRIx64, at, g->depth,
              (uint64_t)g->parent, g->depth > 1 ? above[g->depth - 1] : 0);
}

static void check_fields(const struct caps_memory *memory, const struct grant *g, uint64_t at, struct caps_fault *fault)
{
    struct object object;
    struct grant parent;

    if (g->type != TYPE_OBJECT && g->type != TYPE_MEMORY && g->type != TYPE_PORTS)
        wrong(fault, "a grant says whether it is of an object, of memory or of ports, as its offer says", "type %u", g->type);
    if (!g->rights)
        wrong(fault, "a grant has rights, or it is not there", "the one at 0x%" PRIx64 " has none", at);
    if (g->marked)
        wrong(fault, "nothing of a new grant is marked", "marked 0x%x at 0x%" PRIx64, g->marked, at);
    if (!g->serial)
        wrong(fault, "grants are numbered in the order in which they come, from 1", "serial 0 at 0x%" PRIx64, at);
    if (g->parent && get(memory, (uint64_t)g->parent, &parent, sizeof parent)) {
        if (!g->pd)
            wrong(fault, "a grant that comes from another one says which PD holds it", "pd is NULL at 0x%" PRIx64, at);
        if (g->rights & ~parent.rights)
            wrong(fault, "no grant has a right that its parent lacks", "0x%x under 0x%x", g->rights, parent.rights);
        if (g->serial <= parent.serial)
            wrong(fault, "a grant is younger than its parent", "serial %" PRIu64 " under %" PRIu64, g->serial, parent.serial);
        if (g->type == TYPE_OBJECT && g->what != parent.what)
            wrong(fault, "a grant is of the same object as its parent", "0x%" PRIx64 " under 0x%" PRIx64, g->what, parent.what);
    }
    if (g->type != TYPE_OBJECT)
        return;
    if (!get(memory, g->what, &object, sizeof object))
        wrong(fault, "a grant of an object leads to it", "what is 0x%" PRIx64, g->what);
    else if (object.type < TYPE_PD || object.type > TYPE_KERNEL)
        wrong(fault, "a grant of an object leads to it", "type %u at 0x%" PRIx64, object.type, g->what);
}

unsigned caps_check_list(const struct caps_memory *memory, uint64_t all_grants, struct caps_fault *fault)
{
    uint64_t above[TREE_MOST] = { 0 }, before = all_grants, at;
    struct grant head, g;
    unsigned count = 0, depth = 0;

    if (!get(memory, all_grants, &head, sizeof head))
        return 0;
    if (head.depth)
        wrong(fault, "all_grants has depth 0, which ends every walk", "depth %u", head.depth);
    for (at = (uint64_t)head.next; at != all_grants && !fault->seen[0]; before = at, at = (uint64_t)g.next) {
        if (++count > GRANTS_MOST || !get(memory, at, &g, sizeof g)) {
            wrong(fault, "the list of all grants is a ring through all_grants", "behind %u grants it leads to 0x%" PRIx64,
                  count - 1, at);
            break;
        }
        if ((uint64_t)g.prev != before)
            wrong(fault, "next and prev lead to each other",
                  "the grant at 0x%" PRIx64 " says that 0x%" PRIx64 " is before it, it is 0x%" PRIx64, at, (uint64_t)g.prev,
                  before);
        check_place_in_tree(&g, at, above, depth, fault);
        check_fields(memory, &g, at, fault);
        depth = g.depth;
        if (depth < TREE_MOST)
            above[depth] = at;
    }
    if ((uint64_t)head.prev != before)
        wrong(fault, "all_grants.prev is the last grant", "0x%" PRIx64 ", and not 0x%" PRIx64, (uint64_t)head.prev, before);
    return count;
}

/* ---- Numbers ---- */

static const struct {
    uint32_t number;
    uint8_t type;
    uint32_t rights;
    const char *name;
} roots[] = {
    { ROOT_SEL_KERNEL, TYPE_KERNEL, KERNEL_RIGHTS, "the kernel object" },
    { ROOT_SEL_PD, TYPE_PD, PD_RIGHTS & ~RIGHT_DESTROY, "its PD" },
    { ROOT_SEL_EC, TYPE_EC, EC_RIGHTS & ~RIGHT_DESTROY, "its EC" },
    { ROOT_SEL_SC, TYPE_SC, SC_RIGHTS & ~RIGHT_DESTROY, "its SC" },
};

static void check_live(const struct caps_memory *memory, uint64_t root, const struct capability *entry, unsigned i,
                       struct caps_fault *fault)
{
    struct object object = { 0 };
    struct grant g = { 0 };

    if (!entry->object || !get(memory, (uint64_t)entry->object, &object, sizeof object) || object.type != roots[i].type)
        wrong(fault, "the root task finds the objects of ABI.md §14 under its numbers",
              "number %u is to be %s: object 0x%" PRIx64 ", of type %u", roots[i].number, roots[i].name, (uint64_t)entry->object,
              object.type);
    else if (entry->rights != roots[i].rights)
        wrong(fault, "the entry's rights are the union of its grants' rights", "number %u, %s: 0x%x and not 0x%x",
              roots[i].number, roots[i].name, entry->rights, roots[i].rights);
    else if (entry->pins)
        wrong(fault, "what did not come in a message is not pinned", "number %u: %u pins", roots[i].number, entry->pins);
    else if (!get(memory, (uint64_t)entry->grants, &g, sizeof g) || g.what != (uint64_t)entry->object)
        wrong(fault, "the entry leads to its oldest grant, of its object", "number %u: 0x%" PRIx64, roots[i].number,
              (uint64_t)entry->grants);
    else if ((uint64_t)g.pd != root || g.place != roots[i].number || g.rights != entry->rights || g.younger)
        wrong(fault, "the number has one grant, which says whose it is and at which number",
              "the grant of number %u: PD 0x%" PRIx64 ", number %" PRIu64 ", rights 0x%x%s", roots[i].number, (uint64_t)g.pd,
              g.place, g.rights, g.younger ? ", and another one" : "");
}

static void check_entry(const struct caps_memory *memory, uint64_t root, const struct capability *entry, uint32_t number,
                        struct caps_fault *fault)
{
    for (unsigned i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (roots[i].number == number) {
            check_live(memory, root, entry, i, fault);
            return;
        }
    if (entry->object || entry->rights || entry->serial || entry->pins)
        wrong(fault, "a number that nobody has taken is empty",
              "number %u: object 0x%" PRIx64 ", rights 0x%x, %u pins, last word 0x%" PRIx64, number, (uint64_t)entry->object,
              entry->rights, entry->pins, entry->serial);
}

void caps_check_numbers(const struct caps_memory *memory, uint64_t root, struct caps_fault *fault)
{
    struct capability table[SELECTORS_PER_TABLE];
    uint64_t directory[CAP_TABLES];
    struct pd pd;

    if (!get(memory, root, &pd, sizeof pd) || !get(memory, (uint64_t)pd.directory, directory, sizeof directory)) {
        wrong(fault, "a PD with a number has a directory of its own", "it is at 0x%" PRIx64, (uint64_t)pd.directory);
        return;
    }
    for (unsigned t = 0; t < CAP_TABLES && !fault->seen[0]; t++) {
        if (t > 1 && directory[t] == directory[t - 1])
            continue; /* the page of empty entries */
        if (!get(memory, directory[t], table, sizeof table)) {
            wrong(fault, "no entry of the directory is without a table", "table %u is at 0x%" PRIx64, t, directory[t]);
            return;
        }
        for (uint32_t i = 0; i < SELECTORS_PER_TABLE; i++)
            check_entry(memory, root, &table[i], t * SELECTORS_PER_TABLE + i, fault);
    }
}
