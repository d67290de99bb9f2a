"""
GDB commands that know the kernel: `help cairn` lists them. tools/debug.sh (`make debug`) loads this file.

They read what the contract headers (kernel/contract) make public, by its names in the kernel's debug information, and change nothing but
for `cairn trace on` and `off`. Where a command looks further, into what a stage keeps to itself, it says so when a kernel keeps it its own
way. This is the kit's only Python, because GDB speaks no other language.

SPDX-License-Identifier: BSD-2-Clause
"""
import gdb

# kernel/x86/paging.h; debug information has no macros.
DIRECT_BASE = 0xFFFF800000000000
PAGE_SIZE = 4096
PRESENT, WRITE, USER, LARGE, NX = 1, 2, 4, 0x80, 1 << 63
ADDRESS = 0x000FFFFFFFFFF000

# enum cap_type and the rights of abi.h.
TYPES = {0: "dead", 1: "PD", 2: "EC", 3: "SC", 4: "PT", 5: "SM", 6: "kernel"}
RIGHTS = {
    "PD": ["pay", "ec", "grant", "figures", "quota", None, None, "destroy"],
    "EC": ["control", "pt", "sc", None, None, None, None, "destroy"],
    "SC": ["control", "time", "donate", None, None, None, None, "destroy"],
    "PT": ["call", "control", "event", None, None, None, None, "destroy"],
    "SM": ["up", "down", "assign", None, None, None, None, "destroy"],
    "kernel": ["memory", "ports", "interrupt", "time", "counter", "stop", None, None],
}
BLOCKED_WAIT, BLOCKED_PAUSE, BLOCKED_DYING = 1, 2, 4
PLACES = ["nowhere", "current", "ready", "parked"]
STATUSES = ["SUCCESS", "BAD_CALL", "BAD_CAP", "BAD_PAR", "BAD_CPU", "OCCUPIED", "CONFLICT", "NO_QUOTA", "NO_WINDOW", "NO_TIME", "PINNED",
            "CYCLE", "TIMEOUT", "ABORTED", "TOO_MANY", "ITEMS_LOST"]
EVENTS = {0: "#DE", 1: "#DB", 3: "#BP", 4: "#OF", 5: "#BR", 6: "#UD", 7: "#NM", 10: "#TS", 11: "#NP", 12: "#SS", 13: "#GP", 14: "#PF", 16: "#MF",
          17: "#AC", 19: "#XM", 32: "its start-up", 33: "its recall"}
MEMORY_RIGHTS = ["read", "write", "execute", "device"]
LIST_LIMIT = 100000  # a list that is longer is a circle that does not come back to its start


# ---- Reading the kernel ----


def need_type(name):
    try:
        return gdb.lookup_type(name)
    except gdb.error:
        raise gdb.GdbError("this kernel has no %s in its debug information: is its stage in this build, and built with -g?" % name)


def need_symbol(name):
    symbol = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
    if symbol is None:
        raise gdb.GdbError("this kernel has no variable %s: the part that defines it is not in this build" % name)
    return symbol.value()


def has(value, *path):
    """Whether value.path[0].path[1]... exists."""
    type_ = value.type.strip_typedefs()
    for name in path:
        while type_.code == gdb.TYPE_CODE_PTR:
            type_ = type_.target().strip_typedefs()
        if type_.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            return False
        found = member(type_, name)
        if found is None:
            return False
        type_ = found
    return True


def member(type_, name):
    """The type of a member, unnamed structures and unions looked through."""
    for field in type_.fields():
        if field.name == name:
            return field.type.strip_typedefs()
        if not field.name and field.type.strip_typedefs().code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            found = member(field.type.strip_typedefs(), name)
            if found is not None:
                return found
    return None


def get(value, *path):
    for name in path:
        if not has(value, name):
            raise gdb.GdbError("%s has no field %s: this kernel keeps it its own way" % (value.type, name))
        value = value[name]
    return value


def number(value, *path):
    return int(get(value, *path))


def items(first, *link):
    """The elements of a list by their link, from first until NULL or back to the start."""
    seen = set()
    while int(first) and int(first) not in seen:
        if len(seen) > LIST_LIMIT:
            raise gdb.GdbError("a list of more than %d elements: its links are damaged" % LIST_LIMIT)
        seen.add(int(first))
        yield first
        first = get(first.dereference(), *link).cast(first.type)


