#!/bin/sh
# Says which task of stage 2 is still to be written, before a boot that could not say so itself.
# usage: unwritten.sh NM KERNEL_ELF      exit codes: 0 nothing is missing, 1 something is
#
# Its skeleton leaves a symbol not_implemented_N_M_title in the kernel for each answer that nothing can run without.
# SPDX-License-Identifier: BSD-2-Clause
set -eu
first=$("$1" "$2" | sed -n 's/.* not_implemented_\([0-9]\)_\([0-9]\)_\(.*\)/\1.\2 \3/p' | sort | head -n 1 | tr _ ' ')
[ -z "$first" ] || { echo "not implemented: $first"; exit 1; }
