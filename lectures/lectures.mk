# Builds the lectures: from lectures/NAME/slides.md a deck, a handout and a PDF of the deck. Plain GNU make, out of tree.
#
#   make -f lectures/lectures.mk CONFIG=config.mk OUT=dir [FROM=dir] all | NAME...
#
#   FROM     where the folders NAME/slides.md are; lectures/ if not given. A test has its own
#   Results: OUT/NAME/index.html, handout.html, slides.pdf, with everything they need beside them
# SPDX-License-Identifier: BSD-2-Clause
include $(CONFIG)

FROM ?= $(srcdir)/lectures
TOOL := $(srcdir)/lectures/tool
tools := $(wildcard $(TOOL)/*)
NAMES := $(sort $(patsubst $(FROM)/%/slides.md,%,$(wildcard $(FROM)/*/slides.md)))
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

missing := $(strip $(if $(PANDOC),,pandoc) $(if $(DOT),,graphviz) $(if $(MSCGEN),,mscgen) $(if $(NPM)$(REVEALJS),,npm))
ifneq ($(missing),)
$(error Lectures need these packages, which configure did not find: $(missing). './bootstrap lectures' installs them)
endif
need_chromium = $(if $(CHROMIUM),,$(error Slides are looked at with Chromium, which configure did not find. Install the package \
    chromium, then run ./bootstrap again))

.PHONY: all $(NAMES)
all: $(NAMES)
	$(if $(NAMES),,@echo "there is no lecture in $(FROM)")

# reveal.js, once for all. npm checks it against the sum in package-lock.json. REVEALJS=DIR takes one that is there.
REVEAL := $(or $(REVEALJS),$(OUT)/npm/node_modules/reveal.js)
REVEAL_FILES := dist/reset.css dist/reveal.css dist/reveal.js plugin/notes/notes.js LICENSE

$(OUT)/npm/node_modules/reveal.js/package.json: $(srcdir)/lectures/package.json $(srcdir)/lectures/package-lock.json
	@mkdir -p $(OUT)/npm
	@cp $^ $(OUT)/npm
	@echo '  NPM     reveal.js'
	@cd $(OUT)/npm && $(NPM) ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || { cat npm.log >&2; \
	    echo "npm could not get reveal.js (see above). Without a network: REVEALJS=DIR, a folder with reveal.js 4.6" >&2; exit 1; }
	@touch $@

.PHONY: reveal
reveal: $(REVEAL)/package.json

# Pictures from runs: lectures/NAME/pictures.sh DIR writes them into run/ beside the deck, when the lecture or the kernel has changed.
kernel_sources := $(wildcard $(srcdir)/kernel/*.[ch] $(srcdir)/kernel/*/*.[ch] $(srcdir)/solutions/*/*.* $(srcdir)/user/*/*.[ch] $(srcdir)/tools/trace/*.[ch])
$(OUT)/%/run/done: $(FROM)/%/pictures.sh $(kernel_sources)
	@mkdir -p $(@D)
	@echo '  RUN     $*/pictures.sh'
	@env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u MAKEOVERRIDES srcdir=$(srcdir) CONFIG=$(CONFIG) MAKE=$(MAKE) sh $< $(@D) >$(@D)/log 2>&1 && rm $(@D)/log || { cat $(@D)/log >&2; exit 1; }
	@touch $@
run_pictures = $(if $(wildcard $(FROM)/$1/pictures.sh),$(OUT)/$1/run/done)

# Files of the kit whose code is on slides: a change of one makes the lecture anew.
quoted = $(wildcard $(addprefix $(srcdir)/,$(call includes,$1)))
includes = $(shell sed -n 's/^``.*{.*include="\([^"]*\)" slide=.*/\1/p' $(FROM)/$1/slides.md)
beside = $(filter-out %/slides.md %.md,$(wildcard $(FROM)/$1/*.*))

pandoc = srcdir=$(srcdir) LECTURE_OUT=$(@D) DOT=$(DOT) MSCGEN=$(MSCGEN) $(PANDOC) $< \
    --from markdown-implicit_figures-smart-citations --lua-filter $(TOOL)/filter.lua --slide-level=1 --standalone --highlight-style=$(TOOL)/colours.theme -o $@.raw
# Pandoc makes a link of each line number. Nobody goes there, and everybody who goes by the tabulator key would.
no_line_links = sed 's|<a href="\#[a-z]*-*[0-9]*-[0-9]*"[^>]*></a>|<a aria-hidden="true"></a>|' $@.raw >$@ && rm $@.raw

define BUILD
$(1): $(OUT)/$(1)/index.html $(OUT)/$(1)/handout.html $(if $(CHROMIUM),$(OUT)/$(1)/slides.pdf)
	@echo "$(OUT)/$(1)/index.html"
	$(if $(CHROMIUM),,@echo "$(1): no PDF, because Chromium was not found (package chromium)")

$(OUT)/$(1)/index.html: $(FROM)/$(1)/slides.md $$(call quoted,$(1)) $$(call beside,$(1)) $(call run_pictures,$(1)) $(tools) $(REVEAL)/package.json
	@mkdir -p $$(@D)/reveal.js
	@cp $(addprefix $(REVEAL)/,$(REVEAL_FILES)) $$(@D)/reveal.js
	@rm -f $$(@D)/*.svg
	@cp $(TOOL)/theme.css $$(filter %.svg %.png,$$^) $$(@D)
	@echo '  DECK    $(1)'
	@$$(pandoc) --to revealjs --template $(TOOL)/deck.html
	@$$(no_line_links)

$(OUT)/$(1)/handout.html: $(FROM)/$(1)/slides.md $(OUT)/$(1)/index.html
	@cp $(TOOL)/handout.css $$(@D)
	@echo '  HANDOUT $(1)'
	@$$(pandoc) --to html5 --toc --toc-depth=2 --template $(TOOL)/handout.html
	@$$(no_line_links)

$(OUT)/$(1)/slides.pdf: $(OUT)/$(1)/index.html
	@echo '  PDF     $(1)'
	@$(TOOL)/chromium.sh $(CHROMIUM) --virtual-time-budget=10000 --no-pdf-header-footer --print-to-pdf=$$@ \
	    "file://$$(abspath $$<)?print" >$$(@D)/pdf.log 2>&1 || { cat $$(@D)/pdf.log >&2; exit 1; }
endef
$(foreach name,$(NAMES),$(eval $(call BUILD,$(name))))

# Of all, or of LECTURE=NAME.
LECTURE ?= $(NAMES)
.PHONY: check sheets
check: $(LECTURE)
	@$(need_chromium)$(TOOL)/check.sh $(CHROMIUM) $(addprefix $(OUT)/,$(LECTURE))

sheets: $(LECTURE)
	@$(need_chromium)for name in $(LECTURE); do for size in 1280x720 1024x768; do \
	    $(TOOL)/sheets.sh $(CHROMIUM) $(OUT)/$$name $${size%x*} $${size#*x} $(OUT)/sheets/$$name-$$size || exit 1; \
	    echo $(OUT)/sheets/$$name-$$size; \
	done; done