def container(pointer, type_name, path):
    """The structure of which *pointer is the member."""
    type_ = need_type(type_name)
    offset = int(gdb.Value(0).cast(type_.pointer()).dereference()[path].address)
    return gdb.Value(int(pointer) - offset).cast(type_.pointer())


def function(address):
    if not int(address):
        return "none"
    text = gdb.execute("info symbol %d" % int(address), to_string=True).split(" in section")[0].strip()
    return hex(int(address)) if text.startswith("No symbol") else text


def rights(type_, bits):
    names = RIGHTS.get(type_, [None] * 8)
    words = [names[bit] or "bit %d" % bit for bit in range(8) if bits >> bit & 1]
    return "+".join(words) or "none"


# ---- The kernel's objects ----


def value_of(text):
    """A number or an expression, as the user has written it."""
    try:
        return int(gdb.parse_and_eval(text))
    except (gdb.error, ValueError) as error:
        raise gdb.GdbError("%s: %s" % (text, error))


def cpus():
    array = need_symbol("cpus")
    try:
        found = [array[i] for i in range(array.type.range()[1] + 1) if number(array[i], "self") == int(array[i].address)]
    except gdb.MemoryError:
        found = []  # the kernel's addresses mean nothing yet
    if not found:
        raise gdb.GdbError("no CPU is up yet: continue to behind cpu_init first (hbreak body_start)")
    return found


def current_ec():
    for cpu in cpus():
        if number(cpu, "current"):
            return cpu["current"]
    raise gdb.GdbError("no EC has run yet: continue to behind body_start first")


class Kernel:
    """All PDs, ECs and other objects, numbered in the order in which they are found: root first, then what it pays, oldest first."""

    def __init__(self):
        self.pds, self.ecs, self.objects = [], [], []
        self.name_of = {}
        self.counts = {}
        root = self.root()
        if int(root):
            self.add_pd(root)
        for ec in self.ecs:  # root's SC is paid by the kernel
            sc = get(ec, "run", "sc")
            if int(sc) and int(sc) not in self.name_of:
                self.count(sc["object"].address)

    @staticmethod
    def root():
        symbol = gdb.lookup_static_symbol("root_pd") or gdb.lookup_global_symbol("root_pd")
        if symbol is not None:
            cpus()
            pd = symbol.value().address
            if not number(pd, "space") or not number(pd, "directory"):
                raise gdb.GdbError("the root task is not made yet: continue to behind body_start first")
            return pd
        pd = get(current_ec().dereference(), "ipc", "pd")
        if not int(pd):
            raise gdb.GdbError("the current EC is in no PD: this kernel has no protection domains (the stand-in for stages 3 to 7?)")
        while number(pd, "object", "payer"):
            pd = get(pd, "object", "payer")
        return pd

    def add_pd(self, pd):
        queue = [pd]
        while queue:
            pd = queue.pop(0)
            if int(pd) in self.name_of:
                continue
            self.pds.append(pd)
            self.name_of[int(pd)] = "PD %d" % len(self.pds)
            for ec in reversed(list(items(get(pd, "ecs"), "ipc", "next"))):  # the newest is the first in the kernel's list
                self.add_ec(ec)
            for obj in reversed(list(items(get(pd, "paid"), "next"))):
                self.objects.append(obj)
                self.count(obj)
                if number(obj, "type") == 1:
                    queue.append(container(obj, "struct pd", "object"))

    def count(self, obj):
        """SC, PT and SM: the next number of their kind."""
        kind = TYPES.get(number(obj, "type"), "dead")
        if kind in ("SC", "PT", "SM"):
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.name_of[int(obj)] = "%s %d" % (kind, self.counts[kind])

    def add_ec(self, ec):
        self.ecs.append(ec)
        self.name_of[int(ec)] = "EC %d" % len(self.ecs)

    def name(self, pointer):
        address = int(pointer)
        return self.name_of.get(address, "nobody" if not address else hex(address))

    def object_name(self, obj):
        """Of a struct object: that of the PD or EC it is in, else its type and number, or address."""
        type_ = TYPES.get(number(obj, "type"), "?")
        if type_ == "EC":
            return self.name(container(obj, "struct ec", "object"))
        if type_ == "PD":
            return self.name(container(obj, "struct pd", "object"))
        return self.name_of.get(int(obj), "the kernel object" if type_ == "kernel" else "%s %#x" % (type_, int(obj)))

    def about(self, obj):
        """What there is to say of a struct object besides its name: where a portal leads, who waits at a semaphore."""
        type_ = TYPES.get(number(obj, "type"), "?")
        if type_ == "PT":
            pt = container(obj, "struct pt", "object")
            return "into %s, entry %#x, id %#x" % (self.name(pt["ec"]), number(pt, "entry"), number(pt, "id"))
        if type_ == "SM":
            sm = container(obj, "struct sm", "object")
            waiting = [self.name(ec) for ec in items(sm["first"], "wait", "next")]
            return "count %d%s%s" % (number(sm, "count"), ", waiting: " + ", ".join(waiting) if waiting else "",
                                     ", an interrupt's" if number(sm, "interrupt") else "")
        if type_ == "SC":
            sc = container(obj, "struct sc", "object")
            return "of %s, priority %d, quota %d us" % (self.name(sc["ec"]), number(sc, "priority"), number(sc, "quota"))
        return ""

    def pick(self, text, list_, kind):
        """What the user means: a number in the list, or an address or expression."""
        text = text.strip()
        for prefix in (kind.lower(), kind):
            if text.startswith(prefix + " "):
                text = text[len(prefix):].strip()
        if text.isdigit() and 1 <= int(text) <= len(list_):
            return list_[int(text) - 1]
        try:
            value = gdb.parse_and_eval(text)
        except gdb.error as error:
            raise gdb.GdbError("%s: neither the number of a %s (1 to %d) nor an address: %s" % (text, kind, len(list_), error))
        address = int(value) if value.type.strip_typedefs().code != gdb.TYPE_CODE_STRUCT else int(value.address)
        if address < PAGE_SIZE:
            raise gdb.GdbError("there is no %s %d: there are %d" % (kind, address, len(list_)))
        return gdb.Value(address).cast(need_type("struct " + kind.lower()).pointer())

    def ec(self, text):
        return self.pick(text, self.ecs, "EC") if text.strip() else current_ec()


