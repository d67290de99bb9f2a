/* The machine that every mark is given on. A change here is a new machine: all limits and all
 * recorded counts must be taken again, and pinned_name in every record must change with it. */
#ifndef CAIRN_MACHINE_PINNED_H
#define CAIRN_MACHINE_PINNED_H

#define PINNED_NAME "cairn-machine-1" /* stands in every record */

#define PINNED_MACHINE "pc-q35-7.2"

/* A named model plus what the course uses. TCG 7.2 has no pcid, invpcid, x2apic, tsc-deadline or
 * invtsc and would warn; AVX stays out so that FPU state is 512 bytes of FXSAVE. */
#define PINNED_CPU "qemu64-v1,+fsgsbase,+smep,+smap,+umip,+rdtscp,+pdpe1gb,+xsave,+popcnt,+sse4.1,+sse4.2,+erms"

#define PINNED_RTC        "base=2024-01-01T00:00:00,clock=vm"
#define PINNED_ACTION     "reboot=shutdown,shutdown=pause,panic=pause"
#define PINNED_BIOS_FAST  "qboot.rom"     /* 36 ms to the kernel; leaves LVT0 masked: no PIC or PIT interrupts */
#define PINNED_BIOS_FULL  "bios-256k.bin" /* SeaBIOS, about 75 ms; for kernels that use the 8259 */
#define PINNED_MEMORY_MIB 128u
#define PINNED_QEMU       "/usr/bin/qemu-system-x86_64"

#endif
