# Builds the user-level threads of exercise 3 and the kit's program that tries them. Plain GNU make, out of tree.
#
#   make -f uthreads.mk CONFIG=config.mk OUT=dir KIT=dir TARGET [SUBMISSION=dir]
#
#   kit          KIT/kit.o: the program but for the library. In kit.sh, from sources
#   library      OUT/library.part.o: what SUBMISSION holds, with nothing but the library's names global
#   program      OUT/uthreads.elf: both
#
# The last two run in the sandbox. Nothing of the student's is read by make.
# SPDX-License-Identifier: BSD-2-Clause
HERE := $(dir $(lastword $(MAKEFILE_LIST)))
include $(CONFIG)

CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
  -fno-asynchronous-unwind-tables -fno-common -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes
NASMFLAGS := -f elf64 -g -F dwarf -w+all -w-unknown-warning -I $(HERE)
NAMES := uthread_create uthread_yield uthread_exit uthread_switch uthread_begin

sources := $(notdir $(wildcard $(SUBMISSION)/*.c $(SUBMISSION)/*.asm))

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: kit library program
library: $(OUT)/library.part.o
program: $(OUT)/uthreads.elf

kit:
	@$(KCC) $(CFLAGS) -I $(HERE) -I $(srcdir)/exercises/3-threads/user -c $(HERE)main.c -o $(KIT)/main.o
	@$(NASM) $(NASMFLAGS) $(HERE)places.asm -o $(KIT)/places.o
	@$(NASM) -f elf64 $(srcdir)/user/lib/start.asm -o $(KIT)/start.o
	@$(KLD) -r -z noexecstack -o $(KIT)/kit.o $(KIT)/main.o $(KIT)/places.o $(KIT)/start.o
	@rm $(KIT)/main.o $(KIT)/places.o $(KIT)/start.o

$(OUT)/library/%.c.o: $(SUBMISSION)/%.c
	@mkdir -p $(@D)
	@$(KCC) $(CFLAGS) -I $(SUBMISSION) -I $(HERE) -c $< -o $@

$(OUT)/library/%.asm.o: $(SUBMISSION)/%.asm
	@mkdir -p $(@D)
	@$(NASM) $(NASMFLAGS) -I $(SUBMISSION)/ $< -o $@

$(OUT)/library.part.o: $(sources:%=$(OUT)/library/%.o)
	@$(KLD) -r -z noexecstack -o $@.all $^
	@$(KOBJCOPY) $(NAMES:%=--keep-global-symbol=%) $@.all $@
	@rm -f $@.all

$(OUT)/uthreads.elf: $(OUT)/library.part.o
	@$(KLD) -z noexecstack --build-id=none --defsym=PROGRAM_BASE=0x10000000 -T $(KIT)/user.ld -o $@ $(KIT)/kit.o $<