def some_ec(text):
    """For commands that work without protection domains, too."""
    try:
        return Kernel().ec(text)
    except gdb.GdbError:
        if not text.strip():
            return current_ec()
        return Kernel.pick(None, text, [], "EC")


def why(kernel, ec):
    """What ec does, or what it waits for and why: the states of ABI.md section 1."""
    blocked = number(ec, "run", "blocked")
    parts = []
    if blocked & BLOCKED_DYING:
        parts.append("dying")
    if any(int(cpu["current"]) == int(ec) and number(cpu, "run", "sc") for cpu in cpus()):
        parts.append("running")
    if blocked & BLOCKED_WAIT:
        parts.append(waits_for(kernel, ec))
    if blocked & BLOCKED_PAUSE:
        parts.append("paused: waits for EC_RESUME")
    if number(ec, "ipc", "callee"):
        parts.append("%s: waits for the reply of %s" % (said(ec), kernel.name(ec["ipc"]["callee"])))
    if number(ec, "ipc", "wanted"):
        parts.append("helping: wants to call %s, which is at work" % kernel.name(ec["ipc"]["wanted"]))
    if not parts and not number(ec, "run", "cont"):
        parts.append("receiving: waits for a call through one of its portals")
    if not parts and number(ec, "ipc", "kind") == 1 and not number(ec, "run", "sc"):
        parts.append("stands still: it has no SC")
    if number(ec, "ipc", "caller"):
        parts.append("serves %s" % kernel.name(ec["ipc"]["caller"]))
    if number(ec, "run", "recalled"):
        parts.append("recalled")
    place = PLACES[number(ec, "run", "sc", "place")] if number(ec, "run", "sc") else "runs on its caller's time"
    return ", ".join(parts) or (place if place != "current" else "ready")


