; What a path costs, in ticks of the time-stamp counter; with an instruction counter behind that (QEMU -icount shift=0), in instructions.
;
;     uint64_t measure_call(uint64_t number, uint64_t a1, uint64_t a2, uint64_t rounds);      the call, again and again
;     uint64_t measure_calls(uint64_t number, uint64_t a1, uint64_t a2, uint64_t rounds, uint64_t other);   with a2, then with other
;     uint64_t measure_breakpoint(uint64_t rounds);                                            int3, again and again
;     uint64_t measure_nothing(uint64_t rounds);                                               the loops without it
;
; Each returns the ticks of all rounds. The loops keep everything on the stack, because a call keeps rsp alone.
;
;     stack in the loops:  rsp -> [number][a1][a2][rounds][other][start][rbp][rbx][r12][r13][r14][r15][return address]

bits 64

global measure_call, measure_calls, measure_breakpoint, measure_nothing, reply_stub, reply_stub_end

%define NUMBER 0
%define A1     8
%define A2     16
%define ROUNDS 24
%define OTHER  32
%define START  40
%define CALL_REPLY 1

section .text

%macro BEGIN 0
    push  r15
    push  r14
    push  r13
    push  r12
    push  rbx
    push  rbp
    sub   rsp, 48
    mov   [rsp + NUMBER], rdi
    mov   [rsp + A1], rsi
    mov   [rsp + A2], rdx
    mov   [rsp + ROUNDS], rcx
    mov   [rsp + OTHER], r8
    rdtsc
    shl   rdx, 32
    or    rax, rdx
    mov   [rsp + START], rax
align 16
.again:
%endmacro

%macro END 0
    dec   qword [rsp + ROUNDS]
    jnz   .again
    rdtsc
    shl   rdx, 32
    or    rax, rdx
    sub   rax, [rsp + START]
    add   rsp, 48
    pop   rbp
    pop   rbx
    pop   r12
    pop   r13
    pop   r14
    pop   r15
    ret
%endmacro

%macro CALL 1
    mov   rax, [rsp + NUMBER]
    mov   rsi, [rsp + A1]
    mov   rdx, [rsp + %1]
    syscall
%endmacro

measure_call:
    BEGIN
    CALL  A2
    END

measure_calls:
    BEGIN
    CALL  A2
    xor   r10d, r10d            ; no deadline
    CALL  OTHER
    END

measure_breakpoint:
    mov   rcx, rdi
    BEGIN
    int3
    END

measure_nothing:
    mov   rcx, rdi
    BEGIN
    END

; The shortest server: answers with nothing. It needs no memory, so it can be copied into any address space.
align 16
reply_stub:
    mov   eax, CALL_REPLY
    xor   edx, edx
    syscall
reply_stub_end:
