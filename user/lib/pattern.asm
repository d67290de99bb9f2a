; Registers filled with a pattern and watched while interrupts strike (pattern.h).
;
;     uint64_t pattern_loop(uint64_t seed, uint64_t rounds);
;
;     stack:  rsp -> [rounds][seed][r15][r14][r13][r12][rbp][rbx][return address]

bits 64
default rel

global pattern_loop

section .text

%macro EACH 1                   ; %1 register, number
    %1 rax, 1
    %1 rbx, 2
    %1 rcx, 3
    %1 rdx, 4
    %1 rsi, 5
    %1 rdi, 6
    %1 rbp, 7
    %1 r8,  8
    %1 r9,  9
    %1 r10, 10
    %1 r11, 11
    %1 r12, 12
    %1 r13, 13
    %1 r14, 14
    %1 r15, 15
%endmacro

; seed + number * 01010101h: lea needs no flags and no second register.
%macro FILL 2
    mov   %1, [rsp + 8]
    lea   %1, [%1 + %2 * 0x01010101]
%endmacro

%macro CHECK 2
    lea   %1, [%1 - %2 * 0x01010101]
    cmp   %1, [rsp + 8]
    lea   %1, [%1 + %2 * 0x01010101]
    jne   .changed_ %+ %2
%endmacro

%macro CHANGED 2
.changed_ %+ %2:
    mov   eax, %2
    jmp   .done
%endmacro

pattern_loop:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    push  rdi
    push  rsi
    std                         ; a flag to be kept, too: and the kernel must clear it for its own C code
    EACH  FILL
.round:
    EACH  CHECK
    dec   qword [rsp]
    jnz   .round
    xor   eax, eax
.done:
    cld
    add   rsp, 16
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

    EACH  CHANGED
