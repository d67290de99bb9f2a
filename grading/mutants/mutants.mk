# The mutants of an exercise, graded: make mutants EX=1 [ONLY=E05] [FULL=1] [WRITE=1] [JOBS=n]
# Mutants made by rule and chance:    make mutants EX=1 MECHANICAL=50 [SEED=n] [JOBS=n]
# Included by grading.mk, whose library it is linked with.

.PHONY: mutants
corpus_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(wildcard $(GRADING)/corpus/*.c))

-include $(corpus_objects:.o=.d)

$(OUT)/mutants: $(corpus_objects) $(library_objects)
	@echo "  HOSTLD  mutants"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

mechanical_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(wildcard $(GRADING)/corpus/mechanical/*.c)) \
  $(OUT)/host/corpus/mutant.o $(addprefix $(OUT)/host/stage-cut/,folder.o mark.o stage.o text.o)

-include $(mechanical_objects:.o=.d)

$(OUT)/host/stage-cut/%.o: $(srcdir)/tools/stage-cut/%.c
	@mkdir -p $(@D)
	@$(CC) $(HOST_CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/mechanical: $(mechanical_objects) $(library_objects)
	@echo "  HOSTLD  mechanical"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

all: $(OUT)/mutants $(OUT)/mechanical

# Asks before it builds anything.
mutants:
	@[ -n "$(EX)" ] || { echo "make mutants: say which exercise, for example: make mutants EX=1" >&2; exit 2; }
	@[ "$(words $(EX))" = 1 ] || { echo "make mutants: one exercise at a time, not $(EX)" >&2; exit 2; }
	+@$(MAKE) -s --no-print-directory -f $(firstword $(MAKEFILE_LIST)) CONFIG=$(CONFIG) OUT=$(OUT) all
	@$(if $(MECHANICAL),$(OUT)/mechanical --exercise $(EX) --count $(MECHANICAL),\
	    $(OUT)/mutants --exercise $(EX) $(if $(ONLY),--only "$(ONLY)") $(if $(FULL),--full) $(if $(WRITE),--write)) \
	    $(if $(SEED),--seed "$(SEED)") $(if $(JOBS),-j $(JOBS))
