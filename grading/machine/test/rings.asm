; A guest with two address spaces, ring 3 and several ways to end; the first letter of its command
; line chooses one. Ring-3 code stands at the same virtual address in both spaces:
;
;     0x40000000 code of the space    0x100000 kernel (supervisor)    0x200000 counter of switches
;
; Endings, after SWITCHES switches: d halts with interrupts off; i with interrupts on and nothing to
; wake it; w works for a while before that; t triple-faults; f floods the serial port; s takes one timer interrupt after the other; l loops; p powers off.

        org     0x100000
        bits    32

SWITCHES equ    6
COUNTER equ     0x200000
TABLES  equ     0x300000                ; two PML4, two PDPT, two PD, two PT, one shared low PDPT
IDT     equ     0x310000
STACK   equ     0x320000
PAGES   equ     0x400000                ; the two frames of ring-3 code
USER    equ     0x40000000
LAPIC   equ     0xfee00000

MAGIC   equ     0x1badb002
FLAGS   equ     0x10003

image:  dd      MAGIC, FLAGS, -(MAGIC + FLAGS)
        dd      image, image, end, end, start
        times 4 dd 0
labels: dd      USER + (stop - user), gate, ending, switch_back, PAGES

start:  mov     esp, STACK
        mov     ebp, ebx                ; Multiboot information
        mov     edi, TABLES
        xor     eax, eax
        mov     ecx, 9 * 1024
        rep stosd
        xor     esi, esi
.space: mov     eax, esi                ; eax: offset of this space's tables
        shl     eax, 12
        lea     edx, [TABLES + 0x2007 + eax]
        mov     [TABLES + eax], edx     ; PML4[0] -> PDPT
        mov     dword [TABLES + 0x2000 + eax], 0x83 ; first GiB, supervisor
        mov     dword [TABLES + 0x2018 + eax], 0xc0000083
        lea     edx, [TABLES + 0x4007 + eax]
        mov     [TABLES + 0x2008 + eax], edx
        lea     edx, [TABLES + 0x6007 + eax]
        mov     [TABLES + 0x4000 + eax], edx
        lea     edx, [PAGES + 5 + eax]  ; user, read-only, present
        mov     [TABLES + 0x6000 + eax], edx
        inc     esi
        cmp     esi, 2
        jb      .space
        mov     eax, TABLES
        mov     cr3, eax
        mov     eax, cr4
        or      eax, 0x100020           ; SMEP, PAE
        mov     cr4, eax
        mov     ecx, 0xc0000080
        rdmsr
        or      eax, 0x101
        wrmsr
        mov     eax, cr0
        or      eax, 0x80000001
        mov     cr0, eax
        lgdt    [gdtr]
        jmp     8:long_mode

        bits    64
long_mode:
        mov     eax, 16
        mov     ss, eax
        mov     ds, eax
        mov     es, eax
        mov     ecx, 0xc0000081         ; known values for the test to read back
        mov     edx, 0x00130008
        xor     eax, eax
        wrmsr
        mov     ecx, 0xc0000082
        mov     edx, 0xffffffff
        mov     eax, 0x80123456
        wrmsr
        mov     ecx, 0xc0000084
        xor     edx, edx
        mov     eax, 0x47700
        wrmsr
        mov     esi, user
        mov     edi, PAGES
        mov     ecx, end_user - user
        rep movsb
        mov     esi, user
        mov     edi, PAGES + 0x1000
        mov     ecx, end_user - user
        rep movsb
        mov     edi, IDT
        mov     ecx, 512
        xor     eax, eax
        rep stosq
        mov     eax, gate
        mov     [IDT + 0x80 * 16], ax
        mov     word [IDT + 0x80 * 16 + 2], 8
        mov     word [IDT + 0x80 * 16 + 4], 0xee00
        shr     eax, 16
        mov     [IDT + 0x80 * 16 + 6], ax
        lidt    [idtr]
        mov     eax, 0x28
        ltr     ax
        mov     qword [COUNTER], 0
        mov     esi, [rbp + 16]         ; "kernel X": the letter after the space
.find:  lodsb
        cmp     al, ' '
        jne     .find
        movzx   r8d, byte [rsi]
        mov     r9d, TABLES
        xor     r10d, r10d
enter:  mov     cr3, r9
        push    0x23
        push    USER + 0x800            ; never touched: the page is read-only
        push    0x2
        push    0x1b
        mov     rax, USER
        push    rax
        iretq

; Stack: rip, cs, rflags, rsp, ss.
gate:   add     rsp, 40
        inc     qword [COUNTER]
        cmp     qword [COUNTER], SWITCHES
        jae     ending
switch_back:
        xor     r9d, 0x1000
        jmp     enter

ending: cmp     r8b, 'd'
        je      dead
        cmp     r8b, 'i'
        je      idle
        cmp     r8b, 'w'
        je      work
        cmp     r8b, 't'
        je      triple
        cmp     r8b, 'f'
        je      flood
        cmp     r8b, 's'
        je      storm
        cmp     r8b, 'p'
        je      power_off
.loop:  inc     rax
        jmp     .loop
dead:   cli
        hlt
        jmp     dead
work:   mov     ecx, 10000000
.more:  dec     ecx
        jnz     .more
idle:   mov     al, 0xff                ; both 8259 masked, as a kernel without the PIC does
        out     0x21, al
        out     0xa1, al
        sti
.wait:  hlt
        jmp     .wait
triple: lidt    [no_idt]
        ud2
flood:  mov     dx, 0x3f8
        mov     al, 'x'
.more:  out     dx, al
        jmp     .more
storm:  mov     eax, tick
        mov     [IDT + 0x40 * 16], ax
        mov     word [IDT + 0x40 * 16 + 2], 8
        mov     word [IDT + 0x40 * 16 + 4], 0x8e00
        shr     eax, 16
        mov     [IDT + 0x40 * 16 + 6], ax
        mov     ebx, LAPIC
        mov     dword [rbx + 0xf0], 0x1ff
        mov     dword [rbx + 0x3e0], 0xb  ; divide by 1
        mov     dword [rbx + 0x320], 0x40 ; one-shot
        mov     dword [rbx + 0x380], 50
        sti
.more:  jmp     .more
tick:   mov     dword [rbx + 0xb0], 0
        mov     dword [rbx + 0x380], 50
        iretq
power_off:
        mov     dx, 0x604
        mov     ax, 0x2000
        out     dx, ax
        jmp     power_off

user:   inc     rbx
stop:   nop
        int     0x80
        jmp     user
end_user:

        align   8
gdt:    dq      0, 0x00af9a000000ffff, 0x00cf92000000ffff, 0x00affa000000ffff
        dq      0x00cff2000000ffff
        dw      103, tss_low
        db      0x10, 0x89, 0, 0
        dq      0
gdtr:   dw      gdtr - gdt - 1
        dd      gdt
        dd      0
idtr:   dw      16 * 256 - 1
        dq      IDT
no_idt: dw      0
        dq      0
tss:    dd      0
        dq      STACK, 0, 0, 0, STACK - 0x4000
        times 104 - ($ - tss) db 0
tss_low equ     tss - image
        align   4096
end:
