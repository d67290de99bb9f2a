; A guest that turns any wobble of its clock into a different number.
;
; Part 1 sets the LAPIC one-shot timer to 1, 2, ... SWEEP and notes how many instructions of a sled
; ran before each interrupt. Part 2 takes ROUNDS interrupts at irregular distances and mixes every
; interrupted RIP and time-stamp into a hash. Then it passes `finish` and spins.
;
; A flat Multiboot 1 image (address fields in the header), so that it needs no linker. The words
; after the header tell the host where things are. Data never share a page with code: QEMU would
; take every store for self-modifying code and run a hundred times slower.
;
;     0x100000 code    0x200000 results (struct at `sweep`)    0x300000 page tables    0x310000 IDT, stack to 0x320000

        org     0x100000
        bits    32

SWEEP   equ     300
ROUNDS  equ     400
RESULTS equ     0x200000                ; u64 hash, u64 interrupts, u64 last tsc, then u32 per sweep
TABLES  equ     0x300000
STACK   equ     0x320000
LAPIC   equ     0xfee00000

MAGIC   equ     0x1badb002
FLAGS   equ     0x10003                 ; address fields, memory map, page-aligned modules

image:  dd      MAGIC, FLAGS, -(MAGIC + FLAGS)
        dd      image, image, end, end, start
        times 4 dd 0                    ; no video mode
labels: dd      finish, timer, sled, SWEEP ; at offset 0x30, read by the test
        dd      after_finish

start:  mov     esp, STACK
        mov     edi, TABLES             ; PML4, PDPT: the first 4 GiB in 1 GiB pages
        xor     eax, eax
        mov     ecx, 2048
        rep stosd
        mov     dword [TABLES], TABLES + 0x1007
        mov     dword [TABLES + 0x1000], 0x00000087
        mov     dword [TABLES + 0x1008], 0x40000087
        mov     dword [TABLES + 0x1010], 0x80000087
        mov     dword [TABLES + 0x1018], 0xc0000087
        mov     eax, TABLES
        mov     cr3, eax
        mov     eax, cr4
        or      eax, 0x20               ; PAE
        mov     cr4, eax
        mov     ecx, 0xc0000080
        rdmsr
        or      eax, 0x101              ; LME, SCE
        wrmsr
        mov     eax, cr0
        or      eax, 0x80000001
        mov     cr0, eax
        lgdt    [gdtr]
        jmp     8:long_mode

        bits    64
long_mode:
        mov     ax, 16
        mov     ds, ax
        mov     ss, ax
        mov     es, ax
        mov     edi, RESULTS
        xor     eax, eax
        mov     ecx, 1024
        rep stosd
        mov     rdi, IDT + 16 * 32      ; one gate, vector 32
        mov     eax, timer
        mov     [rdi], ax
        mov     word [rdi + 2], 8
        mov     word [rdi + 4], 0x8e00
        shr     eax, 16
        mov     [rdi + 6], ax
        mov     qword [rdi + 8], 0
        lidt    [idtr]
        mov     ebx, LAPIC
        mov     dword [rbx + 0xf0], 0x1ff ; software enable, spurious vector 255
        mov     dword [rbx + 0x320], 32   ; one-shot, vector 32
        mov     dword [rbx + 0x3e0], 0xb  ; divide by 1

        xor     r12d, r12d              ; which sweep
next_sweep:
        inc     r12d
        cmp     r12d, SWEEP
        ja      part_two
        mov     [rbx + 0x380], r12d     ; the deadline, in ticks from here
        sti
        nop                             ; the shadow of sti
sled:   times SWEEP + 200 nop
        cli
        jmp     next_sweep              ; no interrupt: its result stays 0

part_two:
        mov     r12d, -1
        mov     r13d, ROUNDS
        mov     r14d, 12345
        mov     dword [rbx + 0x380], 1000
        sti
.work:  imul    r15d, r15d, 69069       ; something to be interrupted in, with varying lengths
        inc     r15d
        test    r15d, 0x40000
        jz      .even

        mov     eax, r15d
        xor     edx, edx
        mov     ecx, 7
        div     ecx
        add     r15d, edx
.even:  test    r13d, r13d
        jnz     .work
        cli
        rdtsc
        mov     [RESULTS + 16], eax
        mov     [RESULTS + 20], edx
finish: mov     rax, [RESULTS]
after_finish:
        inc     r15
        jmp     after_finish

; Stack: rip, cs, rflags, rsp, ss; no error code.
timer:  cmp     r12d, -1
        je      .round
        mov     rax, [rsp]
        sub     rax, sled
        inc     rax                     ; 1: before the first nop; 0 is left for "never came"
        mov     [RESULTS + 24 + r12 * 4 - 4], eax
        mov     dword [rbx + 0xb0], 0
        mov     qword [rsp], next_sweep
        and     qword [rsp + 16], ~0x200
        iretq
.round: push    rax
        push    rdx
        rdtsc
        shl     rdx, 32
        or      rax, rdx
        mov     rdx, [RESULTS]
        imul    rdx, rdx, 31
        add     rdx, [rsp + 16]
        rol     rdx, 7
        xor     rdx, rax
        mov     [RESULTS], rdx
        inc     qword [RESULTS + 8]
        mov     dword [rbx + 0xb0], 0   ; end of interrupt
        dec     r13d
        jz      .out
        imul    r14d, r14d, 1103515245
        add     r14d, 12345
        mov     eax, r14d
        shr     eax, 18
        add     eax, 50
        mov     [rbx + 0x380], eax
.out:   pop     rdx
        pop     rax
        iretq

        align   8
gdt:    dq      0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr:   dw      $ - gdt - 1
        dd      gdt
        dd      0
idtr:   dw      16 * 256 - 1
        dq      IDT
        align   4096
end:
IDT     equ     0x310000
