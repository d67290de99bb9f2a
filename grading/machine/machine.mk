# Builds the grader's machine library and runs its tests, out of tree:
#
#     make -f grading/machine/machine.mk OUT=/tmp/x check     from anywhere
#
# Targets: all (the library), check (unit tests, then the tests that run machines), figures (the
# measurements of grading/DETERMINISM.md).

OUT ?= $(error say where to build: OUT=DIR)
MACHINE := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

NASM ?= nasm
MACHINE_CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -I$(MACHINE) $(CFLAGS)

sources := $(wildcard $(MACHINE)/*.c)
headers := $(wildcard $(MACHINE)/*.h $(MACHINE)/test/*.h)
objects := $(patsubst $(MACHINE)/%.c,$(OUT)/%.o,$(sources))
guests  := $(patsubst $(MACHINE)/test/%.asm,$(OUT)/%.img,$(wildcard $(MACHINE)/test/*.asm))
tests   := $(patsubst $(MACHINE)/test/%.c,$(OUT)/%,$(wildcard $(MACHINE)/test/test_*.c))

.PHONY: all check figures
all: $(OUT)/libmachine.a

$(OUT)/libmachine.a: $(objects)
	rm -f $@
	ar rcs $@ $^

$(OUT)/%.o: $(MACHINE)/%.c $(headers) | $(OUT)
	$(CC) $(MACHINE_CFLAGS) -c -o $@ $<

$(OUT)/%.img: $(MACHINE)/test/%.asm | $(OUT)
	$(NASM) -f bin -o $@ $<

$(OUT)/%: $(MACHINE)/test/%.c $(OUT)/libmachine.a $(headers)
	$(CC) $(MACHINE_CFLAGS) -DGUESTS='"$(OUT)"' $(WRAPPED:%=-Wl,--wrap=%) -o $@ $< $(OUT)/libmachine.a -ljansson -lcmocka

# This test stands between the two questions that a running machine is asked.
$(OUT)/test_watch: WRAPPED := machine_count machine_seconds

$(OUT):
	mkdir -p $@

check: $(tests) $(guests)
	@for test in $(tests); do echo "== $$(basename $$test)"; $$test || exit 1; done

figures: $(OUT)/figures $(guests)
	$(OUT)/figures
