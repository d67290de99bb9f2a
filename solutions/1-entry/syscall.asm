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
;! answer 1.5 begin
    swapgs                                  ;! skeleton: NOT_IMPLEMENTED "1.5 the way in: syscall"
    mov   rdi, [gs:CPU_CURRENT]
    mov   [rdi + FRAME_RSP], rsp
    mov   [rdi + FRAME_RIP], rcx
    mov   [rdi + FRAME_RFLAGS], r11
    mov   rsp, [gs:CPU_STACK_TOP]
    mov   rcx, r10
    cmp   rax, SYSCALL_COUNT                ; unsigned, and all 64 bits
    jae   .unknown
    call  [syscall_table + rax * 8]
.unknown:
    call  syscall_unknown
;! answer 1.5 end

; From `mov rsp` on, the stack is the user's again. Interrupts are off, and what can still strike has a stack of its own (IST).
align 16
exit_sysret:
;! answer 1.6 begin
    test  dword [rdi + FRAME_RIP + 4], 0xffff8000   ; bits 47 to 63: zero in the user half ;! skeleton: NOT_IMPLEMENTED "1.6 the way out: sysret"
    jnz   .not_canonical
    mov   rcx, [rdi + FRAME_RIP]
    mov   r11, [rdi + FRAME_RFLAGS]
    mov   rax, [rdi + FRAME_RAX]
    mov   rdx, [rdi + FRAME_RDX]
    mov   rsp, [rdi + FRAME_RSP]
    xor   ebx, ebx
    xor   ebp, ebp
    xor   esi, esi
    xor   edi, edi
    xor   r8d, r8d
    xor   r9d, r9d
    xor   r10d, r10d
    xor   r12d, r12d
    xor   r13d, r13d
    xor   r14d, r14d
    xor   r15d, r15d
    swapgs
    wrgsbase rbx
    o64 sysret

; The EC raises #GP where sysretq would have faulted in ring 0. Its frame must now be complete, with the registers that a
; return would have given it.
.not_canonical:
    mov   rbx, rdi
    xor   eax, eax
    mov   ecx, (FRAME_RDX - FRAME_R15) / 8
    cld
    rep stosq                               ; r15 … rsi, which lie below rdx
    mov   [rbx + FRAME_RBX], rax
    mov   [rbx + STATE_GS_BASE], rax
    mov   [rbx + FRAME_ERROR], rax
    mov   rcx, [rbx + FRAME_RIP]
    mov   [rbx + FRAME_RCX], rcx
    mov   rcx, [rbx + FRAME_RFLAGS]
    mov   [rbx + FRAME_R11], rcx
    mov   qword [rbx + FRAME_VECTOR], VECTOR_GENERAL
    mov   qword [rbx + FRAME_CS], SEL_USER_CODE
    mov   qword [rbx + FRAME_SS], SEL_USER_DATA
    mov   rdi, rbx
    mov   rsp, [gs:CPU_STACK_TOP]
    call  trap_from_user
;! answer 1.6 end
