# The kit's own make: which stages a kernel is built from, and everything that is done with it.
# Called by the top Makefile as  make -f tools/tools.mk CONFIG=<builddir>/config.mk TARGET [EX=...]
# SPDX-License-Identifier: BSD-2-Clause
include $(CONFIG)

OUT := $(builddir)/out
MAKE_PART = $(MAKE) --no-print-directory -f
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- which stages --------------------------------------------------------------------------------
# EX=1, EX=1-entry or EX="1 2": these stages come from work/, the others from solutions/.
# A tree for students has prebuilt/ instead (kernel/kernel.mk).
REFERENCES := $(or $(wildcard $(srcdir)/solutions),$(srcdir)/prebuilt)
exercises := $(sort $(notdir $(wildcard $(srcdir)/solutions/[0-9]-* $(srcdir)/exercises/[0-9]-*)))
number = $(firstword $(subst -, ,$1))
name = $(filter $1-%,$(exercises))
chosen := $(sort $(foreach word,$(EX),$(call number,$(word))))

unknown := $(filter-out $(foreach exercise,$(exercises),$(call number,$(exercise))),$(chosen))
ifneq ($(unknown),)
$(error EX=$(EX): there is no exercise $(unknown). There are: $(exercises))
endif

# Where students solve exercises.
WORK := $(srcdir)/work

# To make a space ends a name: a copy called "trap (2).asm" would be looked for in two pieces, and not found.
spaced := $(strip $(foreach n,$(chosen),$(shell ls $(WORK)/$(call name,$n) 2>/dev/null | grep -m1 ' .*[.][ac][sm]*$$')))
ifneq ($(if $(filter start,$(MAKECMDGOALS)),,$(spaced)),)
$(error EX=$(EX): the file name "$(spaced)" has a space in it. Rename it, or take it out of work/)
endif

# $(call folder,NUMBER): where this stage is built from. Exercise 0 is a tour and no stage.
folder = $(if $(filter $1,$(chosen)),$(or $(wildcard $(WORK)/$(call name,$1)),$(error EX=$1: there is \
    no work/$(call name,$1). 'make start EX=$1' puts the skeleton there)),$(REFERENCES)/$(call name,$1))
stage_arguments = $(foreach stage,$(filter-out 0-%,$(exercises)),STAGE_$(call number,$(stage))=$(call folder,$(call number,$(stage))))

empty :=
space := $(empty) $(empty)
# `make run` boots the component system on the whole kernel. With exercise 1 or 2, and for their tests, a stand-in is behind stages 1
# and 2, and one program on it (BODY=standin). With a later exercise one program tries a little of everything on the whole kernel.
system_targets := run debug trace suite iso iso-run bochs
late := $(filter-out 0 1 2,$(chosen))
BODY ?= $(if $(late),stages,$(if $(chosen),standin,$(if $(filter $(system_targets),$(MAKECMDGOALS)),stages,standin)))
SYSTEM := core.elf core,init.elf init,run.json config,welcome.elf welcome,timer.elf timer,timer_tick.elf timer_tick
KERNEL_OUT := $(OUT)/kernel$(if $(filter stages,$(BODY)),-stages)$(if $(chosen),-ex$(subst $(space),_,$(chosen)))$(if $(CHECKED),-checked)
USER_OUT := $(OUT)/user
# Modules in boot order: "FILE NAME", joined with commas. The first is the root task.
MODULES ?= $(if $(filter stages,$(BODY)),$(if $(late),smoke.elf root,$(SYSTEM)),root.elf root)
# The kernel's own command line; kernel/main.c says what it understands.
CMDLINE ?=

# $(call need,VARIABLE,what,packages): stops where a tool that configure did not find is wanted.
need = $(if $($1),,$(error $2 was not found by configure. Install the package $3, then run ./bootstrap again))

# --- building ------------------------------------------------------------------------------------
.PHONY: all kernel user
all: kernel user ## build the kernel and the user side

kernel:
	+@$(MAKE_PART) $(srcdir)/kernel/kernel.mk CONFIG=$(CONFIG) OUT=$(KERNEL_OUT) $(stage_arguments) BODY=$(BODY) \
	    $(if $(chosen),STRICT=) $(if $(CHECKED),CHECK=1) all

user:
	+@$(MAKE_PART) $(srcdir)/user/user.mk CONFIG=$(CONFIG) OUT=$(USER_OUT) all

# --- booting -------------------------------------------------------------------------------------
export QEMU QEMU_MACHINE QEMU_CPU QEMU_MEMORY BOCHS BOCHS_BIOS BOCHS_VGABIOS BOCHS_CPU GDB GRUB_MKRESCUE GRUB_I386_PC
WATCH := $(OUT)/tools/watch
TRACE := $(OUT)/tools/trace
ISO := $(KERNEL_OUT)/cairn.iso
boot_arguments = --kernel $(KERNEL_OUT)/kernel.boot --dir $(USER_OUT) --modules "$(MODULES)" --cmdline "$(CMDLINE)"

# The smoke test lets others run for a while, which on a busy machine may be no time at all: there time is counted in instructions.
counted_time = $(if $(findstring smoke.elf,$(MODULES)),--shift 2)

# With exercise 1 or 2 the stand-in's program comes first, because it says what is wrong; then the stage carries the whole system.
system_too := $(if $(filter-out 0,$(chosen)),$(if $(filter standin,$(BODY)),$(if $(filter-out file,$(origin BODY) $(origin MODULES)),,y)))

.PHONY: run debug iso iso-run bochs
run: kernel user $(WATCH) ## boot in QEMU, serial console on the terminal; without a terminal: to the verdict
	@sh $(srcdir)/tools/unwritten.sh $(KNM) $(KERNEL_OUT)/kernel.elf
	@$(call need,QEMU,QEMU,qemu-system-x86)$(srcdir)/tools/run-qemu.sh --watch $(WATCH) $(boot_arguments) $(counted_time) $(if $(system_too),--batch --seconds 30)
	$(if $(system_too),+@printf '\nAll well so far. Now the whole system on your stage:\n\n'; \
	    $(MAKE_PART) $(srcdir)/tools/tools.mk CONFIG=$(CONFIG) EX="$(EX)" BODY=stages MODULES="$(SYSTEM)" run)

debug: kernel user ## the same, stopped at its first instruction, with GDB attached (COUNTED=1: each run the same)
	@$(call need,QEMU,QEMU,qemu-system-x86)$(call need,GDB,GDB,gdb)$(srcdir)/tools/debug.sh \
	    --symbols $(KERNEL_OUT)/kernel.elf $(boot_arguments) $(if $(COUNTED),--counted) -- $(GDB_ARGUMENTS)

# TRACE_RECORDS newest records are kept. Pictures and lists go to TRACE_OUT. The whole kernel runs the scene (user/test/scene), unless
# MODULES says otherwise; with EX=1 or EX=2 alone it is the stand-in and its root task, because the other stages are not asked for.
# TRACE_OPTIONS go to the tool: TRACE_OPTIONS='--only client --size slide'. tools/trace/README.md has a worked example.
TRACE_RECORDS ?= 16384
TRACE_OUT ?= $(OUT)/trace
TRACE_OPTIONS ?= --window marks
.PHONY: trace trace-programs readme-picture
trace readme-picture: BODY = $(if $(late),stages,$(if $(chosen),standin,stages))
trace readme-picture: KERNEL_OUT = $(OUT)/trace-kernel$(if $(chosen),-ex$(subst $(space),_,$(chosen)))
trace readme-picture: MODULES = $(if $(filter standin,$(BODY)),root.elf root,loader.elf loader$(comma)scene.elf scene)
comma := ,
modules_files = $(filter %.elf,$(subst $(comma), ,$(MODULES)))
trace_title = $(lastword $(MODULES)), on the $(if $(filter standin,$(BODY)),stand-in kernel,kernel)$(if $(chosen), with your stage$(if \
    $(word 2,$(chosen)),s) $(chosen), of the reference stages)
