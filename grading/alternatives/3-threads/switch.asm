; Where the kernel stack is thrown away.
;
;     noreturn void start_over(struct ec *ec, continuation *what);      rdi, rsi
;
; Before: any depth of the kernel stack.                     After, at the first instruction of what:
;
;     stack_top -> +------------------+                      stack_top -> +------------------+
;                  | frames of calls  |                                   | 0, as a return   | <- rsp: 16n + 8, as behind
;                  | that never       | <- rsp                            | address          |    a call (psABI §3.2.2);
;                  | return           |                                   +------------------+    a backtrace ends here

%include "asm_constants.inc"

default rel
bits 64

global start_over

section .text

align 16
start_over:
    mov   rsp, [gs:CPU_STACK_TOP]
    xor   ebp, ebp
    push  rbp
    jmp   rsi
