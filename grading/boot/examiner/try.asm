; A call that survives an exception, and the end.
;
;     bool exam_call(void (*work)(void *), void *argument);        false: it was left by exam_left
;     void exam_left(void);                                        where trap.c lets an exception return to
;     noreturn void exam_done(void);
;
; Stack of exam_call while work runs, from exam_stack: 8 bytes that keep it aligned, r15 r14 r13 r12 rbp rbx, return address.
bits 64

global exam_call, exam_left, exam_stack, exam_done

section .text
exam_call:
    push  rbx
    push  rbp
    push  r12
    push  r13
    push  r14
    push  r15
    sub   rsp, 8
    mov   [exam_stack], rsp
    mov   rax, rdi
    mov   rdi, rsi
    call  rax
    mov   eax, 1
    jmp   leave_call
exam_left:                                  ; rsp is exam_stack again
    xor   eax, eax
leave_call:
    cld                                     ; whatever the student's code was doing
    add   rsp, 8
    pop   r15
    pop   r14
    pop   r13
    pop   r12
    pop   rbp
    pop   rbx
    ret

exam_done:
    cli
    hlt
    jmp   exam_done

section .bss
alignb 8
exam_stack: resq 1
