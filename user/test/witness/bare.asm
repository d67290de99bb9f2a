; A server that does nothing: what a call and its reply cost without a library.
;
;     extern char bare_entry[];        the entry of a portal; the message of three words stays as it is
;
; It needs no stack.

bits 64

%define CALL_REPLY 1
%define THREE_WORDS 3

global bare_entry

section .text

bare_entry:
    mov   eax, CALL_REPLY
    mov   edx, THREE_WORDS
    syscall
    ud2                         ; a reply that returns was refused
