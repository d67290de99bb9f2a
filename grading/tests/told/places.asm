; The places where the host stops a told program (told.h), in a recording or in its replay.
;
;     void told_check(uint64_t got, uint64_t expected, uint64_t kind, uint64_t ticket, const char *file, const char *what)
;     void told_begins(uint64_t index, const char *family)         a test begins
;     void told_ends(uint64_t index, uint64_t checks)              it has ended, and all its checks were good
;     void told_family(const char *family)
;     noreturn void told_end(void)                                 nothing more to tell

bits 64
default rel

global told_check, told_doors, told_begins, told_ends, told_family, told_end
extern told

%define TOLD_DOORS      1024
%define TOLD_DOOR_BYTES 4
%define TOLD_FAMILY     24      ; in struct told

section .text

; Goes through door ticket modulo TOLD_DOORS, with all arguments in their registers.
told_check:
    mov   eax, ecx
    and   eax, TOLD_DOORS - 1
    imul  eax, TOLD_DOOR_BYTES
    lea   r10, [told_doors]
    add   rax, r10
    jmp   rax

align 16
told_doors:
%rep TOLD_DOORS
    ret
    align TOLD_DOOR_BYTES
%endrep

told_begins:
    mov   [told + TOLD_FAMILY], rsi
    ret

told_family:
    mov   [told + TOLD_FAMILY], rdi
    ret

told_ends:
    ret

told_end:
    jmp   told_end
