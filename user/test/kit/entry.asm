; Where a portal of the test programs enters.
;
; The portal's id is the address of a struct portal (kit.h), whose first field is the function to run:
;
;     uint64_t function(struct portal *portal, uint64_t descriptor);     returns the descriptor of the reply
;
;     stack at entry and at each reply:  rsp -> nothing, 16-byte aligned

bits 64
default rel

global portal_entry, thread_entry, reply_now, registers_entry, syscall_registers, portal_reply_at_once, portal_reply_same
extern thread_main, registers_seen

%define CALL_REPLY 1

section .text

portal_entry:
    mov   rdi, rax
    mov   rsi, rdx
    call  [rax]
    mov   rdx, rax
    mov   eax, CALL_REPLY
    syscall
    ud2                         ; a reply that comes back was refused: the descriptor is wrong

; A thread starts here with rdi = its struct thread.
thread_entry:
    call  thread_main
    ud2

; result reply_now(uint64_t descriptor): a reply in the middle of a function. Comes back only if it is refused; otherwise the next call
; enters at the portal's entry, below what the stack holds now.
reply_now:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    mov   rdx, rdi
    mov   eax, CALL_REPLY
    syscall
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

; The shortest servers, for counting: one sends nothing back, the other as much as came.
portal_reply_at_once:
    mov   eax, CALL_REPLY
    xor   edx, edx
    syscall

portal_reply_same:
    mov   eax, CALL_REPLY
    syscall

%macro STORE 1                  ; all registers but rsp to [%1 + 8 * number], numbers as in struct registers
    mov   [%1 + 8 * 1], rbx
    mov   [%1 + 8 * 2], rcx
    mov   [%1 + 8 * 3], rdx
    mov   [%1 + 8 * 4], rsi
    mov   [%1 + 8 * 5], rdi
    mov   [%1 + 8 * 6], rbp
    mov   [%1 + 8 * 7], r8
    mov   [%1 + 8 * 8], r9
    mov   [%1 + 8 * 9], r10
    mov   [%1 + 8 * 10], r11
    mov   [%1 + 8 * 11], r12
    mov   [%1 + 8 * 12], r13
    mov   [%1 + 8 * 13], r14
    mov   [%1 + 8 * 14], r15
%endmacro

; A portal that notes what it was entered with, and replies at once with rdx words of 0.
registers_entry:
    mov   [registers_seen], rax
    STORE registers_seen
    mov   eax, CALL_REPLY
    xor   edx, edx
    syscall

; void syscall_registers(struct registers *r): loads the registers from r, makes the system call, stores what came back.
;
;     stack:  rsp -> [r][rbx][rbp][r12][r13][r14][r15][return address]
syscall_registers:
    push  r15
    push  r14
    push  r13
    push  r12
    push  rbp
    push  rbx
    push  rdi
    mov   rax, [rdi]
    mov   rbx, [rdi + 8 * 1]
    mov   rdx, [rdi + 8 * 3]
    mov   rsi, [rdi + 8 * 4]
    mov   rbp, [rdi + 8 * 6]
    mov   r8,  [rdi + 8 * 7]
    mov   r9,  [rdi + 8 * 8]
    mov   r10, [rdi + 8 * 9]
    mov   r12, [rdi + 8 * 11]
    mov   r13, [rdi + 8 * 12]
    mov   r14, [rdi + 8 * 13]
    mov   r15, [rdi + 8 * 14]
    mov   rcx, [rdi + 8 * 2]
    mov   r11, [rdi + 8 * 10]
    mov   rdi, [rdi + 8 * 5]
    syscall
    xchg  rdi, [rsp]            ; rdi: r; its own value waits on the stack
    mov   [rdi], rax
    pop   rax
    STORE rdi
    mov   [rdi + 8 * 5], rax
    pop   rbx
    pop   rbp
    pop   r12
    pop   r13
    pop   r14
    pop   r15
    ret

; bool guard(void (*f)(void)): calls f and returns true. Whoever continues at guard_abort with rsp = guard_stack makes it return false.
;
;     stack:  guard_stack -> [r15][r14][r13][r12][rbp][rbx][return address]
global guard, guard_abort, guard_stack
guard:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    mov   [guard_stack], rsp
    call  rdi
    mov   eax, 1
    jmp   guard_abort.out
guard_abort:
    xor   eax, eax
.out:
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

section .bss
alignb 8
guard_stack: resq 1
