; The ways out of the kernel.
;
;     noreturn void leave_by_iret(struct ec *ec);
;     noreturn void leave_by_sysret(struct ec *ec);
;     noreturn void leave_by_trap(struct ec *ec);
;
; From the swapgs on nothing of the kernel's may be touched through GS; ec is still mapped, and interrupts are off.

%include "asm_constants.inc"
%include "registers.inc"

default rel
bits 64

extern trap_from_user

global leave_by_iret, leave_by_sysret, leave_by_trap

section .text

align 16
leave_by_iret:
    mov   rax, [rdi + STATE_GS_BASE]
    swapgs
    wrgsbase rax
    LOAD_ALL
    iretq

align 16
leave_by_trap:
    mov   rsp, [gs:CPU_STACK_TOP]
    call  trap_from_user

; rip, rflags, rsp, rax and rdx are the program's, everything else is nobody's.
align 16
leave_by_sysret:
    xor   ebx, ebx
    xor   ebp, ebp
    xor   esi, esi
    xor   r8d, r8d
    xor   r9d, r9d
    xor   r10d, r10d
    xor   r12d, r12d
    xor   r13d, r13d
    xor   r14d, r14d
    xor   r15d, r15d
    mov   rcx, [rdi + FRAME_RIP]
    mov   r11, [rdi + FRAME_RFLAGS]
    mov   rdx, [rdi + FRAME_RDX]
    mov   rax, [rdi + FRAME_RAX]
    mov   rsp, [rdi + FRAME_RSP]
    xor   edi, edi
    swapgs
    o64 sysret
