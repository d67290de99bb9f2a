; The kit's boot loader: QEMU starts it as a Multiboot kernel, and it starts the student's kernel as Multiboot 0.6.96 §3.2 says, with
; everything in a state that the specification allows and nobody expects: no usable stack, no descriptor table left, rubbish in the
; other registers.
;
;     const struct plan_registers *loader_main(const struct information *information);
;
; Stack while loader_main runs: its argument, 4 KiB of the loader's own. Then it is gone.
bits 32

extern loader_main

section .multiboot
align 4
    dd    0x1badb002, 0, -0x1badb002

section .text
global _start
_start:
    mov   esp, stack_top
    cld
    push  ebx
    call  loader_main
    mov   ebp, eax
    lgdt  [no_table]                        ; GDTR may be invalid: the kernel must not load a segment before it has its own
    lidt  [no_table]
    mov   eax, [ebp + 0]
    mov   ebx, [ebp + 4]
    mov   ecx, [ebp + 8]
    mov   edx, [ebp + 12]
    mov   esi, [ebp + 16]
    mov   edi, [ebp + 20]
    push  dword [ebp + 36]                  ; eip: the last thing the loader's stack is good for
    pop   dword [entry]
    push  dword [ebp + 32]
    popfd                                   ; interrupts stay off; DF is as the plan says
    mov   esp, [ebp + 28]
    mov   ebp, [ebp + 24]
    jmp   [entry]

section .data
align 4
no_table: dw 0
    dd    0
entry: dd 0

section .bss
align 16
    resb  4096
stack_top:
