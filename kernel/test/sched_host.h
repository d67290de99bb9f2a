/* What cpu.h leaves out where there is an operating system below. Included before everything else of the scheduler's test. */
struct cpu;
struct cpu *this_cpu(void);
