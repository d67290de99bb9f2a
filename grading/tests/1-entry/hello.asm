; Nothing but a place to arrive at.
bits 64
global main, landing
section .text
main:
landing:
    jmp   landing
