; From the boot loader to C.
;
; At boot_entry (Multiboot 0.6.96 §3.2): 32-bit code, paging off, A20 on, interrupts off,
;
;     eax  0x2badb002       ebx  physical address of the boot information       no stack
;
; The page tables that long mode begins with are not filled here: they stand in the image (boot_tables.asm), and the loader has put
; them where CR3 points to. Nor is the BSS zeroed here: nothing in it is used before `high`, where all its addresses are good.
;
; Until then ebx and ebp (the loader's eax) are taken.
;
;     noreturn void boot_main(uint32_t magic, uint32_t information);

%include "asm_constants.inc"

%define PHYSICAL(symbol) (symbol - KERNEL_BASE)

CPUID_FEATURES    equ 0x80000001
CPUID_LONG_AND_NX equ 1 << 29 | 1 << 20
COM1              equ 0x3f8
STACK_BYTES       equ 4 * 4096

extern boot_main, bss_start, bss_end, boot_root

global boot_entry, boot_stack_top

section .text

bits 32
boot_entry:
    cld
    mov   ebp, eax
    mov   edi, ebx                          ; cpuid writes ebx

    mov   eax, CPUID_FEATURES & 0x80000000  ; which of the extended leaves there are
    cpuid
    cmp   eax, CPUID_FEATURES
    jb    too_old
    mov   eax, CPUID_FEATURES
    cpuid
    not   edx
    test  edx, CPUID_LONG_AND_NX
    jnz   too_old
    mov   ebx, edi

    mov   ecx, MSR_EFER
    rdmsr
    or    eax, EFER_LME | EFER_NXE
    wrmsr
    mov   eax, PHYSICAL(boot_root)
    mov   cr3, eax
    mov   eax, cr4
    or    eax, CR4_PAE
    mov   cr4, eax
    mov   eax, cr0
    or    eax, CR0_PG | CR0_WP
    mov   cr0, eax                          ; the next instruction is fetched through boot_root[0]
    lgdt  [PHYSICAL(gdt_register)]
    jmp   far dword [PHYSICAL(long_mode_pointer)]

; "!64" on the serial line, and the end: the message must not need anything that may be missing.
too_old:
    mov   esi, PHYSICAL(complaint)
    mov   ecx, complaint_end - complaint
    mov   dx, COM1
    rep outsb
.halt:
    cli
    hlt
    jmp   .halt

bits 64
long_mode:
    mov   rax, high
    jmp   rax

high:
    xor   eax, eax
    mov   ds, eax
    mov   es, eax
    mov   ss, eax
    mov   rdi, bss_start
    mov   rcx, bss_end
    sub   rcx, rdi
    rep stosb
    mov   rsp, boot_stack_top
    mov   edi, ebp
    mov   esi, ebx
    xor   ebp, ebp
    call  boot_main
    ud2

section .rodata

align 8
gdt:
    dq    0
    dq    0x00209a0000000000                ; 64-bit code, ring 0
gdt_register:
    dw    $ - gdt - 1
    dd    PHYSICAL(gdt)
long_mode_pointer:
    dd    PHYSICAL(long_mode)
    dw    8
complaint:
    db    "!64"
complaint_end:

section .bss

align 4096
    resb  STACK_BYTES
boot_stack_top:
