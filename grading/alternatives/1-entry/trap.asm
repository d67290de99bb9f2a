; The ways in by interrupt and exception.
;
; The code of a vector pushes an error code of 0 if the processor has pushed none, and *calls* what is common to all. The
; return address that the call pushes lies where the frame has the vector, and tells it: the code of vector v ends at
; trap_slots + 8 v + 7.
;
;                 | ss, rsp, rflags, cs, rip
;                 | error code |  <- the processor's, or 0
;                 | vector     |  <- the return address into trap_slots, until it is exchanged for the vector
;                 | rax … r15  |
;         rsp  -> +------------+
;
;     extern const char trap_slots[VECTOR_COUNT][8];

%include "asm_constants.inc"
%include "registers.inc"

default rel
bits 64

extern trap_from_user, trap_from_kernel, trap_on_ist

global trap_slots

section .text

; rsp points to a frame with all registers saved: puts the vector where its code's return address stands.
%macro VECTOR_FROM_SLOT 0
    mov   rax, [rsp + FRAME_VECTOR]
    lea   rcx, [trap_slots]
    sub   rax, rcx
    shr   rax, 3
    mov   [rsp + FRAME_VECTOR], rax
%endmacro

; From ring 3 the frame's beginning, where rsp is now, is the EC. The base of the program is saved and cleared, see exit.c.
align 16
trap_entry:
    SAVE_ALL
    cld
    VECTOR_FROM_SLOT
    mov   rdi, rsp
    test  byte [rdi + FRAME_CS], 3
    jz    .from_kernel
    rdgsbase rax
    mov   [rdi + STATE_GS_BASE], rax
    xor   eax, eax
    wrgsbase rax
    swapgs
    mov   rsp, [gs:CPU_STACK_TOP]
    call  trap_from_user
    ud2

.from_kernel:
    call  trap_from_kernel
    mov   rdi, rsp
    LOAD_ALL
    iretq

; #DF, NMI, #MC: at any instruction, with any GS. The base that was in use waits in the two words below the frame (two, so that C
; finds its stack aligned).
align 16
trap_ist:
    SAVE_ALL
    cld
    VECTOR_FROM_SLOT
    mov   rdi, rsp
    rdgsbase rax
    sub   rsp, 16
    mov   [rsp], rax
    mov   rax, [rdi + FRAME_SIZE]     ; the top of the interrupt stack
    wrgsbase rax
    call  trap_on_ist
    pop   rax
    wrgsbase rax
    lea   rdi, [rsp + 8]
    LOAD_ALL
    iretq

%macro SLOT 1
%if %1 < 32 && ((VECTOR_ERROR_CODES >> %1) & 1)
    db    0x66, 0x90          ; a nop of two bytes, as long as the push
%else
    push  0
%endif
%if %1 == VECTOR_NMI || %1 == VECTOR_DOUBLE_FAULT || %1 == VECTOR_MACHINE_CHECK
    call  trap_ist
%else
    call  trap_entry
%endif
    int3                      ; never reached: fills the slot
%endmacro

align 16
trap_slots:
%assign vector 0
%rep 256
slot_%[vector]:
    SLOT  vector
%assign vector vector + 1
%endrep
%if $ - trap_slots != 256 * 8
%error "a slot is not 8 bytes long"
%endif
