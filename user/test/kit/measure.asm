; Loops around a system call (measure.h). All registers but rsp are gone after each, so everything lives on the stack:
;
;     rsp -> [n][call][start][rbx][rbp][r12][r13][r14][r15][return address]

bits 64
default rel

extern syscall

global measure_call, measure_no_call, measure_int3, measure_stub, measure_no_stub

section .text

%macro BEGIN 0
    push  r15
    push  r14
    push  r13
    push  r12
    push  rbp
    push  rbx
    push  0
    push  rdi
    push  rsi
    rdtsc
    shl   rdx, 32
    or    rax, rdx
    mov   [rsp + 16], rax
.round:
%endmacro

%macro LOAD 0
    mov   rdi, [rsp + 8]
    mov   rax, [rdi]
    mov   rsi, [rdi + 8]
    mov   rdx, [rdi + 16]
    mov   r10, [rdi + 24]
    mov   r8, [rdi + 32]
    mov   r9, [rdi + 40]
%endmacro

%macro END 0
    dec   qword [rsp]
    jnz   .round
    rdtsc
    shl   rdx, 32
    or    rax, rdx
    sub   rax, [rsp + 16]
    add   rsp, 24
    pop   rbx
    pop   rbp
    pop   r12
    pop   r13
    pop   r14
    pop   r15
    ret
%endmacro

measure_call:
    BEGIN
    LOAD
    syscall
    END

measure_no_call:
    BEGIN
    LOAD
    END

measure_int3:
    BEGIN
    LOAD
    int3
    END

%macro LOAD_C 0
    mov   rax, [rsp + 8]
    mov   rdi, [rax]
    mov   rsi, [rax + 8]
    mov   rdx, [rax + 16]
    mov   rcx, [rax + 24]
    mov   r8, [rax + 32]
    mov   r9, [rax + 40]
%endmacro

measure_stub:
    BEGIN
    LOAD_C
    call  syscall
    END

measure_no_stub:
    BEGIN
    LOAD_C
    END
