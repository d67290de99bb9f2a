# Builds ONE kernel from kernel/, one folder per stage and a body. Plain GNU make, out of tree.
#
#   make -f kernel/kernel.mk CONFIG=config.mk OUT=dir STAGE_1=dir STAGE_2=dir BODY=standin
#
#   CONFIG   what configure found: srcdir, KCC, KLD, KOBJCOPY, KNM, NASM
#   OUT      where everything goes
#   STAGE_n  folder of stage n; default: the reference in solutions/, or in prebuilt/ where there is no solutions/
#   BODY     what stands behind stages 1 and 2: "stages", which is the given body and stages 3 to 7; "standin" (grading/standin);
#            or "examiner", which tries stage 2 (grading/boot); or "rig": stage 3 alone and what tries it (grading/rig)
#   PARTS    folder with parts (*.part.o) that are taken as they are instead of being built, for those listed in READY
#   READY    names of such parts, e.g. "kernel 2-boot standin"
#   STRICT   -Werror for the kit's own code; empty for a student's
#   CHECK    not empty: a kernel that walks its structures whenever a program reads a counter, and panics where they are wrong
#   WHOLE    not empty: the C of all parts is optimised as one program; default: where every stage is a reference
#
# Results: kernel.elf (ELF64, for GDB), kernel.boot (the same as ELF32: QEMU's -kernel takes no ELF64), kernel.map.
#
# Every part (the given kernel, each stage, the body) is first linked into one relocatable file of its own, in which only
# the symbols of its contract stay global. So no part can reach into another one's private parts, or replace them.
#
# With WHOLE there are no such files. What stands on the path of every call (the look-up, the change of EC) is then compiled into the
# system calls of other stages: a call and its reply are 44 instructions shorter, 172 and not 216. A student's stage is never built so.

include $(CONFIG)

OUT ?= .
# A tree for students has no solutions/ but prebuilt/: the references as parts, and a plain script (make student-kit).
REFERENCES := $(or $(wildcard $(srcdir)/solutions),$(srcdir)/prebuilt)
STAGE_1 ?= $(REFERENCES)/1-entry
STAGE_2 ?= $(REFERENCES)/2-boot
BODY ?= standin
STRICT ?= -Werror
READY ?=
PARTS ?=

STAGE_3 ?= $(REFERENCES)/3-threads
STAGE_4 ?= $(REFERENCES)/4-caps
STAGE_5 ?= $(REFERENCES)/5-ipc
STAGE_6 ?= $(REFERENCES)/6-spaces
STAGE_7 ?= $(REFERENCES)/7-interrupts

BODY_PARTS_standin := standin
BODY_PARTS_examiner := examiner
BODY_PARTS_stages := body 3-threads 4-caps 5-ipc 6-spaces 7-interrupts
BODY_PARTS_rig := rig 3-threads
PART_NAMES := kernel 1-entry 2-boot $(or $(BODY_PARTS_$(BODY)),$(error BODY=$(BODY): there are standin, examiner, rig and stages))

DIR_kernel := $(srcdir)/kernel
DIR_1-entry := $(STAGE_1)
DIR_2-boot := $(STAGE_2)
DIR_3-threads := $(STAGE_3)
DIR_4-caps := $(STAGE_4)
DIR_5-ipc := $(STAGE_5)
DIR_6-spaces := $(STAGE_6)
DIR_7-interrupts := $(STAGE_7)
DIR_body := $(srcdir)/kernel/body
DIR_standin := $(srcdir)/grading/standin
DIR_examiner := $(srcdir)/grading/boot/examiner
DIR_rig := $(srcdir)/grading/rig

# What is taken as it is (READY, prebuilt) has been compiled already. A checking kernel is built in parts, so that tests try that, too.
STUDENTS := $(filter-out $(srcdir)/solutions/%,$(foreach n,1 2 3 4 5 6 7,$(STAGE_$(n))))
WHOLE ?= $(if $(filter stages,$(BODY)),$(if $(STUDENTS)$(READY)$(CHECK),,yes))

# Those whose folder is below prebuilt/: objects lie there in two forms, and a folder only where there is a script to link with.
PREBUILT := $(foreach p,$(PART_NAMES),$(if $(filter $(srcdir)/prebuilt/%,$(DIR_$(p))),$(p)))

