/*
 * Task 3.6: six things belong to the same EC when ring 3 runs; and the ways out.
 */
#include "rig.h"

#include "x86/registers.h"

#define CR3_MARK (1ull << 3) /* PWT: means nothing here, and is gone when CR3 is written (SDM vol. 3A, table 4-12) */
#define BUDGET   1000

static struct pd other_pd;

/* ---- Helpers ---- */

static void call_switch(void *ec)
{
    ec_switch(ec);
}

static void switch_to(unsigned i, const char *family)
{
    told_family(family);
    SAME(rig_try(call_switch, &rig_ec[i]), LANDED, "how ec_switch ended: 1 is that the EC was gone on with by its cont");
    SAME(rig_ec_number(rig_who), i, "the number of the EC that ec_switch went on with");
    told_family("current");
    SAME(rig_ec_number(this_cpu()->current), i, "the number of the EC that is cpu->current behind ec_switch");
    told_family(family);
}

/* An SC for the processor, and ECs 0 to n - 1. */
static void make_ecs(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        rig_new(i, 50, BUDGET);
        rig_ec[i].run.sc = 0;
    }
    rig_new(RIG_ECS - 1, 50, BUDGET);
    sched_add(&rig_sc[RIG_ECS - 1]);
    rig_runner = &rig_ec[0];
    CHOSEN(&rig_sc[RIG_ECS - 1], "sched_next, when one SC is ready");
    SAME(rig_ec_number(rig_who), rig_ec_number(&rig_ec[0]), "the number of the EC that works on its time (ipc_runner)");
}

static uint16_t selectors(void)
{
    uint16_t ds, es, fs, gs;

    __asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3" : "=r"(ds), "=r"(es), "=r"(fs), "=r"(gs));
    return ds | es | fs | gs;
}

/* ---- FS base, CR3, selectors ---- */

static void fs_bases(void)
{
    const uint64_t of_0 = rig_random() >> 18, of_1 = rig_random() >> 18, later = rig_random() >> 18;

    rig_ec[1].state.fs_base = of_1;
    write_fs_base(of_0);
    switch_to(1, "state");
    SAME(read_fs_base(), of_1, "the FS base when an EC goes on");
    SAME(rig_ec[0].state.fs_base, of_0, "the FS base that is kept for the EC before");
    write_fs_base(later); /* as `mov fs` does it, unseen */
    switch_to(0, "state");
    SAME(read_fs_base(), of_0, "the FS base when an EC goes on");
    switch_to(1, "state");
    SAME(read_fs_base(), later, "the FS base of an EC that has changed it itself");
}

static void spaces(void)
{
    other_pd.space = paging_new_space();
    rig_ec[2].ipc.pd = &other_pd;
    switch_to(2, "state");
    SAME(read_cr3(), other_pd.space, "CR3 when an EC of another PD goes on");
    SAME(this_cpu()->tss->io_bitmap_offset, PORTS_CLOSED, "the I/O bitmap's offset then: the ports of the last PD are closed");
    switch_to(0, "state");
    SAME(read_cr3(), kernel_space, "CR3 back again");
    write_cr3(kernel_space | CR3_MARK);
    switch_to(1, "state");
    SAME(read_cr3(), kernel_space | CR3_MARK, "CR3, marked before a switch in one PD: it must not be written");
    switch_to(1, "state");
    SAME(read_cr3(), kernel_space | CR3_MARK, "CR3, marked before a switch from an EC to itself");
}

/* The scheduler chooses an EC of a stranger: not even a selector remains. */
static void chosen(void)
{
    const uint64_t base = rig_random() >> 18, before = rig_random() >> 18;

    rig_runner = &rig_ec[2];
    rig_ec[2].state.fs_base = base;
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs" : : "r"(SEL_USER_DATA));
    write_fs_base(before);
    rig_now += 10;
    CHOSEN(&rig_sc[RIG_ECS - 1], "sched_next, when one SC is ready");
    SAME(this_cpu()->current, &rig_ec[2], "cpu->current behind the choice");
    SAME(selectors(), 0, "the data segment selectors of who ran before, all of them: null when the scheduler chooses another EC");
    SAME(read_fs_base(), base, "the FS base of who was chosen");
    SAME(rig_ec[1].state.fs_base, before, "the FS base that is kept for who ran before: a null selector in FS changes it");
    SAME(read_cr3(), other_pd.space, "CR3 of who was chosen");
    switch_to(0, "state");
}

