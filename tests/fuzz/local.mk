# Fuzz targets. Adding one is three lines here and a folder corpus/NAME:
#
#   fuzz_targets += %D%/fuzz_NAME
#   %C%_fuzz_NAME_SOURCES = %D%/fuzz_NAME.c
#   %C%_fuzz_NAME_LDADD = $(FUZZ_LDADD)
#
# configure CC=clang --enable-fuzz && make fuzz-quick [FUZZ_SECONDS=600]
# FUZZ_FLAGS=-seed=1 takes the same way every time: a gate should not roll dice.
fuzz_targets =
fuzz_targets += %D%/fuzz_gguf
%C%_fuzz_gguf_SOURCES = %D%/fuzz_gguf.c
%C%_fuzz_gguf_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_bank
%C%_fuzz_bank_SOURCES = %D%/fuzz_bank.c
%C%_fuzz_bank_LDADD = $(TRAIN_LIBS) $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_checkpoint
%C%_fuzz_checkpoint_SOURCES = %D%/fuzz_checkpoint.c
%C%_fuzz_checkpoint_LDADD = $(TRAIN_LIBS) $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_recipe
%C%_fuzz_recipe_SOURCES = %D%/fuzz_recipe.c
%C%_fuzz_recipe_LDADD = $(TRAIN_LIBS) $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_foreign
%C%_fuzz_foreign_SOURCES = %D%/fuzz_foreign.c
%C%_fuzz_foreign_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_session
%C%_fuzz_session_SOURCES = %D%/fuzz_session.c
%C%_fuzz_session_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_index_words
%C%_fuzz_index_words_SOURCES = %D%/fuzz_index_words.c
%C%_fuzz_index_words_CFLAGS = $(AM_CFLAGS) $(SQLITE3_CFLAGS)
%C%_fuzz_index_words_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_clean
%C%_fuzz_clean_SOURCES = %D%/fuzz_clean.c src/train/data/clean.c \
	src/train/data/minhash.c
%C%_fuzz_clean_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_encode
%C%_fuzz_encode_SOURCES = %D%/fuzz_encode.c tests/text/tiny_spm.h \
	tests/text/tiny_text.h \
	tests/tiny/tiny_vocab.c
%C%_fuzz_encode_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_from_gguf
%C%_fuzz_from_gguf_SOURCES = %D%/fuzz_from_gguf.c tests/tiny/tiny.c \
	tests/tiny/tiny.h tests/tiny/tiny_vocab.c tests/tiny/tiny_vocab.h
%C%_fuzz_from_gguf_LDADD = $(TRAIN_LIBS) $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_inspect
%C%_fuzz_inspect_SOURCES = %D%/fuzz_inspect.c src/cmd/inspect_facts.c \
	src/cmd/inspect_cache.c src/cmd/inspect_json.c \
	src/cmd/inspect_tensor.c src/cmd/inspect_text.c \
	src/cmd/tensor_groups.c
%C%_fuzz_inspect_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_input
%C%_fuzz_input_SOURCES = %D%/fuzz_input.c
%C%_fuzz_input_LDADD = $(FUZZ_LDADD) $(READLINE_LIBS)

fuzz_targets += %D%/fuzz_keys
%C%_fuzz_keys_SOURCES = %D%/fuzz_keys.c
%C%_fuzz_keys_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_options
%C%_fuzz_options_SOURCES = %D%/fuzz_options.c src/option.c src/options.c \
	src/paths.c src/rc.c
%C%_fuzz_options_LDADD = src/mull-default_model.$(OBJEXT) $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_reply
%C%_fuzz_reply_SOURCES = %D%/fuzz_reply.c
%C%_fuzz_reply_LDADD = $(TRAIN_LIBS) $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_sanitize
%C%_fuzz_sanitize_SOURCES = %D%/fuzz_sanitize.c
%C%_fuzz_sanitize_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_screen_text
%C%_fuzz_screen_text_SOURCES = %D%/fuzz_screen_text.c tests/ui/events.h
%C%_fuzz_screen_text_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_state
%C%_fuzz_state_SOURCES = %D%/fuzz_state.c tests/tiny/tiny.c tests/tiny/tiny.h \
	tests/tiny/tiny_vocab.c tests/tiny/tiny_vocab.h
%C%_fuzz_state_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_markdown
%C%_fuzz_markdown_SOURCES = %D%/fuzz_markdown.c
%C%_fuzz_markdown_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_presets
%C%_fuzz_presets_SOURCES = %D%/fuzz_presets.c
%C%_fuzz_presets_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_steps
%C%_fuzz_steps_SOURCES = %D%/fuzz_steps.c
%C%_fuzz_steps_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_tags
%C%_fuzz_tags_SOURCES = %D%/fuzz_tags.c
%C%_fuzz_tags_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_trace
%C%_fuzz_trace_SOURCES = %D%/fuzz_trace.c src/cmd/expert_counts.c \
	src/cmd/experts_print.c src/cmd/json_lines.c src/cmd/trace_read.c
%C%_fuzz_trace_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_template
%C%_fuzz_template_SOURCES = %D%/fuzz_template.c src/cmd/json_lines.c \
	src/cmd/json_lines.h src/cmd/template_line.c src/cmd/template_line.h \
	tests/text/tiny_text.h tests/tiny/tiny_vocab.c tests/tiny/tiny_vocab.h
%C%_fuzz_template_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_utf8
%C%_fuzz_utf8_SOURCES = %D%/fuzz_utf8.c
%C%_fuzz_utf8_LDADD = $(FUZZ_LDADD)

fuzz_targets += %D%/fuzz_vocab
%C%_fuzz_vocab_SOURCES = %D%/fuzz_vocab.c
%C%_fuzz_vocab_LDADD = $(FUZZ_LDADD)

check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += %D%/corpus %D%/fuzz.h %D%/replay.c
FUZZ_SECONDS = 60
FUZZ_FLAGS =

if FUZZ
FUZZ_LDADD = $(FUZZ_ENGINE) $(MULL_LIBS) $(MULL_SYSTEM_LIBS)

# What is new goes to fuzz/NAME below the build folder, findings beside it.
fuzz-quick: $(fuzz_targets)
	@for program in $(fuzz_targets); do \
	  name=$${program##*/fuzz_}; \
	  $(MKDIR_P) fuzz/$$name || exit 1; \
	  echo "fuzz_$$name: $(FUZZ_SECONDS) s"; \
	  $$program -max_total_time=$(FUZZ_SECONDS) $(FUZZ_FLAGS) -timeout=10 \
	    -malloc_limit_mb=256 -rss_limit_mb=2048 -print_final_stats=1 \
	    -artifact_prefix=fuzz/$$name- fuzz/$$name \
	    $(srcdir)/tests/fuzz/corpus/$$name >fuzz/$$name.log 2>&1 || \
	    { tail -40 fuzz/$$name.log; exit 1; }; \
	  grep -E '^stat::|cov:' fuzz/$$name.log | tail -6; \
	done
else
check_LIBRARIES += %D%/libreplay.a
%C%_libreplay_a_SOURCES = %D%/replay.c %D%/fuzz.h
FUZZ_LDADD = tests/fuzz/libreplay.a $(MULL_LIBS) $(MULL_SYSTEM_LIBS)
TESTS += $(fuzz_targets)

fuzz-quick:
	@echo "The fuzz targets need clang: configure CC=clang --enable-fuzz" >&2; exit 1
endif
PHONY += fuzz-quick
