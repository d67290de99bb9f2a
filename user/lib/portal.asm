; Where a portal enters whose id is the address of a C function (portal.h).
;
;     rax  id             rdx  descriptor             rsp  the stack, 16-byte aligned, with nothing on it that is ours
;
; Behind the reply the same instructions are the next call's: the kernel sets rip to the entry, and rsp stays as it was at the reply.

bits 64

%define CALL_REPLY 1

global portal_entry

section .text

portal_entry:
    mov   rdi, rdx
    call  rax
    mov   rdx, rax
    mov   eax, CALL_REPLY
    syscall
    ud2                         ; a reply that returns was refused: its descriptor is wrong