def said(ec):
    """What an EC waits for an answer to: a call, or an event, which it left its program with (so it will go on with ec_leave_trap)."""
    if function(ec["run"]["cont"]) != "ec_leave_trap":
        return "calling"
    event = number(ec, "ipc", "event")
    where = " at address %#x, error %#x," % (number(ec, "ipc", "address"), number(ec, "state", "frame", "error")) if event == 14 else ""
    return "tells %s%s by rip %#x" % (EVENTS.get(event, "event %d" % event), where, number(ec, "state", "frame", "rip"))


def waits_for(kernel, ec):
    if not has(ec, "wait", "sm"):
        return "down on a semaphore (stage 7 is not in this kernel)"
    sm = get(ec, "wait", "sm")
    text = "down on %s" % kernel.name(sm["object"].address) if int(sm) else "down on no semaphore"
    if int(sm) and number(sm, "interrupt"):
        text += " (an interrupt's)"
    if has(ec, "wait", "deadline", "key") and number(ec, "wait", "deadline", "key"):
        text += " until tick %d" % number(ec, "wait", "deadline", "key")
    elif has(ec, "wait", "deadline", "key"):
        text += " without a deadline"
    return text


def sc_line(kernel, sc):
    return "%-6s of %-6s priority %3d, quota %7d us, claim %10d, left %10d, used %10d" % (
        kernel.name(sc["object"].address), kernel.name(sc["ec"]), number(sc, "priority"), number(sc, "quota"), number(sc, "claim"), number(sc, "left"),
        number(sc, "used"))


def scs(kernel):
    found = {}
    for ec in kernel.ecs:
        if number(ec, "run", "sc"):
            found[int(ec["run"]["sc"])] = ec["run"]["sc"]
    return list(found.values())


def link_items(head, type_name, path):
    """A circular list whose head is a link, as struct sc_link; a head of zeros is empty."""
    first = head["next"]
    while int(first) and int(first) != int(head.address):
        yield container(first, type_name, path)
        first = first["next"]


# ---- The commands ----


