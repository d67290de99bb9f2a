; a comment; and another
enter:
;! answer 3.1 begin
    push  rax           ; kept ;! skeleton: NOT_IMPLEMENTED "3.1 save the registers"
    push  rbx
;! answer 3.1 end
    ret
