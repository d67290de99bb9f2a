; Where the host stops, and what C cannot do: registers across a switch, and the stack pointer where a function begins.
;
;     void switch_kept(uint64_t seed, void (*yield)(void));    six registers get values made from seed; yield is called
;     void thread_entry(void *argument);                       where threads begin; goes on in thread_main
;     void checkpoint(void);                                   the end
;
; At switch_before and at switch_after rsp is the same, and between them the registers must be, too:
;
;     rsp -> [r15][r14][r13][r12][rbp][rbx][return address]

default rel
bits 64

extern thread_main

global switch_kept, switch_before, switch_after, thread_entry, checkpoint

section .text

switch_kept:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    mov   rax, rsi
    mov   rcx, 0x9e3779b97f4a7c15
    imul  rdi, rcx
    mov   rbx, rdi
    lea   rbp, [rdi + rcx]
    lea   r12, [rbp + rcx]
    lea   r13, [r12 + rcx]
    lea   r14, [r13 + rcx]
    lea   r15, [r14 + rcx]
    sub   rsp, 8
switch_before:
    call  rax
switch_after:
    add   rsp, 8
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

thread_entry:
    sub   rsp, 24
    movaps [rsp], xmm0          ; a #GP when the stack is 8 off, as in compiled code
    add   rsp, 24
    jmp   thread_main

checkpoint:
    jmp   checkpoint
