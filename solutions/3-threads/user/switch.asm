; The change from one user-level thread to another.
;
;     void uthread_switch(void **from, void *to);      rdi, rsi
;
; A function that C calls may lose all registers but rbx, rbp, r12 to r15 and rsp (psABI §3.2.1): the caller has saved what it needs of
; the others, so they are no part of the thread here.
;
; Behind the pushes, and what `to` points to:
;
;     to + 48   return address
;        + 40   rbp
;        + 32   rbx
;        + 24   r12
;        + 16   r13
;        +  8   r14
;        +  0   r15

%include "not_implemented.inc"

default rel
bits 64

extern uthread_exit

global uthread_switch, uthread_begin

section .text

align 16
uthread_switch:
;! answer 3.A1 begin
    push  rbp                               ;! skeleton: NOT_IMPLEMENTED "3.A1 user-level threads (uthread_switch)"
    push  rbx
    push  r12
    push  r13
    push  r14
    push  r15
    mov   [rdi], rsp
    mov   rsp, rsi
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbx
    pop   rbp
    ret
;! answer 3.A1 end

; A new thread: rsp is 16-byte aligned, rbx the function, rbp its argument. Who returns has ended.
align 16
uthread_begin:
;! answer 3.A1 begin
    mov   rdi, rbp                          ;! skeleton: NOT_IMPLEMENTED "3.A1 user-level threads (uthread_begin)"
    xor   ebp, ebp                          ; no frame above this one
    call  rbx
    call  uthread_exit
;! answer 3.A1 end
