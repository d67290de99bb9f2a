; What C cannot look at: registers across a switch, and the stack pointer where a function begins.
;
;     uint64_t keeps_registers(uint64_t seed, void (*yield)(void));      bit n set: the n-th of rbx, rbp, r12 to r15 has changed
;     void thread_entry(void *argument);                                 notes rsp for entry_rsp, then calls thread_main(argument)
;
; keeps_registers, behind its pushes:      rsp + 0  seed      the rest are the registers of whoever called it

default rel
bits 64

extern thread_main

global keeps_registers, thread_entry, entry_rsp

section .text

%macro COMPARE 2
    lea   rcx, [rdx + %2]
    cmp   %1, rcx
    je    %%same
    or    rax, 1 << (%2 - 1)
%%same:
%endmacro

keeps_registers:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    push  rdi
    lea   rbx, [rdi + 1]
    lea   rbp, [rdi + 2]
    lea   r12, [rdi + 3]
    lea   r13, [rdi + 4]
    lea   r14, [rdi + 5]
    lea   r15, [rdi + 6]
    call  rsi
    pop   rdx
    xor   eax, eax
    COMPARE rbx, 1
    COMPARE rbp, 2
    COMPARE r12, 3
    COMPARE r13, 4
    COMPARE r14, 5
    COMPARE r15, 6
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

thread_entry:
    mov   [entry_rsp], rsp
    sub   rsp, 24
    movaps [rsp], xmm0                      ; faults if the stack is 8 off, as compiled code would
    add   rsp, 24
    jmp   thread_main

section .bss
entry_rsp: resq 1
