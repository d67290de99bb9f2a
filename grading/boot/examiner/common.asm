; A common symbol, as a C compiler makes one of `uint64_t exam_common;` with -fcommon: the linker places it where the script says COMMON.
bits 64
common exam_common 8:8
