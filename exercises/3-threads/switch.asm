; Where the kernel stack is thrown away.
;
;     noreturn void run_cont(struct ec *ec);
;     noreturn void run_pending(struct ec *self, continuation *leave);
;     noreturn void sched_idle(void);
;     noreturn void sched_pause(void);
;
; Before: any depth of the kernel stack.                     After, at the first instruction of what is called:
;
;     stack_top -> +------------------+                      stack_top -> +------------------+
;                  | frames of calls  |                                   | return address   | <- rsp; never used,
;                  | that never       | <- rsp                            +------------------+    but the psABI's callee
;                  | return           |                                                           expects one
;                  +------------------+

%include "asm_constants.inc"
%include "x86/not_implemented.inc"

default rel
bits 64

extern leave_pending, sched_next

global run_cont, run_pending, sched_idle, sched_pause

section .text

%macro EMPTY_STACK 0
    mov   rsp, [gs:CPU_STACK_TOP]
%endmacro

align 16
run_cont:
    EMPTY_STACK
    call  [rdi + EC_CONT]

; Something is pending for rdi, who was about to leave by rsi.
align 16
run_pending:
    EMPTY_STACK
    call  leave_pending

; sti takes effect behind the next instruction (SDM vol. 2B, STI), so what was not there at the last look at the queues ends
; the hlt. What comes by then may throw this stack away, or return.
align 16
sched_idle:
; Answer 3.7 (place 5 of 5) goes here: block and wake
    NOT_IMPLEMENTED "3.7 block and wake"

align 16
sched_pause:
    EMPTY_STACK
    sti
    nop
    cli
    call  sched_next
