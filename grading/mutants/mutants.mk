# The mutants of an exercise, graded: make mutants EX=1 [ONLY=E05] [FULL=1] [JOBS=n]
# Included by grading.mk, whose library it is linked with.

.PHONY: mutants
corpus_objects := $(patsubst $(GRADING)/%.c,$(OUT)/host/%.o,$(wildcard $(GRADING)/corpus/*.c))

-include $(corpus_objects:.o=.d)

$(OUT)/mutants: $(corpus_objects) $(library_objects)
	@echo "  HOSTLD  mutants"
	@$(CC) $(HOST_CFLAGS) -o $@ $^ $(HOST_LIBS)

all: $(OUT)/mutants

mutants: all
	@[ -n "$(EX)" ] || { echo "make mutants: say which exercise, for example: make mutants EX=1" >&2; exit 2; }
	@$(OUT)/mutants --exercise $(EX) $(if $(ONLY),--only "$(ONLY)") $(if $(FULL),--full) $(if $(SEED),--seed "$(SEED)") \
	    $(if $(JOBS),-j $(JOBS))
