bin_PROGRAMS += mull
mull_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
mull_CPPFLAGS = $(AM_CPPFLAGS) -DLOCALEDIR='"$(localedir)"'
mull_SOURCES = \
	%D%/cmd/bench.c \
	%D%/cmd/bench_depth.c \
	%D%/cmd/bench_depth.h \
	%D%/cmd/bench_draft.c \
	%D%/cmd/bench_draft.h \
	%D%/cmd/chat.c \
	%D%/cmd/cmd.c \
	%D%/cmd/cmd.h \
	%D%/cmd/completion.c \
	%D%/cmd/completion.h \
	%D%/cmd/completion_bash.c \
	%D%/cmd/completion_fish.c \
	%D%/cmd/completion_zsh.c \
	%D%/cmd/doctor.c \
	%D%/cmd/doctor.h \
	%D%/cmd/doctor_folders.c \
	%D%/cmd/doctor_machine.c \
	%D%/cmd/doctor_model.c \
	%D%/cmd/doctor_terminal.c \
	%D%/cmd/export.c \
	%D%/cmd/expert_counts.c \
	%D%/cmd/expert_counts.h \
	%D%/cmd/experts.c \
	%D%/cmd/experts_print.c \
	%D%/cmd/experts_print.h \
	%D%/cmd/figure.h \
	%D%/cmd/inspect.c \
	%D%/cmd/inspect.h \
	%D%/cmd/inspect_cache.c \
	%D%/cmd/inspect_cache.h \
	%D%/cmd/inspect_facts.c \
	%D%/cmd/inspect_json.c \
	%D%/cmd/inspect_shapes.c \
	%D%/cmd/inspect_tensor.c \
	%D%/cmd/inspect_text.c \
	%D%/cmd/json_lines.c \
	%D%/cmd/json_lines.h \
	%D%/cmd/logits.c \
	%D%/cmd/plan.c \
	%D%/cmd/plan.h \
	%D%/cmd/plan_show.c \
	%D%/cmd/progress.c \
	%D%/cmd/progress.h \
	%D%/cmd/quantize.c \
	%D%/cmd/quantize_plan.c \
	%D%/cmd/quantize_plan.h \
	%D%/cmd/run.c \
	%D%/cmd/search.c \
	%D%/cmd/session_place.c \
	%D%/cmd/session_place.h \
	%D%/cmd/sessions.c \
	%D%/cmd/template.c \
	%D%/cmd/template_line.c \
	%D%/cmd/template_line.h \
	%D%/cmd/tensor_groups.c \
	%D%/cmd/tensor_groups.h \
	%D%/cmd/text_output.c \
	%D%/cmd/text_output.h \
	%D%/cmd/tokenize.c \
	%D%/cmd/trace_open.c \
	%D%/cmd/trace_open.h \
	%D%/cmd/trace_read.c \
	%D%/cmd/trace_read.h \
	%D%/cmd/view.c \
	%D%/cmd/vocab_file.c \
	%D%/cmd/vocab_file.h \
	%D%/default_model.c \
	%D%/default_model.h \
	%D%/help.c \
	%D%/main.c \
	%D%/option.c \
	%D%/option.h \
	%D%/options.c \
	%D%/options.h \
	%D%/paths.c \
	%D%/paths.h \
	%D%/preset_file.c \
	%D%/preset_file.h \
	%D%/rc.c \
	%D%/rc.h \
	%D%/rc_print.c
mull_LDADD = $(MULL_LIBS) $(MULL_SYSTEM_LIBS) $(NCURSESW_LIBS) $(READLINE_LIBS)

# The built-in model: a link that configure makes, read by the assembler, which
# make cannot see.
EXTRA_DIST += models/README.md models/default.gguf models/no-mtp.gguf
EXTRA_DIST += doc/training/accuracy.svg doc/training/balance.svg doc/training/loss.svg
EXTRA_DIST += doc/training/progress.svg doc/training/reward.svg doc/training/speed.svg
EXTRA_DIST += doc/training/think.svg doc/training/README.md
EXTRA_DIST += doc/training/zero-progress.svg doc/training/zero-reward.svg
EXTRA_DIST += doc/training/zero-think.svg
DISTCLEANFILES += %D%/default_model.gguf
%D%/mull-default_model.$(OBJEXT): %D%/default_model.gguf

# Where bash, zsh and fish look for completion. The program knows its options.
if COMPLETIONS
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_bashcompletion_DATA = completions/mull
nodist_zshcompletion_DATA = completions/_mull
nodist_fishcompletion_DATA = completions/mull.fish
CLEANFILES += completions/mull completions/_mull completions/mull.fish

completions/mull completions/_mull completions/mull.fish: mull$(EXEEXT)
	$(AM_V_GEN)case $@ in */_mull) shell=zsh ;; *.fish) shell=fish ;; *) shell=bash ;; esac; \
	$(MKDIR_P) completions && \
	./mull$(EXEEXT) completion $$shell >$@.new && mv -f $@.new $@
endif
