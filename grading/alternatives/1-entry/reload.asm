; Loading the segment registers anew.
;
;     void segments_reload(const struct table_register *gdtr);
;
; iretq loads CS and SS in one step, from a frame made here:
;
;     rsp -> rip | cs | rflags | rsp | ss

%include "asm_constants.inc"

default rel
bits 64

global segments_reload

section .text

segments_reload:
    lgdt  [rdi]
    mov   rdx, rsp
    push  SEL_KERNEL_DATA
    push  rdx
    pushfq
    push  SEL_KERNEL_CODE
    lea   rax, [.loaded]
    push  rax
    iretq
.loaded:
    xor   eax, eax
    mov   ds, eax
    mov   es, eax
    mov   fs, eax
    mov   gs, eax
    mov   eax, SEL_TSS
    ltr   ax
    ret
