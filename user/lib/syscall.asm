; The stub of a system call.
;
;     struct syscall_result syscall(number, a1, a2, a3, a4, a5);
;
;     C passes    rdi number   rsi a1   rdx a2   rcx a3   r8 a4   r9 a5,   wants rbx rbp r12-r15 back, result in rax:rdx
;     kernel      rax number   rsi a1   rdx a2   r10 a3   r8 a4   r9 a5,   clears all but rsp, rax, rdx
;
;     stack after the pushes:  rsp -> [r15][r14][r13][r12][rbp][rbx][return address]

bits 64

global syscall

section .text

;! slide: syscall-stub begin
syscall:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    mov   rax, rdi
    mov   r10, rcx
    syscall
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret
;! slide: syscall-stub end
