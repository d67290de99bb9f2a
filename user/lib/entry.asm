; Where the portals of an entrypoint enter. The id is a key of the object that is called; C looks it up.
;
;     rax  id             rdx  descriptor             rsp  the stack, 16-byte aligned, with nothing on it that is ours
;
;     uint64_t entrypoint_serve(uint64_t id, uint64_t descriptor);     returns the descriptor of the reply
;
; Behind the reply the same instructions are the next call's.

bits 64

%define CALL_REPLY 1

extern entrypoint_serve

global entrypoint_entry

section .text

entrypoint_entry:
    mov   rdi, rax
    mov   rsi, rdx
    call  entrypoint_serve
    mov   rdx, rax
    mov   eax, CALL_REPLY
    syscall
    ud2                         ; a reply that returns was refused: its descriptor is wrong