run_trace = $(call need,QEMU,QEMU,qemu-system-x86)$(call need,GDB,GDB,gdb)$(srcdir)/tools/trace-run.sh --symbols \
    $(KERNEL_OUT)/kernel.elf $(boot_arguments) --records $(TRACE_RECORDS)
draw_trace = $(TRACE) --instructions --title "$(trace_title)" --kernel $(KERNEL_OUT)/kernel.elf \
    $(addprefix --program $(USER_OUT)/,$(modules_files))

# What the scene and other programs of user/test are made of, beside the programs of user/.
trace-programs: user
	+@$(MAKE_PART) $(srcdir)/user/test/test.mk CONFIG=$(CONFIG) OUT=$(USER_OUT) $(addprefix $(USER_OUT)/,loader.elf scene.elf cost.elf)

trace: kernel user trace-programs $(TRACE) ## boot, and draw what the kernel did (chart, tree, timeline, lists) into build/out/trace
	@sh $(srcdir)/tools/unwritten.sh $(KNM) $(KERNEL_OUT)/kernel.elf
	@mkdir -p $(TRACE_OUT)
	@$(run_trace) --output $(TRACE_OUT)/trace.dump
	@$(draw_trace) $(TRACE_OPTIONS) --format all --output $(TRACE_OUT) $(TRACE_OUT)/trace.dump
	@sh $(srcdir)/tools/trace/draw.sh $(TRACE_OUT)

# The picture in the top README, tools/trace/readme.svg: the scene's first act on the kernel as it is now.
readme-picture: kernel user trace-programs $(TRACE)
	@mkdir -p $(TRACE_OUT)
	@$(run_trace) --output $(TRACE_OUT)/readme.dump >/dev/null
	@$(draw_trace) --title "A file is read: client, server and driver" --window "read a file..take it back" \
	    --only reader,files,disk,urgent --format timeline --output $(srcdir)/tools/trace/readme.svg $(TRACE_OUT)/readme.dump
	@echo $(srcdir)/tools/trace/readme.svg

iso: kernel user ## make a bootable ISO with GRUB
	@$(call need,GRUB_MKRESCUE,grub-mkrescue,grub-common)$(call need,GRUB_I386_PC,GRUB for i386-pc,grub-pc-bin)$(call \
	    need,XORRISO,xorriso,xorriso)$(call need,MFORMAT,mformat,mtools)$(srcdir)/tools/make-iso.sh \
	    --kernel $(KERNEL_OUT)/kernel.elf --dir $(USER_OUT) --modules "$(MODULES)" --cmdline "$(CMDLINE)" --output $(ISO)
	@echo "$(ISO)"

iso-run: iso $(WATCH) ## boot the ISO in QEMU to its verdict
	@$(call need,QEMU,QEMU,qemu-system-x86)$(srcdir)/tools/run-qemu.sh --watch $(WATCH) --iso $(ISO)

bochs: iso $(WATCH) ## boot the ISO in Bochs, a stricter machine than QEMU, to its verdict
	@$(call need,BOCHS,Bochs,bochs bochs-term)$(call need,BOCHS_BIOS,a BIOS for Bochs,seabios)$(call need,BOCHS_VGABIOS,a VGA BIOS for Bochs,seabios)$(srcdir)/tools/run-bochs.sh \
	    --watch $(WATCH) --iso $(ISO)

# Prints a line for each test, and ends at the first that the kernel does not survive. CHECKED=1: the kernel walks its own structures too.
.PHONY: suite
suite: kernel user $(WATCH) ## every call and rule of kernel/ABI.md, tried from ring 3 (ONLY=help: tests whose names begin so; CHECKED=1)
	+@$(MAKE_PART) $(srcdir)/user/test/test.mk CONFIG=$(CONFIG) OUT=$(USER_OUT) $(addprefix $(USER_OUT)/,loader.elf suite.elf)
	@$(call need,QEMU,QEMU,qemu-system-x86)$(srcdir)/user/test/run.sh --kernel $(KERNEL_OUT) --user $(USER_OUT) suite \
	    $(if $(ONLY),only=$(ONLY),without=cost)

# --- host tools ----------------------------------------------------------------------------------
HOST_CFLAGS := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror $(CFLAGS)
STAGE_CUT := $(OUT)/tools/stage-cut
CHECK := $(OUT)/tools/check
MARK_TEST := $(OUT)/tools/mark_test
cut_sources := $(filter-out %_test.c,$(wildcard $(srcdir)/tools/stage-cut/*.c))
cut_headers := $(wildcard $(srcdir)/tools/stage-cut/*.h)
TRACE_TESTS := $(OUT)/tools/trace_test $(OUT)/tools/trace_fuzz $(OUT)/tools/trace_sample $(OUT)/tools/trace_json
trace_sources := $(wildcard $(srcdir)/tools/trace/*.c)
trace_headers := $(wildcard $(srcdir)/tools/trace/*.h) $(srcdir)/kernel/trace.h $(srcdir)/kernel/include/cairn/abi.h

.PHONY: host-tools
host-tools: $(WATCH) $(CHECK) $(STAGE_CUT) $(MARK_TEST) $(TRACE) $(TRACE_TESTS) ## build the host tools

$(OUT)/tools:
	@mkdir -p $@

$(WATCH): $(srcdir)/tools/watch/watch.c | $(OUT)/tools
	@echo "  HOSTCC  tools/watch"
	@$(CC) $(HOST_CFLAGS) -o $@ $< -lutil

$(CHECK): $(srcdir)/tools/check/check.c | $(OUT)/tools
	@echo "  HOSTCC  tools/check"
	@$(CC) $(HOST_CFLAGS) -o $@ $<

$(STAGE_CUT): $(cut_sources) $(cut_headers) | $(OUT)/tools
	@$(call need,JANSSON_LIBS,jansson,libjansson-dev)echo "  HOSTCC  tools/stage-cut"
	@$(CC) $(HOST_CFLAGS) $(JANSSON_CFLAGS) -o $@ $(cut_sources) $(JANSSON_LIBS)

$(MARK_TEST): $(addprefix $(srcdir)/tools/stage-cut/,mark_test.c mark.c mark.h) | $(OUT)/tools
	@$(call need,CMOCKA_LIBS,cmocka,libcmocka-dev)echo "  HOSTCC  tools/stage-cut/mark_test"
	@$(CC) $(HOST_CFLAGS) $(CMOCKA_CFLAGS) -o $@ $(filter %.c,$^) $(CMOCKA_LIBS)

$(TRACE): $(trace_sources) $(trace_headers) | $(OUT)/tools
	@$(call need,JANSSON_LIBS,jansson,libjansson-dev)$(call need,LIBELF_LIBS,libelf,libelf-dev)echo "  HOSTCC  tools/trace"
	@$(CC) $(HOST_CFLAGS) $(JANSSON_CFLAGS) $(LIBELF_CFLAGS) -o $@ $(trace_sources) $(JANSSON_LIBS) $(LIBELF_LIBS) -lm

# -w: the sanitizers' own code confuses some warnings, and the plain build has given all of them.
$(OUT)/tools/trace_test: $(srcdir)/tools/trace/test/log_test.c $(trace_sources) $(trace_headers) | $(OUT)/tools
	@$(call need,CMOCKA_LIBS,cmocka,libcmocka-dev)echo "  HOSTCC  tools/trace/test/log_test"
	@$(CC) $(HOST_CFLAGS) $(CMOCKA_CFLAGS) $(LIBELF_CFLAGS) -O1 -w -fsanitize=address,undefined -fno-sanitize-recover=all -o $@ $< \
	    $(addprefix $(srcdir)/tools/trace/,log.c cast.c choice.c spans.c words.c symbols.c) $(LIBELF_LIBS) $(CMOCKA_LIBS)

$(OUT)/tools/trace_fuzz: $(srcdir)/tools/trace/test/fuzz.c $(trace_sources) $(trace_headers) | $(OUT)/tools
	@echo "  HOSTCC  tools/trace/test/fuzz"
	@$(CC) $(HOST_CFLAGS) $(JANSSON_CFLAGS) $(LIBELF_CFLAGS) -O1 -w -fsanitize=address,undefined -fno-sanitize-recover=all -o $@ $< \
	    $(filter-out %/main.c,$(trace_sources)) $(JANSSON_LIBS) $(LIBELF_LIBS) -lm

$(OUT)/tools/trace_json: $(srcdir)/tools/trace/test/json_test.c | $(OUT)/tools
	@$(CC) $(HOST_CFLAGS) $(JANSSON_CFLAGS) -o $@ $< $(JANSSON_LIBS)

$(OUT)/tools/trace_sample: $(srcdir)/tools/trace/test/sample.c $(trace_headers) | $(OUT)/tools
	@$(CC) $(HOST_CFLAGS) -o $@ $<

# --- exercises -------------------------------------------------------------------------------------
.PHONY: start
start: ## EX=n: put the skeleton of exercise n into work/, where you solve it
	$(if $(FORCE),@rm -rf $(foreach n,$(chosen),$(OUT)/grading/history/$(call name,$n)))
	@$(srcdir)/tools/start.sh "$(srcdir)" "$(FORCE)" $(foreach n,$(chosen),$(call name,$n))

# --- grading: its own makefile -------------------------------------------------------------------
.PHONY: grader grade progress
grader: ## build the grader and what it grades with
grade: ## EX=n: grade work/n-... (TEST=id, SEED=number, HINT=level, COURSE=file)
progress: ## what of your exercises is written, what passes, what is lost again, and what to do next
grader grade progress:
	+@$(if $(wildcard $(srcdir)/grading/grading.mk),$(MAKE_PART) $(srcdir)/grading/grading.mk CONFIG=$(CONFIG) OUT=$(OUT)/grading \
	    $(@:grader=all),echo "make $@: grading/grading.mk is not in this tree" >&2; exit 1)

# --- tests ---------------------------------------------------------------------------------------
# Every folder may hold a tests.list (see tools/README.md). TEST=pattern runs those whose name contains it.
test_lists = $(wildcard $(srcdir)/tests.list $(srcdir)/*/tests.list $(srcdir)/*/*/tests.list)
JOBS ?= 2
export srcdir builddir OUT CONFIG
export CC CFLAGS CMOCKA_CFLAGS CMOCKA_LIBS JANSSON_CFLAGS JANSSON_LIBS KCC KLD KNM KOBJCOPY KOBJDUMP KREADELF NASM BWRAP XORRISO MFORMAT MISSING
export PANDOC DOT MSCGEN NPM REVEALJS CHROMIUM
# EX=4: tests that build a kernel or compile a stage take work/4-caps for the reference, with its warnings.
# What was said to this make is not meant for one that a test starts.
run_check = @env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES -u EX -u TEST -u SEED -u FORCE -u BODY \
    $(foreach n,$(filter-out 0,$(chosen)),STAGE_$n=$(call folder,$n)) $(if $(chosen),STRICT=) \
    $(CHECK) --jobs $(JOBS) --logs $(builddir)/check-logs $(if $(TEST),--only "$(TEST)") $1 $(test_lists)

.PHONY: check check-fast check-long
check: all host-tools grader ## all tests but the long ones
	$(call run_check,--without long)
check-fast: all host-tools grader ## only those that take a second or two
	$(call run_check,--with fast)
check-long: all host-tools grader ## all tests, however long
	$(call run_check,)

# --- the component system ------------------------------------------------------------------------
# SCENARIO="name name", STEP=n, SAY=1: everything that the system says.
SCENARIOS := $(if $(SCENARIO),$(SCENARIO:%=$(srcdir)/user/test/scenarios/%.json),$(wildcard $(srcdir)/user/test/scenarios/*.json))
.PHONY: scenarios
scenarios: ## boot the systems of user/test/scenarios, compare what they say (SCENARIO=name, STEP=n, SAY=1)
	+@$(MAKE_PART) $(srcdir)/kernel/kernel.mk CONFIG=$(CONFIG) OUT=$(OUT)/test-kernel BODY=stages all
	+@$(MAKE_PART) $(srcdir)/user/user.mk CONFIG=$(CONFIG) OUT=$(OUT)/test-system all
	+@$(MAKE_PART) $(srcdir)/grading/grading.mk CONFIG=$(CONFIG) OUT=$(OUT)/grading $(OUT)/grading/scenario
	@$(call need,QEMU,QEMU,qemu-system-x86)$(OUT)/grading/scenario --kernel $(OUT)/test-kernel/kernel.boot \
	    --programs $(OUT)/test-system $(if $(STEP),--step $(STEP)) $(if $(SAY),--output) $(SCENARIOS)

# --- measuring -----------------------------------------------------------------------------------
# The kernel of all stages, whatever BODY is.
.PHONY: bench
bench: $(WATCH) ## what calls cost, in instructions, beside other kernels, and with more of everything
	+@$(MAKE_PART) $(srcdir)/kernel/kernel.mk CONFIG=$(CONFIG) OUT=$(OUT)/bench/kernel BODY=stages all
	+@$(MAKE_PART) $(srcdir)/user/test/test.mk CONFIG=$(CONFIG) OUT=$(OUT)/bench/user all
	@$(call need,QEMU,QEMU,qemu-system-x86)OUT=$(OUT)/bench srcdir=$(srcdir) WATCH=$(WATCH) KREADELF=$(KREADELF) \
	    $(srcdir)/kernel/bench/bench.sh $(OUT)/bench/kernel $(OUT)/bench/user

# --- demos: of the lectures, live ------------------------------------------------------------------
.PHONY: demo-cost demo-boot
demo-cost: $(WATCH) ## what it costs to ask a function, the kernel, and a server (VALUES=file: for slides)
	+@$(MAKE_PART) $(srcdir)/kernel/kernel.mk CONFIG=$(CONFIG) OUT=$(OUT)/bench/kernel BODY=stages all
	+@$(MAKE_PART) $(srcdir)/user/test/test.mk CONFIG=$(CONFIG) OUT=$(OUT)/bench/user all
	@$(call need,QEMU,QEMU,qemu-system-x86)WATCH=$(WATCH) $(srcdir)/tools/demo/cost.sh \
	    $(if $(VALUES),--values $(abspath $(VALUES))) $(OUT)/bench/kernel $(OUT)/bench/user

demo-boot: all ## the machine's state from the reset vector to ring 3 (VALUES=file: for slides)
	+@$(MAKE_PART) $(srcdir)/grading/grading.mk CONFIG=$(CONFIG) OUT=$(OUT)/grading $(OUT)/grading/walk
	@$(call need,QEMU,QEMU,qemu-system-x86)KNM=$(KNM) KREADELF=$(KREADELF) $(srcdir)/tools/demo/boot.sh \
	    $(if $(VALUES),--values $(abspath $(VALUES))) $(OUT)/grading/walk $(KERNEL_OUT) $(OUT)/user

.PHONY: demo-entry
demo-entry: all ## registers before, inside and after a system call and a page fault
	+@$(MAKE_PART) $(srcdir)/grading/grading.mk CONFIG=$(CONFIG) OUT=$(OUT)/grading $(OUT)/grading/walk
	@$(call need,QEMU,QEMU,qemu-system-x86)KNM=$(KNM) KOBJDUMP=$(KOBJDUMP) $(srcdir)/tools/demo/entry.sh \
	    $(OUT)/grading/walk $(OUT)/kernel $(OUT)/user

# --- about ---------------------------------------------------------------------------------------
.PHONY: help
help: ## this list
	@$(srcdir)/tools/help.sh $(srcdir)/tools/tools.mk $(teachers)

# --- for teachers: what a tree for students does not have -----------------------------------------
teachers := $(wildcard $(srcdir)/tools/teachers.mk)
include $(teachers)
ifeq ($(teachers),)
.PHONY: skeletons student-kit mutants loc lectures lectures-check lectures-sheets
skeletons student-kit mutants loc lectures lectures-check lectures-sheets:
	@echo "make $@: the tree for students has nothing to do this with" >&2; exit 1

lecture-%: lectures
	@:
endif
