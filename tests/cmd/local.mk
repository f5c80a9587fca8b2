# tests/cmd

# The program's own files are in no library: the tests compile them again.
check_PROGRAMS += %D%/test_options
%C%_test_options_SOURCES = %D%/test_options.c src/option.c src/options.c \
	src/paths.c src/rc.c
%C%_test_options_LDADD = src/mull-default_model.$(OBJEXT) $(LDADD)
TESTS += %D%/test_options

check_PROGRAMS += %D%/test_paths
%C%_test_paths_SOURCES = %D%/test_paths.c src/paths.c
TESTS += %D%/test_paths

check_PROGRAMS += %D%/test_rc
%C%_test_rc_SOURCES = %D%/test_rc.c src/option.c src/options.c src/paths.c \
	src/rc.c src/rc_print.c
%C%_test_rc_LDADD = src/mull-default_model.$(OBJEXT) $(LDADD)
TESTS += %D%/test_rc

check_PROGRAMS += %D%/test_inspect
%C%_test_inspect_SOURCES = %D%/test_inspect.c src/cmd/inspect_cache.c \
	src/cmd/inspect_facts.c src/cmd/inspect_shapes.c \
	src/cmd/inspect_json.c src/cmd/inspect_tensor.c src/cmd/inspect_text.c \
	src/cmd/tensor_groups.c
%C%_test_inspect_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_inspect

check_PROGRAMS += %D%/test_tensor_groups
%C%_test_tensor_groups_SOURCES = %D%/test_tensor_groups.c src/cmd/tensor_groups.c
TESTS += %D%/test_tensor_groups

check_PROGRAMS += %D%/test_quantize
%C%_test_quantize_SOURCES = %D%/test_quantize.c src/cmd/progress.c \
	src/cmd/quantize.c src/cmd/quantize_plan.c src/cmd/text_output.c \
	src/option.c src/options.c src/paths.c src/rc.c
%C%_test_quantize_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_test_quantize_LDADD = src/mull-default_model.$(OBJEXT) \
	tests/model/libharness.a $(LDADD)
TESTS += %D%/test_quantize

check_PROGRAMS += %D%/test_faults
%C%_test_faults_SOURCES = %D%/test_faults.c
TESTS += %D%/test_faults

check_PROGRAMS += %D%/test_trace_read
%C%_test_trace_read_SOURCES = %D%/test_trace_read.c src/cmd/expert_counts.c \
	src/cmd/json_lines.c src/cmd/trace_read.c
%C%_test_trace_read_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_trace_read

# The program as users meet it.
TESTS += \
	%D%/answers.sh \
	%D%/cli.sh \
	%D%/completion.sh \
	%D%/doctor.sh \
	%D%/experts.sh \
	%D%/full_disk.sh \
	%D%/inspect.sh \
	%D%/json_keys.sh \
	%D%/output.sh \
	%D%/plan.sh \
	%D%/privacy.sh \
	%D%/quantize.sh \
	%D%/run.sh \
	%D%/sessions.sh \
	%D%/split.sh \
	%D%/state.sh \
	%D%/tokens.sh \
	%D%/trace.sh \
	%D%/view.sh \
	%D%/wrong_files.sh
EXTRA_DIST += \
	%D%/answers.sh \
	%D%/cli.sh \
	%D%/completion.sh \
	%D%/doctor.sh \
	%D%/experts.sh \
	%D%/full_disk.sh \
	%D%/inspect.sh \
	%D%/json_keys.sh \
	%D%/output.sh \
	%D%/plan.sh \
	%D%/privacy.sh \
	%D%/quantize.sh \
	%D%/run.sh \
	%D%/sessions.sh \
	%D%/split.sh \
	%D%/state.sh \
	%D%/tokens.sh \
	%D%/trace.sh \
	%D%/view.sh \
	%D%/wrong_files.sh
