; The page tables that long mode begins with, ready in the image: the first 4 GiB of memory, three times.
;
;     boot_root   0    0x0000000000000000   where we stand when paging comes on
;                 256  0xffff800000000000   DIRECT_BASE
;                 511  0xffffffff80000000   KERNEL_BASE, by boot_high: its first GiB
;
; They are data and not read-only, because the processor sets their accessed bits.

%include "asm_constants.inc"

%define PHYSICAL(symbol) (symbol - KERNEL_BASE)

ENTRIES  equ 512
LARGE    equ 0x200000
POINTER  equ PTE_PRESENT | PTE_WRITE
PAGE     equ PTE_PRESENT | PTE_WRITE | PTE_LARGE

global boot_root

section .data

align 4096
boot_root:
    dq    PHYSICAL(boot_low) + POINTER
    times 255 dq 0
    dq    PHYSICAL(boot_low) + POINTER
    times 254 dq 0
    dq    PHYSICAL(boot_high) + POINTER

boot_low:
%assign gib 0
%rep 4
    dq    PHYSICAL(boot_pages) + gib * 4096 + POINTER
%assign gib gib + 1
%endrep
    times ENTRIES - 4 dq 0

boot_high:
    times ENTRIES - 2 dq 0
    dq    PHYSICAL(boot_pages) + POINTER
    dq    0

boot_pages:
%assign page 0
%rep 4 * ENTRIES
    dq    page * LARGE + PAGE
%assign page page + 1
%endrep
