; The ways in by interrupt and exception, and the way out by `iretq`.
;
; When a gate is taken (SDM vol. 3A §6.14.2) the processor has changed to ring 0, switched interrupts off, aligned the stack
; pointer to 16 bytes and pushed five words, for some exceptions six. The stubs add the vector and, where there is none, an
; error code of 0; then the fifteen registers. The result is a struct frame (frame.h):
;
;     TSS.rsp0 -> +------------+  from ring 3: the end of the current EC's frame, so that pushing saves into the EC
;                 | ss         |  from ring 0: somewhere on the stack in use
;                 | rsp        |  #DF, NMI, #MC: the top of an interrupt stack
;                 | rflags     |
;                 | cs         |  its low two bits tell where we come from
;                 | rip        |
;                 | error code |  <- the processor's, or the stub's 0
;                 | vector     |  <- the stub's
;                 | rax … r15  |
;         rsp  -> +------------+
;
;     extern const uint64_t trap_stubs[VECTOR_COUNT];
;     noreturn void exit_iret(struct ec *ec);

%include "asm_constants.inc"
%include "x86/not_implemented.inc"

default rel
bits 64

extern trap_from_user, trap_from_kernel, trap_on_ist

global trap_stubs, exit_iret

section .text

; Answer 1.4 (place 2 of 3) goes here: leave for ring 3 with iretq

align 16
exit_iret:
; Answer 1.4 (place 3 of 3) goes here: leave for ring 3 with iretq
    NOT_IMPLEMENTED "1.4 leave for ring 3 with iretq"

; Answer 1.7 (place 1 of 3) goes here: traps from ring 3

; The code behind one vector's gate. STUB vector, where-to-go-on
%macro STUB 2
; Answer 1.7 (place 2 of 3) goes here: traps from ring 3
NOT_IMPLEMENTED "1.7 traps from ring 3"
%endmacro

align 16
trap_entry:
; Answer 1.7 (place 3 of 3) goes here: traps from ring 3
    NOT_IMPLEMENTED "1.7 traps from ring 3"

; GS is the kernel's already. The frame lies on the stack in use, and the interrupted code may go on behind it.
trap_from_ring0:
; Answer 1.8 (place 1 of 2) goes here: traps in ring 0
    NOT_IMPLEMENTED "1.8 traps in ring 0"

; Whether GS is the kernel's cannot be told from CS: an NMI can strike between `syscall` and `swapgs`. So it is set from the
; word at the top of the interrupt stack, and put back as it was.
align 16
trap_ist:
; Answer 1.8 (place 2 of 2) goes here: traps in ring 0
    NOT_IMPLEMENTED "1.8 traps in ring 0"

%macro STUBS 0
%assign vector 0
%rep 256
stub_%[vector]:
%if vector == VECTOR_NMI || vector == VECTOR_DOUBLE_FAULT || vector == VECTOR_MACHINE_CHECK
    STUB vector, trap_ist
%else
    STUB vector, trap_entry
%endif
%assign vector vector + 1
%endrep
%endmacro

STUBS

section .rodata
align 8
trap_stubs:
%assign vector 0
%rep 256
    dq    stub_%[vector]
%assign vector vector + 1
%endrep