static void blocked_and_recalled(void)
{
    told_family("choice");
    rig_ec[1].run.recalled = 1;
    switch_to(1, "choice");
    SAME(this_cpu()->run.pending & PENDING_RECALL, PENDING_RECALL, "PENDING_RECALL when an EC that was recalled goes on");
    rig_ec[1].run.recalled = 0;
    this_cpu()->run.pending = 0;
    switch_to(0, "choice");
    SAME(this_cpu()->run.pending, 0, "what is pending when an EC goes on that was not recalled");
}

void change(void)
{
    make_ecs(3);
    fs_bases();
    spaces();
    chosen();
    blocked_and_recalled();
}

/* ---- The FPU ---- */

static struct area areas[3];

static uint32_t mxcsr(void)
{
    uint32_t value;
    __asm__ volatile("stmxcsr %0" : "=m"(value));
    return value;
}

static bool off(void)
{
    return read_cr0() & CR0_TS;
}

static void call_trap(void *ec)
{
    fpu_trap(ec);
}

/* The first use: from now on the registers are its own. */
static void first_use(unsigned i, uint64_t value)
{
    HOLDS(off(), "the FPU is off while an EC runs that has not used it");
    SAME(rig_try(call_trap, &rig_ec[i]), TRAPPED, "how fpu_trap ended at the first use: 2 is that the EC went on in ring 3");
    HOLDS(!off(), "the FPU is on behind the first use");
    SAME(xmm_get(), 0, "xmm5 at the first use");
    SAME(mxcsr(), 0x1f80, "MXCSR at the first use");
    xmm_set(value);
}

void fpu(void)
{
    const uint64_t mine = rig_random(), yours = rig_random();
    const uint32_t csr = 0x3f80;

    make_ecs(3);
    for (unsigned i = 0; i < 3; i++)
        rig_ec[i].run.fpu = &areas[i];
    rig_ec[0].run.fpu_used = rig_ec[1].run.fpu_used = 1;
    area_fill(&areas[0], mine);
    area_fill(&areas[1], yours);
    switch_to(2, "state");
    HOLDS(off(), "the FPU is off while an EC runs that has not used it");
    switch_to(0, "state");
    HOLDS(!off(), "the FPU is on while an EC runs that has used it");
    SAME(xmm_get(), mine, "xmm5 of an EC that goes on");
    xmm_set(mine + 1);
    __asm__ volatile("ldmxcsr %0" : : "m"(csr));
    switch_to(1, "state");
    SAME(xmm_get(), yours, "xmm5 of another EC");
    SAME(mxcsr(), 0x1f80, "MXCSR of another EC");
    switch_to(2, "state");
    HOLDS(off(), "the FPU is off while an EC runs that has not used it");
    __asm__ volatile("clts");
    SAME(xmm_get(), 0, "xmm5 under an EC that has not used the FPU: nobody's values are left");
    write_cr0(read_cr0() | CR0_TS);
    switch_to(0, "state");
    SAME(xmm_get(), mine + 1, "xmm5 of the first EC, when it comes back");
    SAME(mxcsr(), csr, "MXCSR of the first EC, when it comes back");
    switch_to(1, "state");
    SAME(xmm_get(), yours, "xmm5 of the other EC, when it comes back");
    rig_ec[1].run.fpu_used = 1;
    switch_to(2, "state");
    rig_ec[2].state.frame.rip = 0x700000000000;
    rig_ec[2].run.cont = landed;
    first_use(2, mine);
    switch_to(1, "state");
    SAME(xmm_get(), yours, "xmm5 of an EC behind another one's first use");
    switch_to(2, "state");
    SAME(xmm_get(), mine, "xmm5 of the EC that has used the FPU for the first time, when it comes back");
}
