# Upper layers first, as above; then what the trainer shares with the engine.
TRAIN_LIBS =

noinst_LIBRARIES += %D%/libtrain.a
TRAIN_LIBS += %D%/libtrain.a
%C%_libtrain_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_libtrain_a_SOURCES = \
	%D%/adamw.c \
	%D%/adamw.h \
	%D%/asker.c \
	%D%/asker.h \
	%D%/card.c \
	%D%/card.h \
	%D%/card_data.c \
	%D%/card_eval.c \
	%D%/card_parts.h \
	%D%/chart.c \
	%D%/chart.h \
	%D%/checkpoint.c \
	%D%/checkpoint.h \
	%D%/checkpoint_shape.c \
	%D%/checkpoint_shape.h \
	%D%/corpus.c \
	%D%/corpus.h \
	%D%/draft_tokens.c \
	%D%/draft_tokens.h \
	%D%/evalfile.c \
	%D%/evalfile.h \
	%D%/evalset.c \
	%D%/evalset.h \
	%D%/expert_use.c \
	%D%/expert_use.h \
	%D%/export.c \
	%D%/export.h \
	%D%/held_out.c \
	%D%/held_out.h \
	%D%/history.c \
	%D%/history.h \
	%D%/history_brief.c \
	%D%/history_brief.h \
	%D%/import.c \
	%D%/import.h \
	%D%/muon.c \
	%D%/muon.h \
	%D%/optim.c \
	%D%/optim.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/recall.c \
	%D%/recall.h \
	%D%/recipe.c \
	%D%/recipe.h \
	%D%/recipe_keys.c \
	%D%/recipe_keys.h \
	%D%/report.c \
	%D%/report.h \
	%D%/run.c \
	%D%/run.h \
	%D%/runlog.c \
	%D%/runlog.h \
	%D%/schedule.c \
	%D%/schedule.h \
	%D%/stage_eval.c \
	%D%/stage_export.c \
	%D%/stage_mtp.c \
	%D%/stage_rl.c \
	%D%/stage_tokenizer.c \
	%D%/stage_train.c \
	%D%/stage_watch.c \
	%D%/stage_watch.h \
	%D%/trainer.c \
	%D%/trainer.h \
	%D%/training.c \
	%D%/training.h \
	%D%/wild.c \
	%D%/wild.h \
	%D%/wild_plain.c \
	%D%/wild_plain.h

include src/train/rl/local.mk
include src/train/nn/local.mk
include src/train/data/local.mk
include src/train/gen/local.mk

# Between the trainer and the screen; apart, for its test.
noinst_LIBRARIES += %D%/cmd/liblive.a
%C%_cmd_liblive_a_SOURCES = \
	%D%/cmd/live.c \
	%D%/cmd/live.h \
	%D%/cmd/live_view.c \
	%D%/cmd/live_view.h

bin_PROGRAMS += mull-train
mull_train_SOURCES = \
	%D%/cmd/bench.c \
	%D%/cmd/card.c \
	%D%/cmd/cmd.h \
	%D%/cmd/data.c \
	%D%/cmd/eval.c \
	%D%/cmd/export.c \
	%D%/cmd/flags.c \
	%D%/cmd/main.c \
	%D%/cmd/recall.c \
	%D%/cmd/report.c \
	%D%/cmd/run.c \
	%D%/cmd/sample.c
mull_train_CPPFLAGS = $(AM_CPPFLAGS) -DMULL_DATA_FOLDER='"$(pkgdatadir)/data"'
mull_train_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
mull_train_LDADD = src/train/cmd/liblive.a $(TRAIN_LIBS) $(MULL_LIBS) $(MULL_SYSTEM_LIBS) $(NCURSESW_LIBS)

EXTRA_DIST += data/eval/wild.tsv data/eval/dev.tsv data/eval/outside.tsv recipes/cut.conf recipes/mini.conf recipes/small.conf \
	recipes/tiny.conf recipes/zero.conf

# A model from nothing, with its figures and its card: hours for the one that
# ships. Stopped at any moment, the same command goes on.
RECIPE = mini
RUN = run/$(RECIPE)
weights: mull-train$(EXEEXT)
	./mull-train$(EXEEXT) run $(srcdir)/recipes/$(RECIPE).conf \
	  --data $(srcdir)/data --out $(RUN)
	./mull-train$(EXEEXT) report $(RUN)
	./mull-train$(EXEEXT) card $(RUN) --data $(srcdir)/data --out $(RUN)/CARD.md
PHONY += weights

# Phrases, texts and wild prompts, for the installed program.
install-data-local: install-train-data
uninstall-local: uninstall-train-data
install-train-data:
	@for folder in bank bank/text eval; do \
	  to="$(DESTDIR)$(pkgdatadir)/data/$$folder"; \
	  $(MKDIR_P) "$$to" || exit 1; \
	  for file in $(srcdir)/data/$$folder/*.t*; do \
	    if test -f "$$file"; then $(INSTALL_DATA) "$$file" "$$to" || exit 1; fi; \
	  done; \
	done
uninstall-train-data:
	rm -rf "$(DESTDIR)$(pkgdatadir)/data"
PHONY += install-train-data uninstall-train-data
