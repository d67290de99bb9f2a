; From the boot loader to C: the Multiboot header, and the way from 32-bit protected mode to long mode.
;
; At boot_entry (Multiboot 0.6.96 §3.2): 32-bit code, paging off, A20 on, interrupts off,
;
;     eax  0x2badb002       ebx  physical address of the boot information       no stack
;
; The kernel is linked to run at KERNEL_BASE and up, but lies at physical 1 MiB and up until paging is on: every address in the
; 32-bit part is a link address less KERNEL_BASE.
;
;     noreturn void boot_main(uint32_t magic, uint32_t information);

%include "asm_constants.inc"

extern boot_main, bss_start, bss_end

global boot_entry, boot_stack_top

%define PHYSICAL(symbol) (symbol - KERNEL_BASE)

MULTIBOOT_MAGIC      equ 0x1badb002
MULTIBOOT_ALIGN      equ 1 << 0     ; modules on page boundaries
MULTIBOOT_MEMORY_MAP equ 1 << 1
MULTIBOOT_FLAGS      equ MULTIBOOT_ALIGN | MULTIBOOT_MEMORY_MAP

; The loader looks for this in the first 8 KiB of the file, 4-byte aligned (§3.1). The linker script puts it first.
section .multiboot
align 4
; Answer 2.1 (place 2 of 2) goes here: what the loader reads
    not_implemented_2_1_what_the_loader_reads equ 0

section .text
bits 32
boot_entry:
; Answer 2.3 goes here: the way to long mode
    not_implemented_2_3_the_way_to_long_mode equ 0
    hlt

; "!64" on the serial line, and the end: the message must not need anything that may be missing.
too_old:
    mov   dx, 0x3f8
    mov   al, '!'
    out   dx, al
    mov   al, '6'
    out   dx, al
    mov   al, '4'
    out   dx, al
.halt:
    cli
    hlt
    jmp   .halt

bits 64
long_mode:
    mov   rax, high_addresses
    jmp   rax
high_addresses:
    mov   rsp, boot_stack_top
    xor   eax, eax
    mov   ds, ax
    mov   es, ax
    mov   ss, ax
    mov   edi, ebp
    mov   esi, ebx
    xor   ebp, ebp
    call  boot_main

CPUID_LONG_MODE equ 1 << 29
CPUID_NX        equ 1 << 20
TABLE           equ PTE_PRESENT | PTE_WRITE

section .rodata
align 8
gdt:
    dq    0
    dq    0x00209a0000000000                ; 64-bit code, ring 0
gdt_register:
    dw    $ - gdt - 1
    dd    PHYSICAL(gdt)

section .bss
align 4096
root_table:  resb 4096
low_table:   resb 4096
high_table:  resb 4096
directories: resb 4 * 4096
boot_stack:  resb 4 * 4096
boot_stack_top:
