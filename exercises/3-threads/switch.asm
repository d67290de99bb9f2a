; Where the kernel stack is thrown away.
;
;     noreturn void run_cont(struct ec *ec);
;     noreturn void activate_and_run(struct ec *ec);
;     noreturn void ec_leave_call(struct ec *self);
;     noreturn void ec_leave_trap(struct ec *self);
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

extern entry_activate, exit_sysret, exit_iret, leave_pending, sched_next

global run_cont, activate_and_run, ec_leave_call, ec_leave_trap, sched_idle, sched_pause

section .text

; rbp = 0 ends backtraces here.
%macro EMPTY_STACK 0
    mov   rsp, [gs:CPU_STACK_TOP]
    xor   ebp, ebp
%endmacro

; rbx survives the call (psABI §3.2.1), and nobody wants its old value any more.
align 16
activate_and_run:
    EMPTY_STACK
    mov   rbx, rdi
    call  entry_activate
    mov   rdi, rbx
    call  [rdi + EC_CONT]

align 16
run_cont:
    EMPTY_STACK
    call  [rdi + EC_CONT]

; The last thing before each exit to ring 3. Interrupts are off, so nothing can become pending behind the test.
align 16
ec_leave_call:
; Answer 3.8 (place 6 of 8) goes here: leave, block and wake
    NOT_IMPLEMENTED "3.8 leave, block and wake"

align 16
ec_leave_trap:
; Answer 3.8 (place 7 of 8) goes here: leave, block and wake
    NOT_IMPLEMENTED "3.8 leave, block and wake"

; sti takes effect behind the next instruction (SDM vol. 2B, STI), so what was not there at the last look at the queues ends
; the hlt. What comes by then may throw this stack away, or return.
align 16
sched_idle:
; Answer 3.8 (place 8 of 8) goes here: leave, block and wake
    NOT_IMPLEMENTED "3.8 leave, block and wake"

align 16
sched_pause:
    EMPTY_STACK
    sti
    nop
    cli
    call  sched_next
