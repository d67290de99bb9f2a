; The way in by `syscall` and back by `sysretq`.
;
; At syscall_entry (SDM vol. 2B, SYSCALL): ring 0, interrupts off, and
;
;     rcx  the user's rip          rsp  the user's!
;     r11  the user's rflags       gs   the user's
;     rax  number of the call      rsi rdx r10 r8 r9  arguments (rcx is taken, so the third travels in r10)
;
; Nothing has been saved anywhere, and there is no stack yet: the first memory access must go through GS.
;
;     void syscall_entry(void);
;     noreturn void exit_sysret(struct ec *ec);

%include "asm_constants.inc"
%include "x86/not_implemented.inc"

default rel
bits 64

extern syscall_table, syscall_unknown, trap_from_user

global syscall_entry, exit_sysret

section .text

; A system call saves three registers, not fifteen: the others come back as zero, so there is nothing to keep (ABI.md).
; In C, the handler is f(ec, a1, a2, a3, a4, a5): rdi, rsi, rdx, rcx, r8, r9.
align 16
syscall_entry:
; Answer 1.5 goes here: the way in: syscall
    NOT_IMPLEMENTED "1.5 the way in: syscall"

; From `mov rsp` on, the stack is the user's again. Interrupts are off, and what can still strike has a stack of its own (IST).
align 16
exit_sysret:
; Answer 1.6 goes here: the way out: sysret
    NOT_IMPLEMENTED "1.6 the way out: sysret"