class Cairn(gdb.Command):
    """Look into the kernel: threads, ready queues, capabilities, accounts, page tables, UTCBs.

PDs and ECs are numbered as `cairn threads` shows them; their addresses do as well. The machine must be stopped."""

    def __init__(self):
        super().__init__("cairn", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


class Cpu(gdb.Command):
    """What each CPU knows about itself: its EC and SC, its stacks, what is pending.

usage: cairn cpu"""

    def invoke(self, text, from_tty):
        for cpu in cpus():
            print("CPU %d   block %#x" % (number(cpu, "id"), number(cpu, "self")))
            print("  current EC   %#x   %s" % (number(cpu, "current"), function(cpu["current"]) if number(cpu, "current") else "none yet"))
            print("  kernel stack ends at %#x, interrupt stacks at %s" % (
                number(cpu, "stack_top"), ", ".join("%#x" % int(cpu["ist_top"][i]) for i in range(3))))
            if int(cpu["tss"]):
                print("  TSS %#x, rsp0 %#x" % (int(cpu["tss"]), number(cpu["tss"].dereference(), "rsp0")))
            if has(cpu, "run", "sc"):
                pending = number(cpu, "run", "pending")
                names = [n for bit, n in ((1, "reschedule"), (2, "recall")) if pending & bit]
                print("  current SC %#x, FPU belongs to %#x, pending: %s" % (
                    number(cpu, "run", "sc"), number(cpu, "run", "fpu_owner"), " ".join(names) or "nothing"))


class Threads(gdb.Command):
    """All ECs: what each does, or what it waits for and why.

usage: cairn threads"""

    def invoke(self, text, from_tty):
        kernel = Kernel()
        for pd in kernel.pds:
            payer = get(pd, "object", "payer")
            print("%s at %#x, paid by %s" % (kernel.name(pd), int(pd), kernel.name(payer) if int(payer) else "the kernel"))
            for ec in kernel.ecs:
                if int(ec["ipc"]["pd"]) != int(pd):
                    continue
                kind = "global" if number(ec, "ipc", "kind") else "local"
                print("  %-6s %#x  CPU %d  %-6s  %s" % (kernel.name(ec), int(ec), number(ec, "run", "cpu"), kind, why(kernel, ec)))
                print("         rip %#x  goes on with %s" % (number(ec, "state", "frame", "rip"), function(ec["run"]["cont"])))


class Ready(gdb.Command):
    """All SCs by where they stand, with priority and claim, and the order of the ready queues.

usage: cairn ready
Times are in ticks of the time-stamp counter. The order is shown for queues as the reference keeps them."""

    def invoke(self, text, from_tty):
        kernel = Kernel()
        by_place = {}
        for sc in scs(kernel):
            by_place.setdefault(number(sc, "place"), []).append(sc)
        for place in (1, 2, 3, 0):
            print("%s: %d" % (PLACES[place], len(by_place.get(place, []))))
            if place != 2 or not self.queues(kernel):
                for sc in sorted(by_place.get(place, []), key=lambda s: (not number(s, "claim"), -number(s, "priority"))):
                    print("  " + sc_line(kernel, sc) + (", on " + self.parked_on(kernel, sc) if place == 3 else ""))

    @staticmethod
    def parked_on(kernel, sc):
        """The EC that its time waits for."""
        for ec in kernel.ecs:
            if int(sc) in [int(other) for other in link_items(get(ec, "run", "parked"), "struct sc", "link")]:
                return kernel.name(ec)
        return "nobody (just released)"

    @staticmethod
    def queues(kernel):
        """The reference's queues in their order. Returns False, having said so, where the stage has others."""
        symbol = gdb.lookup_global_symbol("scheds") or gdb.lookup_static_symbol("scheds")
        if symbol is None or not has(symbol.value()[0], "level") or not has(symbol.value()[0], "coming"):
            print("  (stage 3 of this kernel keeps its queues its own way; by claim and priority:)")
            return False
        array = symbol.value()
        for cpu in cpus():
            sched = array[number(cpu, "id")]
            levels = range(sched["level"].type.range()[1], -1, -1)
            heads = [("priority %d," % n if n else "fills,", sched["level"][n]) for n in levels] + [("about to be,", sched["coming"])]
            for name, head in heads:
                for place, sc in enumerate(link_items(head, "struct sc", "link")):
                    print("  CPU %d, %-12s place %d: %s" % (number(cpu, "id"), name, place + 1, sc_line(kernel, sc)))
        return True


class Caps(gdb.Command):
    """What a PD holds: its selectors with objects, rights and pins.

usage: cairn caps [PD]     (default: the PD of the current EC)"""

    def invoke(self, text, from_tty):
        kernel = Kernel()
        pd = kernel.pick(text, kernel.pds, "PD") if text.strip() else get(current_ec().dereference(), "ipc", "pd")
        print("%s at %#x" % (kernel.name(pd), int(pd)))
        count = 0
        for selector, entry in capabilities(pd):
            count += 1
            bits = number(entry, "rights")
            state = rights(TYPES.get(number(entry["object"], "type"), "?"), bits) if bits else "nothing is left of it"
            grants = "%d grant%s" % self.grants(entry)
            known = int(entry["object"]) and number(entry["object"], "type")
            print("  %5d  %-18s %-38s pins %d, %-9s %s" % (
                selector, kernel.object_name(entry["object"]) if known else "(reserved)", state, number(entry, "pins"), grants,
                kernel.about(entry["object"]) if known else ""))
        print("  %d selectors" % count)

    @staticmethod
    def grants(entry):
        """How many, where they are chained as the reference's are; else only whether there is one. A reserved number has none."""
        if not int(entry["object"]):
            return 0, "s"
        try:
            first = entry["grants"].cast(Derivation.check())
            n = len(list(items(first, "younger")))
        except gdb.GdbError:
            n = int(bool(int(entry["grants"])))
        return n, "" if n == 1 else "s"


def capabilities(pd):
    """(number, entry) of all that is not empty. Whole tables are read at once: there are 512 of 128 entries."""
    memory = gdb.selected_inferior()
    entry_type = need_type("struct capability")
    size = entry_type.sizeof
    tables = bytes(memory.read_memory(number(pd, "directory"), PAGE_SIZE))
    done = {}
    for t in range(PAGE_SIZE // 8):
        table = int.from_bytes(tables[8 * t:8 * t + 8], "little")
        if table not in done:
            done[table] = bytes(memory.read_memory(table, PAGE_SIZE)) if table else bytes(PAGE_SIZE)
        for i in range(PAGE_SIZE // size):
            if any(done[table][i * size:(i + 1) * size]):
                yield t * (PAGE_SIZE // size) + i, gdb.Value(table + i * size).cast(entry_type.pointer()).dereference()


class Derivation(gdb.Command):
    """Who has a capability from whom: the tree of grants below each object.

usage: cairn derivation             every object that a PD pays, and root's own
       cairn derivation PD SELECTOR  the object that this selector names
Grants are stage 4's own. This reads those of the reference, and says so if a kernel has others."""

    def invoke(self, text, from_tty):
        kernel = Kernel()
        self.grant = self.check()
        words = gdb.string_to_argv(text)
        if len(words) == 2:
            pd = kernel.pick(words[0], kernel.pds, "PD")
            wanted = value_of(words[1])
            found = [entry["object"] for selector, entry in capabilities(pd) if selector == wanted and int(entry["object"])]
            if not found:
                raise gdb.GdbError("%s has nothing under selector %d: `cairn caps` shows what it has" % (kernel.name(pd), wanted))
        elif words:
            raise gdb.GdbError("usage: cairn derivation [PD SELECTOR]")
        else:
            found = self.all(kernel)
        for obj in found:
            about = kernel.about(obj)
            print("%s, paid by %s%s" % (kernel.object_name(obj), kernel.name(obj["payer"]) if int(obj["payer"]) else "the kernel",
                                        "; " + about if about else ""))
            if int(obj["root"]):
                self.tree(kernel, obj, obj["root"].cast(self.grant))

    @staticmethod
    def check():
        """The type of grants, if this kernel lists them as the contract says."""
        grant = need_type("struct grant")
        fields = [f.name for f in grant.fields()]
        if not all(f in fields for f in ("next", "depth", "younger", "pd", "place", "rights", "marked")):
            raise gdb.GdbError("stage 4 of this kernel keeps its grants its own way (no struct grant with next, depth, younger, pd, place, "
                               "rights, marked). `cairn caps` shows who has what, without who has it from whom")
        return grant.pointer()

    @staticmethod
    def all(kernel):
        seen = {int(o): o for o in kernel.objects}
        for _, entry in capabilities(kernel.pds[0]):
            if int(entry["object"]):
                seen.setdefault(int(entry["object"]), entry["object"])
        return seen.values()

    def tree(self, kernel, obj, grant):
        """The descendants of a grant are those that follow it in the list of all with a greater depth."""
        top = number(grant, "depth")
        while True:
            kind = TYPES.get(number(obj, "type"), "?")
            holder = "%s: selector %d" % (kernel.name(grant["pd"]), number(grant, "place")) if int(grant["pd"]) else "the kernel"
            marked = number(grant, "marked")
            print("%s%s, %s%s" % ("    " * (number(grant, "depth") - top + 1), holder, rights(kind, number(grant, "rights")),
                                  ", being taken: " + rights(kind, marked) if marked else ""))
            grant = grant["next"]
            if number(grant, "depth") <= top:
                return


class Accounts(gdb.Command):
    """Every PD's account: who pays, pages of quota, used and free, cells.

usage: cairn accounts"""

    def invoke(self, text, from_tty):
        kernel = Kernel()
        print("%-8s %-10s %9s %9s %9s %9s %9s" % ("PD", "payer", "quota", "used", "free", "cells", "room for"))
        total = 0
        for pd in kernel.pds:
            payer = get(pd, "object", "payer")
            quota, used = number(pd, "quota"), number(pd, "used")
            total += quota
            cells = number(pd, "cells") if has(pd, "cells") else -1
            print("%-8s %-10s %9d %9d %9d %9s %9d%s" % (
                kernel.name(pd), kernel.name(payer) if int(payer) else "the kernel", quota, used, quota - used, cells if cells >= 0 else "?",
                number(pd, "free_cells"), "   MORE THAN ITS QUOTA" if used > quota else ""))
        print("%-8s %-10s %9d pages of %d bytes in all accounts" % ("", "", total, PAGE_SIZE))


class Walk(gdb.Command):
    """Walk the page tables for an address, with what every level allows.

usage: cairn walk ADDRESS [PD]     (default: the tables in CR3)"""

    LEVELS = ("root table", "table", "directory", "page table")

    def invoke(self, text, from_tty):
        words = gdb.string_to_argv(text)
        if len(words) not in (1, 2):
            raise gdb.GdbError("usage: cairn walk ADDRESS [PD]")
        virt = value_of(words[0]) & (1 << 64) - 1
        if len(words) == 2:
            kernel = Kernel()
            table = number(kernel.pick(words[1], kernel.pds, "PD"), "space")
        else:
            table = int(gdb.parse_and_eval("$cr3")) & ADDRESS
        if (virt >> 47) not in (0, 0x1FFFF):
            raise gdb.GdbError("%#x is not canonical: bits 47 to 63 must be equal" % virt)
        self.walk(virt, table)

    def walk(self, virt, table):
        print("%#x, root table at physical %#x" % (virt, table))
        write, user, execute = True, True, True
        for level in (3, 2, 1, 0):
            index = virt >> (12 + 9 * level) & 511
            entry = self.read(table + 8 * index)
            print("  %-10s %#012x[%3d] = %#018x  %s" % (self.LEVELS[3 - level], table, index, entry, self.flags(entry)))
            if not entry & PRESENT:
                print("  not mapped: a #PF with error bit 0 clear")
                return
            write, user, execute = write and bool(entry & WRITE), user and bool(entry & USER), execute and not entry & NX
            table = entry & ADDRESS
            if level and entry & LARGE:
                break
        size = 1 << (12 + 9 * level)
        phys = (table & ~(size - 1)) | (virt & (size - 1))
        who = "ring 3 and ring 0" if user else "ring 0"
        print("  physical %#x, in a page of %d KiB; %s may read%s%s" % (
            phys, size // 1024, who, ", write" if write else "", ", execute" if execute else ""))
        if user:
            print("  (SMEP and SMAP keep ring 0 from executing and touching it)")

    @staticmethod
    def read(phys):
        try:
            return int.from_bytes(bytes(gdb.selected_inferior().read_memory(DIRECT_BASE + phys, 8)), "little")
        except gdb.MemoryError:
            raise gdb.GdbError("the direct map at %#x cannot be read: paging is not set up yet (hbreak kernel_main), or its tables are damaged"
                               % DIRECT_BASE)

    @staticmethod
    def flags(entry):
        if not entry & PRESENT:
            return "not present"
        names = ((WRITE, "w"), (USER, "user"), (0x18, "uncached"), (0x20, "accessed"), (0x40, "dirty"), (LARGE, "large"), (0x100, "global"))
        return " ".join(["present"] + [n for bit, n in names if entry & bit == bit] + (["nx"] if entry & NX else []))


class Utcb(gdb.Command):
    """The UTCB of an EC: its windows, its first words, its items.

usage: cairn utcb [EC [WORDS]]     (default: the current EC, 8 words)"""

    def invoke(self, text, from_tty):
        words = gdb.string_to_argv(text)
        ec = some_ec(words[0] if words else "")
        count = value_of(words[1]) if len(words) > 1 else 8
        utcb = get(ec, "ipc", "utcb")
        if not int(utcb):
            raise gdb.GdbError("this EC has no UTCB")
        u = utcb.dereference()
        print("UTCB at %#x, for the program at %#x" % (int(utcb), number(ec, "ipc", "utcb_page")))
        memory = number(u, "memory_window")
        print("  object window  %d numbers from %d" % (number(u, "object_count"), number(u, "object_base")))
        print("  memory window  %s" % ("closed" if not memory else "2^%d pages from page %#x" % (memory & 0xFF, memory >> 8)))
        print("  port window    %d ports from %#x" % (number(u, "port_count"), number(u, "port_base")))
        lost = number(u, "lost")
        status = lost >> 48 & 0xFF
        print("  records        %d admitted; lost: %s" % (number(u, "records"), "%s, item %d, %d lacking" % (
            STATUSES[status] if status < len(STATUSES) else status, lost >> 40 & 0xFF, lost & 0xFFFFFFFF) if lost else "nothing"))
        for i in range(min(count, u["word"].type.range()[1] + 1)):
            print("  word %-3d       %#018x" % (i, int(u["word"][i])))
        for i in range(u["item"].type.range()[1] + 1):
            self.item(i, u["item"][i])

    @staticmethod
    def item(i, item):
        how, where = int(item["how"]), int(item["range"])
        if how or where:
            kind = {0: "null", 1: "delegate", 2: "translate"}.get(how & 15, "?")
            type_ = {8: "object", 9: "memory", 10: "ports"}.get(how >> 4 & 15, "?")
            bits = how >> 8 & 0xFF
            names = MEMORY_RIGHTS + [None] * 4 if type_ == "memory" else ["access"] + [None] * 7 if type_ == "ports" else None
            words = "+".join(names[b] or "bit %d" % b for b in range(8) if bits >> b & 1) if names else "%#x" % bits
            print("  item %-3d       %s %s %s, order %d, rights %s, spot %#x" % (
                i, kind, type_, "%#x" % (where >> 8) if names else where >> 8, where & 0xFF, words or "none", how >> 16))


class Frame(gdb.Command):
    """The registers of an EC in ring 3, as they were saved on its last entry.

usage: cairn frame [EC]     (default: the current EC)
Behind a system call only rip, rsp and rflags are saved, and rax and rdx hold its results; the rest is from earlier."""

    ORDER = ("rax rbx rcx rdx", "rsi rdi rbp rsp", "r8 r9 r10 r11", "r12 r13 r14 r15")

    def invoke(self, text, from_tty):
        ec = some_ec(text)
        state = get(ec.dereference(), "state")
        frame = get(state, "frame")
        print("EC at %#x %s" % (int(ec), function(ec) if not function(ec).startswith("0x") else ""))
        for line in self.ORDER:
            print("  " + "  ".join("%-3s %#018x" % (name, number(frame, name)) for name in line.split()))
        print("  rip %#018x  cs %#x  ss %#x  rflags %#x" % tuple(number(frame, n) for n in ("rip", "cs", "ss", "rflags")))
        print("  fs base %#x  gs base %#x  last vector %d, error %#x" % (
            number(state, "fs_base"), number(state, "gs_base"), number(frame, "vector"), number(frame, "error")))


class Trace(gdb.Command):
    """The kernel's trace ring: switch it on and off, save it for the program `trace`.

usage: cairn trace                how full it is
       cairn trace on | off       (the ring is there if the kernel was booted with trace=N)
       cairn trace save FILE"""

    def invoke(self, text, from_tty):
        words = gdb.string_to_argv(text)
        ring = need_symbol("trace_ring")
        capacity = number(ring, "capacity")
        if not capacity:
            raise gdb.GdbError("this kernel has no trace ring: boot it with trace=N, e.g. make debug CMDLINE=\"trace=4096 trace_wait=1\" "
                               "(or it has not got as far as trace_init)")
        if words in (["on"], ["off"]):
            gdb.execute("set var *(unsigned char *)&trace_on = %d" % (words == ["on"]))
        elif len(words) == 2 and words[0] == "save":
            gdb.execute("dump binary memory %s &trace_ring (char *)&trace_ring + sizeof trace_ring" % words[1])
            gdb.execute("append binary memory %s trace_ring.records trace_ring.records + trace_ring.capacity" % words[1])
        elif words:
            raise gdb.GdbError("usage: cairn trace [on | off | save FILE]")
        print("tracing is %s; %d records written, the last %d are kept" % (
            "on" if int(gdb.parse_and_eval("*(unsigned char *)&trace_on")) else "off", number(ring, "written"), capacity))


Cairn()
for _name, _class in (("cpu", Cpu), ("threads", Threads), ("ready", Ready), ("caps", Caps), ("derivation", Derivation),
                      ("accounts", Accounts), ("walk", Walk), ("utcb", Utcb), ("frame", Frame), ("trace", Trace)):
    _class("cairn " + _name, gdb.COMMAND_DATA)
