# Builds the grader, the kit's side of the kernels it grades, and the programs that run in them. Plain GNU make, out of tree.
#
#   make -f grading/grading.mk CONFIG=config.mk OUT=dir [TARGET]
#
#   CONFIG   what configure found: srcdir, CC and the libraries for the host; KCC, KLD, NASM for the target
#   OUT      where everything goes
#   TESTS    another folder of tests whose programs are built in place of the kit's
#
# Targets: all; grade EX=1 [TEST=id,id] [SEED=n] [HINT=level|next] [COURSE=file] [JOBS=n]; progress; unit-tests.
# Results: grade; kit.json and cache/HASH/ (see kit.sh); tests/STAGE/NAME.elf; test/NAME (unit tests).
#
# The targets of mutants/ are in its own mutants.mk.
# SPDX-License-Identifier: BSD-2-Clause
include $(CONFIG)

OUT ?= .
TESTS ?= $(srcdir)/grading/tests
STRICT ?= -Werror
GRADING := $(srcdir)/grading
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all grade kit programs progress unit-tests
all: $(OUT)/grade $(OUT)/scenario $(OUT)/progress $(OUT)/course kit programs

# --- the host's side -----------------------------------------------------------------------------
# kernel/ only for quoted names: it has a string.h of its own.
HOST_CFLAGS := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wmissing-prototypes $(STRICT) -O2 -g $(CFLAGS) -I $(GRADING) -I $(srcdir) \
  -iquote $(srcdir)/kernel -I $(srcdir)/kernel/include $(JANSSON_CFLAGS) $(LIBARCHIVE_CFLAGS) $(LIBELF_CFLAGS) \
  -DCAIRN_VERSION='"$(VERSION)"'
HOST_LIBS := $(JANSSON_LIBS) $(LIBARCHIVE_LIBS) $(LIBELF_LIBS)

