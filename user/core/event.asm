; Where the events of other PDs enter core: the id is the address of core's description of the PD.
;
;     rax  id             rdx  descriptor             rsp  the stack of core's entrypoint, 16-byte aligned
;
;     uint64_t core_event(uint64_t id, uint64_t descriptor);     returns the descriptor of the reply

bits 64

%define CALL_REPLY 1

extern core_event

global event_entry

section .text

event_entry:
    mov   rdi, rax
    mov   rsi, rdx
    call  core_event
    mov   rdx, rax
    mov   eax, CALL_REPLY
    syscall
    ud2
