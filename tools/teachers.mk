# Targets for teachers: everything that needs the references or the lectures. Included by tools.mk; a tree for students is without it.
# SPDX-License-Identifier: BSD-2-Clause

# --- skeletons -----------------------------------------------------------------------------------
references := $(notdir $(wildcard $(srcdir)/solutions/[0-9]-*))
.PHONY: skeletons skeletons-check
skeletons: $(STAGE_CUT) ## cut exercises/ from solutions/
	@for stage in $(references); do \
	    $(STAGE_CUT) cut --prune --tests $(srcdir)/grading/tests/$$stage $(srcdir)/solutions/$$stage $(srcdir)/exercises/$$stage || exit 1; \
	done

skeletons-check: $(STAGE_CUT)
	@status=0; for stage in $(references); do \
	    $(STAGE_CUT) check --tests $(srcdir)/grading/tests/$$stage $(srcdir)/solutions/$$stage $(srcdir)/exercises/$$stage || status=1; \
	done; [ $$status = 0 ] || echo "exercises/ is not what solutions/ says: run 'make skeletons' and commit the result"; exit $$status

# --- the tree for students -----------------------------------------------------------------------
STAGES ?= $(patsubst $(srcdir)/exercises/%/README.md,%,$(wildcard $(srcdir)/exercises/[1-9]-*/README.md))
.PHONY: student-kit
student-kit: ## a tree and a tarball without solutions, in build/out/student-kit (STAGES="1 2 3": the exercises in it; COURSE=file)
	+@$(MAKE_PART) $(srcdir)/grading/grading.mk -s CONFIG=$(CONFIG) OUT=$(OUT)/grading $(OUT)/grading/course
	+@MAKE="$(MAKE)" COURSE_TOOL=$(OUT)/grading/course sh $(srcdir)/tools/student-kit/make.sh $(srcdir) $(CONFIG) \
	    $(OUT)/student-kit $(VERSION) "$(STAGES)" $(if $(COURSE),"$(firstword $(wildcard $(COURSE) $(srcdir)/$(COURSE)) $(COURSE))")

# --- grading -------------------------------------------------------------------------------------
.PHONY: mutants
mutants: ## EX=n: which seeded bug is caught by which test (MECHANICAL=50: small changes by rule and chance)
	+@$(MAKE_PART) $(srcdir)/grading/grading.mk CONFIG=$(CONFIG) OUT=$(OUT)/grading mutants

# --- lectures: their own makefile ----------------------------------------------------------------
LECTURES = $(MAKE_PART) $(srcdir)/lectures/lectures.mk CONFIG=$(CONFIG) OUT=$(OUT)/lectures
lectures_there = $(patsubst $(srcdir)/lectures/%/slides.md,%,$(wildcard $(srcdir)/lectures/*/slides.md))
.PHONY: lectures lectures-check lectures-sheets
lectures: ## build all lectures: deck, handout, PDF
	+@$(LECTURES) all

lecture-%: ## one of them
	@[ -e $(srcdir)/lectures/$*/slides.md ] || { echo "there is no lecture '$*'. There are: $(lectures_there)" >&2; exit 1; }
	+@$(LECTURES) $*

lectures-check: ## look at every slide in Chromium: overflow, alternative texts, links, errors
	+@$(LECTURES) check

lectures-sheets: ## all slides as pictures, four on a sheet
	+@$(LECTURES) sheets

# --- about ---------------------------------------------------------------------------------------
.PHONY: loc
loc: ## lines of code, without blanks and comments; number of system calls, bytes of kernel code
	+@$(MAKE_PART) $(srcdir)/kernel/kernel.mk CONFIG=$(CONFIG) OUT=$(OUT)/bench/kernel BODY=stages all
	@KERNEL=$(OUT)/bench/kernel/kernel.elf KREADELF=$(KREADELF) $(srcdir)/tools/loc.sh $(srcdir)
