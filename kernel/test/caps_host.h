/*
 * What cpu.h and registers.h leave out where there is an operating system below. Included before everything else of
 * the test of stage 4.
 */
#include <stdint.h>

struct cpu;
struct cpu *this_cpu(void);
uint64_t read_cr3(void);
void write_cr3(uint64_t space);
