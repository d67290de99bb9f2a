#!/bin/sh
# usage: text_size.sh KERNEL_ELF: the bytes of its section .text, which is code alone; constants are in .rodata.
# Fails where there is no such section. From config.mk, through the environment: KREADELF.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
size=$("$KREADELF" -SW "$1" | awk '{ sub(/^ *\[ */, "") } $2 == ".text" { print $6 }')
[ -n "$size" ] || { echo "$1: no section .text" >&2; exit 1; }
echo $((0x$size))
