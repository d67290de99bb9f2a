# Builds the program that tries user-level threads with the library of STAGE_3, the folder of stage 3. Plain GNU make, out of tree.
#
#   make -f user/test/uthreads/uthreads.mk CONFIG=config.mk OUT=dir [STAGE_3=dir]      result: uthreads.elf

include $(CONFIG)

OUT ?= .
STRICT ?= -Werror
STAGE_3 ?= $(srcdir)/solutions/3-threads
HERE := $(srcdir)/user/test/uthreads

UCFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
  -fno-asynchronous-unwind-tables -fno-common -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes $(STRICT) \
  -I $(STAGE_3)/user -I $(HERE) -I $(srcdir) -I $(srcdir)/user -I $(srcdir)/kernel/include
NASMFLAGS := -f elf64 -g -F dwarf -w+all -w-unknown-warning -I $(HERE)/

SOURCES := $(wildcard $(STAGE_3)/user/*.c $(STAGE_3)/user/*.asm $(HERE)/*.c $(HERE)/*.asm) \
  $(addprefix $(srcdir)/user/lib/,print.c start.asm)
OBJECTS := $(notdir $(SOURCES:%=%.o))
VPATH := $(sort $(dir $(SOURCES)))

.DELETE_ON_ERROR:
.SUFFIXES:

$(OUT)/uthreads.elf: $(OBJECTS:%=$(OUT)/uthreads/%) $(srcdir)/user/user.ld
	@$(KLD) -z noexecstack --build-id=none --defsym=PROGRAM_BASE=0x400000 -T $(srcdir)/user/user.ld -o $@ $(OBJECTS:%=$(OUT)/uthreads/%)

$(OUT)/uthreads/%.c.o: %.c
	@mkdir -p $(@D)
	@$(KCC) $(UCFLAGS) -c $< -o $@

$(OUT)/uthreads/%.asm.o: %.asm
	@mkdir -p $(@D)
	@$(NASM) $(NASMFLAGS) $< -o $@
