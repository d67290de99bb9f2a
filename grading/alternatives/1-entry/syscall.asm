; The way in by `syscall`.
;
; At syscall_entry (SDM vol. 2B, SYSCALL): ring 0, interrupts off, and
;
;     rcx  the user's rip          rsp  the user's!
;     r11  the user's rflags       gs   the user's
;     rax  number of the call      rsi rdx r10 r8 r9  arguments
;
; rdi is free. It clears the base that ring 3 will get back: behind a system call a program has lost its GS base (ABI.md), and
; clearing it here leaves nothing to do on the way out.
;
;     void syscall_entry(void);

%include "asm_constants.inc"

default rel
bits 64

extern syscall_table, syscall_unknown

global syscall_entry

section .text

align 16
syscall_entry:
    xor   edi, edi
    wrgsbase rdi
    swapgs
    mov   rdi, [gs:CPU_CURRENT]
    mov   [rdi + FRAME_RSP], rsp
    mov   rsp, [gs:CPU_STACK_TOP]
    mov   [rdi + FRAME_RIP], rcx
    mov   [rdi + FRAME_RFLAGS], r11

    lea   rcx, [syscall_unknown]
    cmp   rax, SYSCALL_COUNT
    jae   .go
    lea   rcx, [syscall_table]
    mov   rcx, [rcx + rax * 8]
.go:
    xchg  rcx, r10                ; the handler to r10, the third argument to where C looks for it
    call  r10
    ud2                           ; no handler returns