host_sources := $(wildcard $(GRADING)/machine/*.c $(GRADING)/grader/*.c $(GRADING)/probes/*.c)
host_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(host_sources))
library_objects := $(filter-out $(OUT)/host/grader/main.o,$(host_objects)) $(OUT)/host/model.o

$(OUT)/host/%.o: $(GRADING)/%.c
	@mkdir -p $(@D)
	@echo "  HOSTCC  $*"
	@$(CC) $(HOST_CFLAGS) -MMD -MP -c $< -o $@

# What compares a walk's log with the model: one object with one name, and what the probe has to know of its headers.
model_sources := $(filter-out %/main.c,$(wildcard $(srcdir)/user/test/walk/host/*.c)) $(srcdir)/user/test/walk/choose.c \
  $(srcdir)/kernel/test/caps_model.c
model_objects := $(model_sources:$(srcdir)/%.c=$(OUT)/host/model/%.o)
MODEL_CFLAGS := -DMODEL_SLOTS=208 -I $(srcdir)/user/test -iquote $(srcdir)/kernel/test

$(OUT)/host/model/%.o: $(srcdir)/%.c
	@mkdir -p $(@D)
	@$(CC) $(HOST_CFLAGS) $(MODEL_CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/host/model.o: $(model_objects)
	@echo "  HOSTLD  model"
	@$(CC) -r -nostdlib -o $@ $^
	@$(KOBJCOPY) --keep-global-symbol=walk_compare $@

$(OUT)/host/probes/caps_walk.o $(OUT)/sanitized/probes/caps_walk.o: HOST_CFLAGS += $(MODEL_CFLAGS)

-include $(host_objects:.o=.d) $(model_objects:.o=.d)

$(OUT)/grade: $(host_objects) $(OUT)/host/model.o
	@echo "  HOSTLD  grade"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

# Boots systems as files of scenarios say: the machine library without the grader.
scenario_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(wildcard $(GRADING)/scenario/*.c)) \
  $(filter $(OUT)/host/machine/%,$(host_objects))

-include $(scenario_objects:.o=.d)

$(OUT)/scenario: $(scenario_objects)
	@echo "  HOSTLD  scenario"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

# Shows the machine at chosen places of a run, for demos of lectures.
$(OUT)/walk: $(srcdir)/tools/demo/walk.c $(filter $(OUT)/host/machine/%,$(host_objects))
	@echo "  HOSTCC  walk"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

# --- unit tests: one program each, sanitized, with everything but main.c --------------------------
unit_names := $(patsubst $(GRADING)/grader/test/%.c,%,$(wildcard $(GRADING)/grader/test/*_test.c))
# -w: the sanitizers' own code confuses some warnings, and the plain build has given all of them.
sanitize := -w -fsanitize=address,undefined -fno-sanitize-recover=all
sanitized_objects := $(patsubst $(OUT)/host/%,$(OUT)/sanitized/%,$(filter-out %/model.o,$(library_objects))) $(OUT)/host/model.o

$(OUT)/sanitized/%.o: $(GRADING)/%.c
	@mkdir -p $(@D)
	@$(CC) $(HOST_CFLAGS) $(sanitize) -O1 -MMD -MP -c $< -o $@

-include $(sanitized_objects:.o=.d)

$(OUT)/sanitized/library.a: $(sanitized_objects)
	@rm -f $@
	@ar rcs $@ $^

$(OUT)/test/%: $(GRADING)/grader/test/%.c $(OUT)/sanitized/library.a
	@mkdir -p $(@D)
	@echo "  HOSTCC  grader/test/$*"
	@$(CC) $(HOST_CFLAGS) $(CMOCKA_CFLAGS) $(sanitize) -o $@ $^ $(HOST_LIBS) $(CMOCKA_LIBS)

unit-tests: $(unit_names:%=$(OUT)/test/%)

# --- the kit's side of the kernels ---------------------------------------------------------------
kit:
	@mkdir -p $(OUT)
	+@KCC="$(KCC)" KLD="$(KLD)" KNM="$(KNM)" KOBJCOPY="$(KOBJCOPY)" NASM="$(NASM)" MAKE="$(MAKE)" \
	    sh $(GRADING)/kit.sh $(srcdir) $(OUT) $(CONFIG)

# --- programs that run in them, as user/user.mk builds its own -------------------------------------
TARGET_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-pie -mgeneral-regs-only -fno-stack-protector \
  -fcf-protection=none -fno-asynchronous-unwind-tables -fno-common -Wall -Wextra -Wmissing-prototypes $(STRICT) \
  -I $(srcdir) -I $(srcdir)/user -I $(srcdir)/kernel/include -I $(GRADING)
TARGET_NASMFLAGS := -f elf64 -g -F dwarf -w+all -w-unknown-warning -I $(srcdir)/user/ -I $(GRADING)/ -I $(srcdir)/kernel/

# Those that need no component system under them.
lib_sources := $(addprefix $(srcdir)/user/lib/,pattern.asm portal.asm print.c start.asm syscall.asm)
lib_objects := $(lib_sources:$(srcdir)/user/lib/%=$(OUT)/tests/lib/%.o)
program_sources := $(filter-out $(TESTS)/told/%,$(wildcard $(TESTS)/*/*.c $(TESTS)/*/*.asm))
program_objects := $(program_sources:$(TESTS)/%=$(OUT)/tests/%.o)
programs := $(sort $(addsuffix .elf,$(basename $(program_sources:$(TESTS)/%=$(OUT)/tests/%))))

programs: $(programs) $(OUT)/tests/told/loader.elf $(OUT)/tests/4-caps/walk.elf $(OUT)/tests/boot/loader.elf

# $(1): folder below OUT/tests, $(2): where its sources are
define TARGET_RULES
$(OUT)/tests/$(1)/%.c.o: $(2)/%.c
	@mkdir -p $$(@D)
	@$$(KCC) $$(TARGET_CFLAGS) -MMD -MP -c $$< -o $$@

$(OUT)/tests/$(1)/%.asm.o: $(2)/%.asm
	@mkdir -p $$(@D)
	@$$(NASM) $$(TARGET_NASMFLAGS) -I $(2)/ -MD $$(@:.o=.d) -MT $$@ $$< -o $$@
endef
stages := $(sort $(notdir $(patsubst %/,%,$(dir $(program_sources)))))
$(eval $(call TARGET_RULES,lib,$(srcdir)/user/lib))
$(foreach stage,$(stages),$(eval $(call TARGET_RULES,$(stage),$(TESTS)/$(stage))))

-include $(lib_objects:.o=.d) $(program_objects:.o=.d)

# Two programs of one test must not share addresses, so that a page of the wrong one is noticed.
base = $(if $(filter %-partner.elf,$(1)),0x800000,0x400000)

# $(1): the program
own_objects = $(filter $(basename $(1)).c.o $(basename $(1)).asm.o,$(program_objects))

include $(GRADING)/told.mk

define PROGRAM
$(1): $(own_objects) $(lib_objects) $(srcdir)/user/user.ld
	@echo "  PROGRAM $(1:$(OUT)/tests/%=%)"
	@$$(KLD) -z noexecstack --build-id=none --defsym=PROGRAM_BASE=$(call base,$(1)) -T $(srcdir)/user/user.ld -o $$@ \
	    $$(filter %.o,$$^)
endef
$(foreach program,$(filter-out $(told_programs),$(programs)),$(eval $(call PROGRAM,$(program))))

# --- the boot loader of stage 2: 32 bits ----------------------------------------------------------
boot_loader := $(OUT)/tests/boot
$(boot_loader)/loader.elf: $(GRADING)/boot/loader/loader.c $(GRADING)/boot/loader/start.asm $(GRADING)/boot/loader/loader.ld $(GRADING)/boot/plan.h
	@mkdir -p $(@D)
	@echo "  PROGRAM boot/loader.elf"
	@$(KCC) -m32 $(TARGET_CFLAGS) -c $< -o $(@D)/loader.c.o
	@$(NASM) -f elf32 -w+all -w-unknown-warning $(word 2,$^) -o $(@D)/start.asm.o
	@$(KLD) -m elf_i386 -z noexecstack --build-id=none -T $(word 3,$^) -o $@ $(@D)/start.asm.o $(@D)/loader.c.o

# --- grading -------------------------------------------------------------------------------------
# "Points are missing" (1) is a result, not a failure of make.
# As the caller names it, or as somebody who stands in the top folder does.
course_file = $(firstword $(wildcard $(COURSE) $(srcdir)/$(COURSE)) $(COURSE))
grade_options = $(if $(TEST),--only "$(TEST)") $(if $(SEED),--seed "$(SEED)") $(if $(HINT),--hint$(if $(filter next,$(HINT)),,=$(HINT))) $(if $(JOBS),-j $(JOBS)) $(if $(COURSE),--course "$(course_file)")

WORK := $(srcdir)/work

# Asks before it builds anything: that may take a minute.
grade:
	@[ -n "$(strip $(EX))" ] || { echo "make grade: say which exercise, for example: make grade EX=1" >&2; exit 2; }
	@for exercise in $(EX); do \
	    number=$${exercise%%-*}; \
	    [ "$$number" != 0 ] || { echo "make grade: exercise 0 is a tour, and nothing in it is graded. Exercise 1 is: make grade EX=1" >&2; exit 2; }; \
	    set -- $(WORK)/$$number-*[a-z]; \
	    [ -d "$$1" ] || { echo "make grade: there is no work/$$number-... 'make start EX=$$number' puts the skeleton there" >&2; exit 2; }; \
	done
	+@$(MAKE) -s --no-print-directory -f $(firstword $(MAKEFILE_LIST)) CONFIG=$(CONFIG) OUT=$(OUT) all
	@for exercise in $(EX); do \
	    number=$${exercise%%-*}; \
	    set -- $(WORK)/$$number-*[a-z]; \
	    mkdir -p $(OUT)/history/$${1##*/}; \
	    $(OUT)/grade --submission "$$1" --exercise $$number $(grade_options) \
	        --output $(OUT)/history/$${1##*/}/$$(date +%Y-%m-%d-%H%M%S).json || [ $$? -eq 1 ] || exit 1; \
	    ls $(OUT)/history/$${1##*/}/*.json | head -n -60 | xargs -r rm -f; \
	done

# --- course: looks at a course file, makes the one for students ---------------------------------------
course_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(wildcard $(GRADING)/course/*.c))

-include $(course_objects:.o=.d)

$(OUT)/course: $(course_objects) $(library_objects)
	@echo "  HOSTLD  course"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

# --- progress: what the history of `make grade` says ----------------------------------------------
progress_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(wildcard $(GRADING)/progress/*.c))

-include $(progress_objects:.o=.d)

$(OUT)/progress: $(progress_objects) $(library_objects)
	@echo "  HOSTLD  progress"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

# Fails when something that has passed is lost, so that a script can ask.
progress: $(OUT)/progress
	@$(OUT)/progress $(srcdir) $(OUT)/history

-include $(GRADING)/mutants/mutants.mk
