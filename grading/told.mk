# Told programs (tests/README.md): those whose C source includes told/told.h. Included by grading.mk.
#
# They are made of what user/test makes its own programs of (user/test/test.mk), in the same shape, with told/ in place of
# kit/check.c; told/loader.elf is root and loads them. Results: tests/STAGE/NAME.elf, tests/told/loader.elf.
# SPDX-License-Identifier: BSD-2-Clause
USER_TEST := $(srcdir)/user/test
TOLD := $(OUT)/tests/told

# Each file is named as the tree names it, so that a record says the same wherever the kit lies.
TOLD_CFLAGS := $(TARGET_CFLAGS) -mfsgsbase -fno-tree-loop-distribute-patterns -fmacro-prefix-map=$(srcdir)/= \
  -fmacro-prefix-map=$(TESTS)/=grading/tests/ -fno-optimize-sibling-calls -I $(USER_TEST) -I $(GRADING)/tests

told_programs := $(patsubst $(TESTS)/%.c,$(OUT)/tests/%.elf,$(shell grep -l '^\#include "told/told.h"' $(filter %.c,$(program_sources)) /dev/null))
told_sources := $(filter-out %/kit/check.c %/suite/main.c,$(wildcard $(addprefix $(USER_TEST)/,kit/*.c kit/*.asm suite/*.c))) \
  $(addprefix $(srcdir)/user/lib/,pattern.asm print.c start.asm syscall.asm)
told_objects := $(told_sources:$(srcdir)/user/%=$(TOLD)/user/%.o) $(TOLD)/told.c.o $(TOLD)/places.asm.o
loader_objects := $(TOLD)/user/test/loader/loader.c.o $(TOLD)/user/lib/print.c.o $(TOLD)/user/lib/start.asm.o $(TOLD)/user/lib/syscall.asm.o

$(TOLD)/user/%.c.o: $(srcdir)/user/%.c
	@mkdir -p $(@D)
	@$(KCC) $(TOLD_CFLAGS) -MMD -MP -c $< -o $@

$(TOLD)/user/%.asm.o: $(srcdir)/user/%.asm
	@mkdir -p $(@D)
	@$(NASM) $(TARGET_NASMFLAGS) -MD $(@:.o=.d) -MT $@ $< -o $@

# A check is a call, with its frame on the stack: the host looks who has made it (told_replay.c).
$(TOLD)/told.c.o: TOLD_CFLAGS += -fno-omit-frame-pointer
$(TOLD)/told.c.o: $(GRADING)/tests/told/told.c
	@mkdir -p $(@D)
	@$(KCC) $(TOLD_CFLAGS) -MMD -MP -c $< -o $@

$(TOLD)/places.asm.o: $(GRADING)/tests/told/places.asm
	@mkdir -p $(@D)
	@$(NASM) $(TARGET_NASMFLAGS) -MD $(@:.o=.d) -MT $@ $< -o $@

# Other flags, other programs: the host knows their shape.
$(told_objects) $(told_programs:.elf=.c.o): $(GRADING)/told.mk

-include $(told_objects:.o=.d) $(loader_objects:.o=.d)

ifneq ($(told_programs),)
$(told_programs:.elf=.c.o): TARGET_CFLAGS := $(TOLD_CFLAGS)
endif

define TOLD_PROGRAM
$(1): $(own_objects) $(told_objects) $(USER_TEST)/test.ld
	@echo "  PROGRAM $(1:$(OUT)/tests/%=%)"
	@$$(KLD) -z noexecstack --build-id=none -T $(USER_TEST)/test.ld -o $$@ $$(filter %.o,$$^)
endef
$(foreach program,$(told_programs),$(eval $(call TOLD_PROGRAM,$(program))))

$(TOLD)/loader.elf: $(loader_objects) $(srcdir)/user/user.ld
	@echo "  PROGRAM told/loader.elf"
	@$(KLD) -z noexecstack --build-id=none --defsym=PROGRAM_BASE=0x400000 -T $(srcdir)/user/user.ld -o $@ $(loader_objects)

# Stage 4's walk is the kit's own, with its checks as they are; its log is what the host looks at.
walk_sources := $(wildcard $(addprefix $(USER_TEST)/,kit/*.c kit/*.asm walk/*.c)) \
  $(addprefix $(srcdir)/user/lib/,pattern.asm print.c start.asm syscall.asm)
walk_objects := $(walk_sources:$(srcdir)/user/%=$(TOLD)/user/%.o)

-include $(walk_objects:.o=.d)

$(OUT)/tests/4-caps/walk.elf: $(walk_objects) $(USER_TEST)/test.ld
	@mkdir -p $(@D)
	@echo "  PROGRAM 4-caps/walk"
	@$(KLD) -z noexecstack --build-id=none -T $(USER_TEST)/test.ld -o $@ $(walk_objects)
