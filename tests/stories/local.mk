# `make check-stories`: what people do with mull, in a real terminal (tmux) with the
# real engine and the model inside the program. A script is a story; it passes or
# says on which screen it was lost.
STORIES = \
	%D%/branch.sh \
	%D%/crash.sh \
	%D%/day_later.sh \
	%D%/expert.sh \
	%D%/first_start.sh \
	%D%/foreign_trace.sh \
	%D%/full_context.sh \
	%D%/pipe.sh \
	%D%/thought.sh \
	%D%/token.sh
EXTRA_DIST += $(STORIES) %D%/story_lib.sh %D%/capture.sh %D%/svg.awk

# The pictures of README.md, from a real run: for whoever changes the model or the
# screen.
EXTRA_DIST += doc/answers.svg doc/chat.svg doc/expert.svg doc/token.svg
captures: mull$(EXEEXT)
	$(AM_V_at)MULL=$(abs_top_builddir)/mull MULL_SOURCE=$(abs_top_srcdir) \
		$(SHELL) $(srcdir)/%D%/capture.sh $(abs_top_srcdir)/README.md $(abs_top_srcdir)/doc
PHONY += captures

check-stories: mull$(EXEEXT)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(STORIES)' check_PROGRAMS= check_LIBRARIES=
PHONY += check-stories