SOURCES_kernel := $(filter-out %/asm_constants.c,$(wildcard $(srcdir)/kernel/*.c $(srcdir)/kernel/x86/*.c))
$(foreach p,$(filter-out kernel,$(PART_NAMES)),$(eval SOURCES_$(p) := $(wildcard $(DIR_$(p))/*.c $(DIR_$(p))/*.asm)))

INCLUDES := -I $(srcdir)/kernel -I $(srcdir)/kernel/include

# No frame pointers: they cost each way two to ten instructions; panic.c looks for return addresses instead. No peephole2: it stores a
# zero by two short instructions instead of a long one, four times in an exception's way.
KCFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mcmodel=kernel -mno-red-zone -mgeneral-regs-only \
  -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
  -fomit-frame-pointer -fno-peephole2 -fno-common -Wall -Wextra -Wno-unused-parameter -Wmissing-prototypes $(STRICT) $(if $(CHECK),-DCAIRN_CHECK)
LTOFLAGS := $(if $(WHOLE),-flto)

NASMFLAGS := -f elf64 -g -F dwarf -w+all -w-unknown-warning -w-reloc-abs-qword -w-reloc-abs-dword -w-reloc-rel-dword \
  -I $(OUT)/ -I $(srcdir)/kernel/

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: $(OUT)/kernel.elf $(OUT)/kernel.boot
	@:

# $(1): part. Its objects lie in OUT/part/, its one relocatable file is OUT/part.part.o.
define PART
OBJECTS_$(1) := $$(patsubst %,$(OUT)/$(1)/%.o,$$(subst $$(DIR_$(1))/,,$$(SOURCES_$(1))))

$(OUT)/$(1)/%.c.o: $$(DIR_$(1))/%.c $(OUT)/$(1)/.files
	@mkdir -p $$(@D)
	@echo '  KCC     $(1)/$$*.c'
	@$$(KCC) $$(KCFLAGS) $$(LTOFLAGS) $$(INCLUDES) -I $$(DIR_$(1)) -MMD -MP -c $$< -o $$@

$(OUT)/$(1)/%.asm.o: $$(DIR_$(1))/%.asm $(OUT)/asm_constants.inc $(OUT)/$(1)/.files
	@mkdir -p $$(@D)
	@echo '  NASM    $(1)/$$*.asm'
	@$$(NASM) $$(NASMFLAGS) -I $$(DIR_$(1))/ -MD $$(@:.o=.d) -MT $$@ $$< -o $$@

# A list of the sources, touched only when it changes: a file that goes away or moves must be noticed too.
$(OUT)/$(1)/.files: FORCE
	@mkdir -p $$(@D)
	@echo '$$(SOURCES_$(1)) $$(KCFLAGS) $$(LTOFLAGS)' | cmp -s - $$@ || echo '$$(SOURCES_$(1)) $$(KCFLAGS) $$(LTOFLAGS)' > $$@

$(OUT)/$(1).part.o: $$(OBJECTS_$(1)) $$(srcdir)/kernel/contract/$(1).symbols
	@$$(KLD) -r -z noexecstack -o $$@.all $$(OBJECTS_$(1))
	@$$(KOBJCOPY) --keep-global-symbols=$$(srcdir)/kernel/contract/$(1).symbols $$@.all $$@
	@rm -f $$@.all

-include $$(OBJECTS_$(1):.o=.d)
endef

$(foreach p,$(filter-out $(READY) $(PREBUILT),$(PART_NAMES)),$(eval $(call PART,$(p))))

$(PREBUILT:%=$(OUT)/%.part.o): $(OUT)/%.part.o: $(srcdir)/prebuilt/$(if $(CHECK),checked,plain)/%.part.o
	@mkdir -p $(@D)
	@cp $< $@

PART_FILES := $(if $(WHOLE),$(OUT)/whole.o,$(foreach p,$(PART_NAMES),$(if $(filter $(p),$(READY)),$(PARTS),$(OUT))/$(p).part.o))

# One partition: the same bytes on every machine, however many processors it has.
$(OUT)/whole.o: $(foreach p,$(PART_NAMES),$(OBJECTS_$(p)))
	@echo '  KCC     whole.o'
	@$(KCC) $(KCFLAGS) -flto=1 -flto-partition=one -flinker-output=nolto-rel -r -nostdlib -z noexecstack -o $@ $^

FORCE:
.PHONY: FORCE

$(OUT)/asm_constants.inc: $(srcdir)/kernel/asm_constants.c
	@mkdir -p $(@D)
	@$(KCC) $(KCFLAGS) $(INCLUDES) -MMD -MP -MT $@ -MF $@.d -S $< -o $@.s
	@sed -n 's/^[^@]*@@ \([A-Z0-9_]*\) [$$]\(.*\)/%define \1 \2/p' $@.s > $@
	@rm -f $@.s

-include $(OUT)/asm_constants.inc.d

# The parts of the last link: another BODY has others, whose files can be older than the kernel.
$(OUT)/.parts: FORCE
	@mkdir -p $(@D)
	@echo '$(PART_FILES)' | cmp -s - $@ || echo '$(PART_FILES)' > $@

LINK = $(KLD) -n -z noexecstack --build-id=none -T $(STAGE_2)/kernel.ld

# Linked twice: the first result gives the names for backtraces, whose table stands behind all code and so moves none.
$(OUT)/kernel.pass1: $(PART_FILES) $(STAGE_2)/kernel.ld $(OUT)/.parts
	@$(LINK) -o $@ $(PART_FILES)

$(OUT)/symbols.asm: $(OUT)/kernel.pass1
	@$(KNM) -n $< | awk -f $(srcdir)/kernel/symbols.awk > $@

$(OUT)/symbols.o: $(OUT)/symbols.asm
	@$(NASM) $(NASMFLAGS) $< -o $@

$(OUT)/kernel.elf: $(PART_FILES) $(OUT)/symbols.o $(STAGE_2)/kernel.ld $(OUT)/.parts
	@echo '  KLD     kernel.elf'
	@$(LINK) -Map $(OUT)/kernel.map -o $@ $(PART_FILES) $(OUT)/symbols.o

$(OUT)/kernel.boot: $(OUT)/kernel.elf
	@$(KOBJCOPY) -O elf32-i386 -S $< $@
