; An interrupt in ring 0 as the processor would deliver it, with a known value in every register.
;
;     uint64_t ring0_strike(uint64_t gate, uint64_t has_error, uint64_t error);
;
; Returns a set: bit n for register n (in the order below) that came back changed, bit 15 for rsp.
;
;     stack before the jump:  rsp -> ([error])[rip][cs][rflags][rsp][ss] … [r15][r14][r13][r12][rbp][rbx][return address]

%include "asm_constants.inc"

default rel
bits 64

global ring0_strike, ring0_behind

section .text

%define PATTERN(n) (0x5a00000000000000 + n * 0x0101010101010101)

%macro CHECK 2
    mov   [rel scratch], %1
    push  rax
    mov   rax, PATTERN(%2)
    cmp   [rel scratch], rax
    pop   rax
    je    %%same
    bts   qword [rel changed], %2
%%same:
%endmacro

ring0_strike:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    mov   qword [rel changed], 0
    mov   [rel stack], rsp
    mov   [rel target], rdi

    mov   rax, rsp
    and   rsp, -16              ; as the processor aligns it
    push  0                     ; a null SS: ring 0 in 64-bit mode
    push  rax
    pushfq
    push  SEL_KERNEL_CODE
    lea   rax, [ring0_behind]
    push  rax
    test  rsi, rsi
    jz    .no_error
    push  rdx
.no_error:
    mov   rax, PATTERN(0)
    mov   rbx, PATTERN(1)
    mov   rcx, PATTERN(2)
    mov   rdx, PATTERN(3)
    mov   rsi, PATTERN(4)
    mov   rdi, PATTERN(5)
    mov   rbp, PATTERN(6)
    mov   r8,  PATTERN(7)
    mov   r9,  PATTERN(8)
    mov   r10, PATTERN(9)
    mov   r11, PATTERN(10)
    mov   r12, PATTERN(11)
    mov   r13, PATTERN(12)
    mov   r14, PATTERN(13)
    mov   r15, PATTERN(14)
    jmp   [rel target]
align 16                        ; in a shifted frame this stands where CS belongs, and must still look like ring 0
ring0_behind:
    CHECK rax, 0
    CHECK rbx, 1
    CHECK rcx, 2
    CHECK rdx, 3
    CHECK rsi, 4
    CHECK rdi, 5
    CHECK rbp, 6
    CHECK r8,  7
    CHECK r9,  8
    CHECK r10, 9
    CHECK r11, 10
    CHECK r12, 11
    CHECK r13, 12
    CHECK r14, 13
    CHECK r15, 14
    cmp   rsp, [rel stack]
    je    .stack_same
    bts   qword [rel changed], 15
    mov   rsp, [rel stack]
.stack_same:
    mov   rax, [rel changed]
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

section .bss
alignb 8
changed: resq 1
scratch: resq 1
stack:   resq 1
target:  resq 1
