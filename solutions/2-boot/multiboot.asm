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
;! answer 2.1 begin: what the loader reads
    dd    MULTIBOOT_MAGIC                   ;! skeleton: not_implemented_2_1_what_the_loader_reads equ 0
    dd    MULTIBOOT_FLAGS
    dd    -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)
;! answer 2.1 end

section .text
bits 32
boot_entry:
;! answer 2.3 begin: the way to long mode
    mov   ebp, eax                          ;! skeleton: not_implemented_2_3_the_way_to_long_mode equ 0
    mov   edi, PHYSICAL(bss_start)          ;! skeleton: hlt
    mov   ecx, PHYSICAL(bss_end)
    sub   ecx, edi
    xor   eax, eax
    cld
    rep stosb                               ; C relies on a zeroed BSS; so do the tables below

    ; 64-bit mode and no-execute pages, or there is no point in going on (SDM vol. 2A, CPUID 80000001h).
    mov   esi, ebx
    mov   eax, 0x80000001
    cpuid
    mov   ebx, esi
    and   edx, CPUID_LONG_MODE | CPUID_NX
    cmp   edx, CPUID_LONG_MODE | CPUID_NX
    jne   too_old

    ; Three windows on the same first 4 GiB: where we are now, the direct map, and (1 GiB of it) the kernel's own addresses.
    mov   eax, PHYSICAL(low_table) + TABLE
    mov   [PHYSICAL(root_table)], eax
    mov   [PHYSICAL(root_table) + 256 * 8], eax
    mov   dword [PHYSICAL(root_table) + 511 * 8], PHYSICAL(high_table) + TABLE
    mov   dword [PHYSICAL(high_table) + 510 * 8], PHYSICAL(directories) + TABLE
    mov   eax, PHYSICAL(directories) + TABLE
    mov   edi, PHYSICAL(low_table)
    mov   ecx, 4
.directory:
    mov   [edi], eax
    add   eax, 4096
    add   edi, 8
    loop  .directory

    mov   eax, PTE_PRESENT | PTE_WRITE | PTE_LARGE
    mov   edi, PHYSICAL(directories)
    mov   ecx, 4 * 512
.large_page:
    mov   [edi], eax
    add   eax, 0x200000
    add   edi, 8
    loop  .large_page

    ; The order is the manual's (SDM vol. 3A §9.8.5): PAE, CR3, EFER.LME, and paging switches long mode on.
    mov   eax, CR4_PAE
    mov   cr4, eax
    mov   eax, PHYSICAL(root_table)
    mov   cr3, eax
    mov   ecx, MSR_EFER
    rdmsr
    or    eax, EFER_LME | EFER_NXE
    wrmsr
    mov   eax, cr0
    or    eax, CR0_PG | CR0_WP
    mov   cr0, eax
    lgdt  [PHYSICAL(gdt_register)]
    jmp   0x08:PHYSICAL(long_mode)
;! answer 2.3 end

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
