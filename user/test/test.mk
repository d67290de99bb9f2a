# Builds the test programs: the loader, which is their root task, and what it loads. Plain GNU make, out of tree.
#
#   make -f user/test/test.mk CONFIG=config.mk OUT=dir
#
# Results: loader.elf, suite.elf, fuzz.elf, bench.elf, walk.elf, cost.elf, scene.elf. The variables are those of user/user.mk.

include $(CONFIG)

OUT ?= .
STRICT ?= -Werror
TESTS := $(srcdir)/user/test
PROGRAMS := suite fuzz bench walk cost scene

UCFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mgeneral-regs-only -mfsgsbase -fno-stack-protector -fcf-protection=none \
  -fno-asynchronous-unwind-tables -fno-common -fno-tree-loop-distribute-patterns -Wall -Wextra -Wmissing-prototypes $(STRICT) \
  -I $(srcdir)/user/test -I $(srcdir)/user -I $(srcdir)/kernel/include
NASMFLAGS := -f elf64 -g -F dwarf -w+all -w-unknown-warning

LIB := $(srcdir)/user/lib/pattern.asm $(srcdir)/user/lib/print.c $(srcdir)/user/lib/start.asm $(srcdir)/user/lib/syscall.asm

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: $(OUT)/loader.elf $(PROGRAMS:%=$(OUT)/%.elf)
	@:

# Objects of user/X/Y.c lie in OUT/test/X/Y.c.o.
objects = $(patsubst $(srcdir)/user/%,$(OUT)/test/%.o,$(LIB) $(wildcard $(TESTS)/$1/*.c $(TESTS)/$1/*.asm) \
    $(if $(filter loader,$1),,$(wildcard $(TESTS)/kit/*.c $(TESTS)/kit/*.asm)))

$(OUT)/test/%.c.o: $(srcdir)/user/%.c
	@mkdir -p $(@D)
	@echo '  KCC     user/$*.c'
	@$(KCC) $(UCFLAGS) -MMD -MP -c $< -o $@

$(OUT)/test/%.asm.o: $(srcdir)/user/%.asm
	@mkdir -p $(@D)
	@echo '  NASM    user/$*.asm'
	@$(NASM) $(NASMFLAGS) -MD $(@:.o=.d) -MT $@ $< -o $@

-include $(shell find $(OUT)/test -name '*.d' 2>/dev/null)

$(OUT)/loader.elf: $(call objects,loader) $(srcdir)/user/user.ld
	@echo '  KLD     loader.elf'
	@$(KLD) -z noexecstack --build-id=none --defsym=PROGRAM_BASE=0x400000 -T $(srcdir)/user/user.ld -o $@ $(call objects,loader)

define PROGRAM
$(OUT)/$(1).elf: $$(call objects,$(1)) $(TESTS)/test.ld
	@echo '  KLD     $(1).elf'
	@$$(KLD) -z noexecstack --build-id=none -T $(TESTS)/test.ld -o $$@ $$(call objects,$(1))
endef

$(foreach p,$(PROGRAMS),$(eval $(call PROGRAM,$(p))))
