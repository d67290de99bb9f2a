; System calls with every register chosen by the host, and every register looked at behind them.
;
;   challenge[i]   15 registers in the order of struct frame (r15 … rax), rflags, rsp, GS base
;   result[i]      the same, as found behind the call
;
; `checkpoint` is reached when all challenges are done.

bits 64
default rel

global main, checkpoint, challenge, challenge_count, result, after_call

CHALLENGES equ 32
WORDS equ 18
WORD_RFLAGS equ 15
WORD_RSP equ 16
WORD_GS equ 17

%macro EACH_BUT_RBX 1               ; %1 register, index in the frame
    %1 r15, 0
    %1 r14, 1
    %1 r13, 2
    %1 r12, 3
    %1 r11, 4
    %1 r10, 5
    %1 r9,  6
    %1 r8,  7
    %1 rbp, 8
    %1 rdi, 9
    %1 rsi, 10
    %1 rdx, 11
    %1 rcx, 12
    %1 rax, 14
%endmacro

%macro LOAD 2
    mov   %1, [rbx + %2 * 8]
%endmacro

%macro STORE 2
    mov   [got + %2 * 8], %1
%endmacro

section .text

main:
    mov   rbx, [index]
    cmp   rbx, [challenge_count]
    jae   checkpoint
    imul  rbx, rbx, WORDS * 8
    lea   rax, [challenge]
    add   rbx, rax
    mov   rax, [rbx + WORD_GS * 8]
    wrgsbase rax
    mov   rax, [rbx + WORD_RSP * 8]
    mov   [new_rsp], rax
    push  qword [rbx + WORD_RFLAGS * 8]
    popfq                           ; nothing below changes a flag
    mov   [old_rsp], rsp
    EACH_BUT_RBX LOAD
    mov   rbx, [rbx + 13 * 8]
    mov   rsp, [new_rsp]
    syscall
after_call:
    EACH_BUT_RBX STORE
    STORE rbx, 13
    STORE rsp, WORD_RSP
    mov   rsp, [old_rsp]
    pushfq
    pop   qword [got + WORD_RFLAGS * 8]
    push  2
    popfq
    rdgsbase rax
    STORE rax, WORD_GS

    mov   rdi, [index]
    imul  rdi, rdi, WORDS * 8
    lea   rax, [result]
    add   rdi, rax
    lea   rsi, [got]
    mov   ecx, WORDS
    rep movsq
    inc   qword [index]
    jmp   main

checkpoint:
    jmp   checkpoint

section .data
align 16
challenge_count: dq 1
challenge:       times CHALLENGES * WORDS dq 0

section .bss
alignb 16
result:  resq CHALLENGES * WORDS
got:     resq WORDS
index:   resq 1
old_rsp: resq 1
new_rsp: resq 1
