; An interrupt in ring 0 with a known value in every register.
;
;     uint64_t ring0_trap(void);      bit n set: register n (in the order below) came back changed
;
;     stack:  [return address][rbx][rbp][r12][r13][r14][r15]

default rel
bits 64

global ring0_trap

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

ring0_trap:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    mov   qword [rel changed], 0
    mov   [rel stack], rsp
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
    int   255                   ; the spurious vector: the only one after which the kernel goes on
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
