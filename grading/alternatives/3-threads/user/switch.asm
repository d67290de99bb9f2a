; The change from one user-level thread to another.
;
;     void uthread_switch(void **from, void *to);      rdi, rsi
;
; A function that C calls may lose all registers but rbx, rbp, r12 to r15 and rsp (psABI §3.2.1): the caller has saved what it
; needs of the others, so they are no part of the thread here.
;
; What `to` points to, and for a thread that has not run yet, what lies above that:
;
;     to + 64   function                only a new thread: uthread_begin takes them
;        + 56   argument
;        + 48   return address          of a new thread: uthread_begin
;        + 40   r15
;        + 32   r14
;        + 24   r13
;        + 16   r12
;        +  8   rbp
;        +  0   rbx

default rel
bits 64

extern uthread_exit

global uthread_switch, uthread_begin

%define SAVED 48

section .text

align 16
uthread_switch:
    sub   rsp, SAVED
    mov   [rsp], rbx
    mov   [rsp + 8], rbp
    mov   [rsp + 16], r12
    mov   [rsp + 24], r13
    mov   [rsp + 32], r14
    mov   [rsp + 40], r15
    mov   [rdi], rsp
    mov   rbx, [rsi]
    mov   rbp, [rsi + 8]
    mov   r12, [rsi + 16]
    mov   r13, [rsi + 24]
    mov   r14, [rsi + 32]
    mov   r15, [rsi + 40]
    lea   rsp, [rsi + SAVED]
    ret

; A new thread: argument and function are on its stack, which is 16-byte aligned here and again behind the two. Who returns has
; ended.
align 16
uthread_begin:
    pop   rdi
    pop   rax
    call  rax
    call  uthread_exit
