; The first instructions of every program.
;
; The kernel starts a program with rdi = what it was given (root: the information page), every other register 0 and no stack.
;
;     void start(const void *given);     calls  void main(const void *given), which must not return

bits 64
default rel

extern main

global start

section .text.start progbits alloc exec nowrite align=16

start:
    lea   rsp, [stack_top]
    xor   ebp, ebp
    call  main
    ud2                         ; main has returned: there is nowhere to go

section .bss
alignb 16
stack:     resb 16 * 1024
stack_top:
