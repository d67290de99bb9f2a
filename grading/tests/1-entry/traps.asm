; Exceptions with every register chosen by the host, and every register looked at in the handler.
;
;   trap_case[i]   where it happens, rip, vector, error code and address that the frame must show: five words
;   challenge[i]   15 registers in the order of struct frame (r15 … rax), rflags, rsp, GS base
;   result[i]      the same, as found in the handler; then the frame's vector, error, rip, cs, rflags, rsp, ss and the address
;
; The handler is entered by exit_iret with all registers as they were. `last_call` is where all cases are done: from there a call leaves
; by exit_sysret with frame 0 of the run, whose rip is not canonical: `checkpoint` is the handler of the #GP that this must raise.
; `not_trapped` is reached when an instruction that must raise an exception did not.

bits 64
default rel

global main, last_call, checkpoint, not_trapped, challenge, result, trap_case, case_count, first_trap

CASES equ 14
WORDS equ 18
WORD_RFLAGS equ 15
WORD_RSP equ 16
WORD_GS equ 17
FRAME equ 18                    ; words of the frame behind those
RESULT equ WORDS + 8

CONTROL equ 15
HANDLER equ 0                     ; enum standin_operation
FIELD equ 1
OP_SYSRET equ 8
VECTOR equ 15                    ; index of the vector in struct frame; address: 22

KERNEL equ 0xffff800000000000    ; mapped, but not for ring 3
UNMAPPED equ 0x10

%macro EACH_BUT_RBX 1
    %1 r15, 0
    %1 r14, 1
    %1 r13, 2
    %1 r12, 3
    %1 r11, 4
    %1 r10, 5
    %1 r9,  6
    %1 r8,  7
    %1 rbp, 8
    %1 rdi, 9
    %1 rsi, 10
    %1 rdx, 11
    %1 rcx, 12
    %1 rax, 14
%endmacro

%macro LOAD 2
    mov   %1, [rbx + %2 * 8]
%endmacro

%macro STORE 2
    mov   [got + %2 * 8], %1
%endmacro

section .text

main:
    mov   eax, CONTROL
    mov   esi, HANDLER
    lea   rdx, [handler]
    syscall
.next:
    mov   rbx, [index]
    cmp   rbx, [case_count]
    jae   last_call
    lea   rax, [trap_case]
    imul  rcx, rbx, 5 * 8
    mov   rax, [rax + rcx]
    mov   [site], rax
    imul  rbx, rbx, WORDS * 8
    lea   rax, [challenge]
    add   rbx, rax
    mov   rax, [rbx + WORD_GS * 8]
    wrgsbase rax
    mov   rax, [rbx + WORD_RSP * 8]
    mov   [new_rsp], rax
    push  qword [rbx + WORD_RFLAGS * 8]
    popfq
    mov   [old_rsp], rsp
    EACH_BUT_RBX LOAD
    mov   rbx, [rbx + 13 * 8]
    mov   rsp, [new_rsp]
    jmp   [site]

handler:
    EACH_BUT_RBX STORE
    STORE rbx, 13
    STORE rsp, WORD_RSP
    mov   rsp, [old_rsp]
    pushfq
    pop   qword [got + WORD_RFLAGS * 8]
    push  2
    popfq
    rdgsbase rax
    STORE rax, WORD_GS

    mov   qword [field], VECTOR
.field:
    mov   eax, CONTROL
    mov   esi, FIELD
    mov   rdx, [field]
    syscall
    mov   rcx, [field]
    lea   rsi, [got + (FRAME - VECTOR) * 8]
    mov   [rsi + rcx * 8], rdx
    inc   qword [field]
    cmp   qword [field], VECTOR + 8
    jb    .field

    mov   rdi, [index]
    imul  rdi, rdi, RESULT * 8
    lea   rax, [result]
    add   rdi, rax
    lea   rsi, [got]
    mov   ecx, RESULT
    cld
    rep movsq
    inc   qword [index]
    jmp   main.next

last_call:
    mov   eax, CONTROL
    mov   esi, HANDLER
    lea   rdx, [checkpoint]
    syscall
    mov   eax, CONTROL
    mov   esi, OP_SYSRET
    xor   edx, edx
    syscall

checkpoint:
    jmp   checkpoint

not_trapped:
    jmp   not_trapped

; What raises them. A fault's rip is the instruction itself, a trap's the one behind it (SDM vol. 3A §6.5).
first_trap:
site_int3:         int3
.behind:           jmp   not_trapped
site_int_3:        db    0xcd, 3
.behind:           jmp   not_trapped
site_into:         db    0xcd, 4
.behind:           jmp   not_trapped
site_ud2:          ud2
                   jmp   not_trapped
site_divide:       div   qword [zero]
                   jmp   not_trapped
site_hlt:          hlt
                   jmp   not_trapped
site_selector:     mov   fs, [bad_selector]
                   jmp   not_trapped
site_int_14:       int   14
                   jmp   not_trapped
site_int_8:        int   8
                   jmp   not_trapped
site_int_240:      int   240
                   jmp   not_trapped
site_read_kernel:  mov   al, [abs qword KERNEL]
                   jmp   not_trapped
site_read_nothing: mov   al, [abs UNMAPPED]
                   jmp   not_trapped
site_write_text:   mov   [checkpoint], al
                   jmp   not_trapped
site_run_data:     jmp   [data_pointer]

section .rodata
align 8
zero:         dq 0
bad_selector: dw 0xfff8
align 8
data_pointer: dq got
case_count:   dq CASES
trap_case:
    dq site_int3,         site_int3.behind,  3,  0, 0
    dq site_int_3,        site_int_3.behind, 3,  0, 0
    dq site_into,         site_into.behind,  4,  0, 0
    dq site_ud2,          site_ud2,          6,  0, 0
    dq site_divide,       site_divide,       0,  0, 0
    dq site_hlt,          site_hlt,          13, 0, 0
    dq site_selector,     site_selector,     13, 0xfff8, 0
    dq site_int_14,       site_int_14,       13, 14 * 8 + 2, 0      ; vector * 8 + "from the IDT" (SDM vol. 3A §6.13)
    dq site_int_8,        site_int_8,        13, 8 * 8 + 2, 0
    dq site_int_240,      site_int_240,      13, 240 * 8 + 2, 0
    dq site_read_kernel,  site_read_kernel,  14, 0x05, KERNEL       ; present, user (SDM vol. 3A figure 4-12)
    dq site_read_nothing, site_read_nothing, 14, 0x04, UNMAPPED
    dq site_write_text,   site_write_text,   14, 0x07, checkpoint
    dq site_run_data,     got,               14, 0x15, got

section .data
align 16
challenge: times CASES * WORDS dq 0

section .bss
alignb 16
result:  resq CASES * RESULT
got:     resq RESULT
index:   resq 1
field:   resq 1
site:    resq 1
old_rsp: resq 1
new_rsp: resq 1
