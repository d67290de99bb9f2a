# Builds the user side: the library and the programs. Plain GNU make, out of tree.
#
#   make -f user/user.mk CONFIG=config.mk OUT=dir
#
#   CONFIG    what configure found: srcdir, KCC, KLD, NASM
#   OUT       where everything goes; results: root.elf, smoke.elf, core.elf and the components
#   STRICT    -Werror for the kit's own code
#
# A program is a folder in user/, or in user/test/ for those that only try something, and a line in PROGRAMS. Each takes from the
# library what it calls; a component defines construct (lib/env.h).

include $(CONFIG)

OUT ?= .
STRICT ?= -Werror

# folder, in user/; the program is named like its last part
PROGRAMS := root core init driver/timer app/timer_tick app/welcome test/busy test/figures test/hungry test/nursery test/smoke \
  test/rpc_server test/rpc_client test/device test/regions \
  test/actor test/witness test/forger test/killer test/refusals test/lifetime test/measure \
  test/tokens test/delegate test/bystander test/direct test/bell test/ringer test/invoked test/invoker
# folder whose parts, without its main.c, belong to a program, too
PARTS_killer := init
PARTS_bystander := init
NAMES := $(notdir $(PROGRAMS))
# configurations of init: modules, too
CONFIGS := $(notdir $(wildcard $(srcdir)/user/config/*.json))
DIR_lib := $(srcdir)/user/lib
$(foreach p,$(PROGRAMS),$(eval DIR_$(notdir $(p)) := $(srcdir)/user/$(p)))

UCFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mgeneral-regs-only -fno-stack-protector -fcf-protection=none \
  -fno-asynchronous-unwind-tables -fno-common -fno-tree-loop-distribute-patterns -Wall -Wextra -Wmissing-prototypes $(STRICT) \
  -I $(srcdir) -I $(srcdir)/user -I $(srcdir)/kernel/include
NASMFLAGS := -f elf64 -g -F dwarf -w+all -w-unknown-warning -I $(srcdir)/user/
PROGRAM_BASE ?= 0x400000

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: $(NAMES:%=$(OUT)/%.elf) $(CONFIGS:%=$(OUT)/%)
	@:

$(OUT)/%.json: $(srcdir)/user/config/%.json
	@mkdir -p $(@D)
	@cp $< $@

# $(1): a folder of user/; its objects lie in OUT/user/folder/.
define FOLDER
SOURCES_$(1) := $$(wildcard $$(DIR_$(1))/*.c $$(DIR_$(1))/*.asm)
OBJECTS_$(1) := $$(patsubst $$(DIR_$(1))/%,$(OUT)/user/$(1)/%.o,$$(SOURCES_$(1)))

$(OUT)/user/$(1)/%.c.o: $$(DIR_$(1))/%.c
	@mkdir -p $$(@D)
	@echo '  KCC     user/$(1)/$$*.c'
	@$$(KCC) $$(UCFLAGS) -MMD -MP -c $$< -o $$@

$(OUT)/user/$(1)/%.asm.o: $$(DIR_$(1))/%.asm
	@mkdir -p $$(@D)
	@echo '  NASM    user/$(1)/$$*.asm'
	@$$(NASM) $$(NASMFLAGS) -MD $$(@:.o=.d) -MT $$@ $$< -o $$@

-include $$(OBJECTS_$(1):.o=.d)
endef

$(foreach f,lib $(NAMES),$(eval $(call FOLDER,$(f))))

$(OUT)/user/lib.a: $(OBJECTS_lib)
	@rm -f $@
	@$(KAR) rcs $@ $(OBJECTS_lib)

define PROGRAM
PARTS_OBJECTS_$(1) := $$(foreach p,$$(PARTS_$(1)),$$(filter-out %/main.c.o,$$(OBJECTS_$$(p))))
$(OUT)/$(1).elf: $$(OBJECTS_$(1)) $$(PARTS_OBJECTS_$(1)) $(OUT)/user/lib.a $$(srcdir)/user/user.ld
	@echo '  KLD     $(1).elf'
	@$$(KLD) -z noexecstack --build-id=none --defsym=PROGRAM_BASE=$$(PROGRAM_BASE) -T $$(srcdir)/user/user.ld -o $$@ \
	  $$(OBJECTS_$(1)) $$(PARTS_OBJECTS_$(1)) $(OUT)/user/lib.a
endef

$(foreach p,$(NAMES),$(eval $(call PROGRAM,$(p))))
