; a comment; and another
enter:
; Answer 3.1 goes here: save the registers
    NOT_IMPLEMENTED "3.1 save the registers"
    ret
