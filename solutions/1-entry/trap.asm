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

;! answer 1.4 begin

%macro POP_REGISTERS 0          ; leaves rsp at the processor's five words ;! skeleton: nothing
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   r11
    pop   r10
    pop   r9
    pop   r8
    pop   rbp
    pop   rdi
    pop   rsi
    pop   rdx
    pop   rcx
    pop   rbx
    pop   rax
    add   rsp, 16               ; vector and error code
%endmacro
;! answer 1.4 end

align 16
exit_iret:
;! answer 1.4 begin
    mov   qword [rdi + FRAME_CS], SEL_USER_CODE     ;! skeleton: NOT_IMPLEMENTED "1.4 leave for ring 3 with iretq"
    mov   qword [rdi + FRAME_SS], SEL_USER_DATA
    and   qword [rdi + FRAME_RFLAGS], RFLAGS_USER
    or    qword [rdi + FRAME_RFLAGS], RFLAGS_FIXED | RFLAGS_IF
    test  dword [rdi + FRAME_RIP + 4], 0xffff8000   ; bits 47 to 63: zero in the user half
    jnz   .not_canonical
    mov   rax, [rdi + STATE_GS_BASE]
    swapgs
    wrgsbase rax
    mov   rsp, rdi                          ; the frame is the stack
    POP_REGISTERS
    iretq

.not_canonical:                             ; iretq would raise this in ring 0; let it be the EC's
    mov   qword [rdi + FRAME_VECTOR], VECTOR_GENERAL
    mov   qword [rdi + FRAME_ERROR], 0
    mov   rsp, [gs:CPU_STACK_TOP]
    call  trap_from_user
;! answer 1.4 end

;! answer 1.7 begin

%macro PUSH_REGISTERS 0         ;! skeleton: nothing
    push  rax
    push  rbx
    push  rcx
    push  rdx
    push  rsi
    push  rdi
    push  rbp
    push  r8
    push  r9
    push  r10
    push  r11
    push  r12
    push  r13
    push  r14
    push  r15
%endmacro
;! answer 1.7 end

; The code behind one vector's gate. STUB vector, where-to-go-on
%macro STUB 2
;! answer 1.7 begin
%if (VECTOR_ERROR_CODES >> %1) & 1 == 0 || %1 >= 32 ;! skeleton: NOT_IMPLEMENTED "1.7 traps from ring 3"
    push  0
%endif
    push  %1
    jmp   %2
;! answer 1.7 end
%endmacro

align 16
trap_entry:
;! answer 1.7 begin
    PUSH_REGISTERS              ;! skeleton: NOT_IMPLEMENTED "1.7 traps from ring 3"
    cld
    test  byte [rsp + FRAME_CS], 3
    jz    trap_from_ring0
    rdgsbase rax                            ; while GS is still the user's
    swapgs
    mov   rdi, [gs:CPU_CURRENT]
    mov   [rdi + STATE_GS_BASE], rax
    mov   rsp, [gs:CPU_STACK_TOP]
    call  trap_from_user
;! answer 1.7 end

; GS is the kernel's already. The frame lies on the stack in use, and the interrupted code may go on behind it.
trap_from_ring0:
;! answer 1.8 begin
    mov   rdi, rsp              ;! skeleton: NOT_IMPLEMENTED "1.8 traps in ring 0"
    call  trap_from_kernel
    POP_REGISTERS
    iretq
;! answer 1.8 end

; Whether GS is the kernel's cannot be told from CS: an NMI can strike between `syscall` and `swapgs`. So it is set from the
; word at the top of the interrupt stack, and put back as it was.
align 16
trap_ist:
;! answer 1.8 begin
    PUSH_REGISTERS              ;! skeleton: NOT_IMPLEMENTED "1.8 traps in ring 0"
    cld
    rdgsbase rbx                            ; rbx survives the call
    mov   rax, [rsp + FRAME_SIZE]
    wrgsbase rax
    mov   rdi, rsp
    call  trap_on_ist
    wrgsbase rbx
    POP_REGISTERS
    iretq
;! answer 1.8 end

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
