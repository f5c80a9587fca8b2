# tests/ui: the front ends, driven by a model that plays a script.
check_LIBRARIES += %D%/libuitest.a
%C%_libuitest_a_SOURCES = \
	%D%/scripted.c \
	%D%/scripted.h \
	%D%/scripted_demo.c

check_PROGRAMS += %D%/test_canvas
%C%_test_canvas_SOURCES = %D%/test_canvas.c
TESTS += %D%/test_canvas

check_PROGRAMS += %D%/test_bindings
%C%_test_bindings_SOURCES = %D%/test_bindings.c
TESTS += %D%/test_bindings

check_PROGRAMS += %D%/test_terminal_ask
%C%_test_terminal_ask_SOURCES = %D%/test_terminal_ask.c
TESTS += %D%/test_terminal_ask

check_PROGRAMS += %D%/test_theme
%C%_test_theme_SOURCES = %D%/test_theme.c
TESTS += %D%/test_theme

check_PROGRAMS += %D%/test_scripted
%C%_test_scripted_SOURCES = %D%/test_scripted.c
%C%_test_scripted_LDADD = %D%/libuitest.a $(LDADD)
TESTS += %D%/test_scripted

check_PROGRAMS += %D%/test_transcript
%C%_test_transcript_SOURCES = %D%/test_transcript.c %D%/events.h
TESTS += %D%/test_transcript

check_PROGRAMS += %D%/test_units
%C%_test_units_SOURCES = %D%/test_units.c
TESTS += %D%/test_units

check_PROGRAMS += %D%/test_wrap
%C%_test_wrap_SOURCES = %D%/test_wrap.c
TESTS += %D%/test_wrap

check_PROGRAMS += %D%/test_answer
%C%_test_answer_SOURCES = %D%/test_answer.c
%C%_test_answer_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_test_answer_LDADD = %D%/libuitest.a $(LDADD)
TESTS += %D%/test_answer
check_PROGRAMS += %D%/test_chat_pane
%C%_test_chat_pane_SOURCES = %D%/test_chat_pane.c %D%/events.h %D%/golden.h
TESTS += %D%/test_chat_pane

check_PROGRAMS += %D%/test_line_diff
%C%_test_line_diff_SOURCES = %D%/test_line_diff.c
TESTS += %D%/test_line_diff

check_PROGRAMS += %D%/test_markup
%C%_test_markup_SOURCES = %D%/test_markup.c
TESTS += %D%/test_markup

check_PROGRAMS += %D%/test_markdown
%C%_test_markdown_SOURCES = %D%/test_markdown.c %D%/events.h %D%/golden.h
TESTS += %D%/test_markdown

check_PROGRAMS += %D%/test_copy
%C%_test_copy_SOURCES = %D%/test_copy.c %D%/events.h
TESTS += %D%/test_copy

check_PROGRAMS += %D%/test_presets
%C%_test_presets_SOURCES = %D%/test_presets.c
%C%_test_presets_LDADD = %D%/libuitest.a $(LDADD)
TESTS += %D%/test_presets

check_PROGRAMS += %D%/test_highlight
%C%_test_highlight_SOURCES = %D%/test_highlight.c
TESTS += %D%/test_highlight

check_PROGRAMS += %D%/test_tex
%C%_test_tex_SOURCES = %D%/test_tex.c
TESTS += %D%/test_tex

check_PROGRAMS += %D%/test_actions
%C%_test_actions_SOURCES = %D%/test_actions.c
TESTS += %D%/test_actions

check_PROGRAMS += %D%/test_input
%C%_test_input_SOURCES = %D%/test_input.c
%C%_test_input_LDADD = $(LDADD) $(READLINE_LIBS)
TESTS += %D%/test_input

check_PROGRAMS += %D%/test_keymap
%C%_test_keymap_SOURCES = %D%/test_keymap.c
TESTS += %D%/test_keymap

check_PROGRAMS += %D%/test_layout
%C%_test_layout_SOURCES = %D%/test_layout.c
TESTS += %D%/test_layout

check_PROGRAMS += %D%/play
%C%_play_SOURCES = %D%/play.c
%C%_play_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS)
EXTRA_DIST += %D%/golden

check_PROGRAMS += %D%/test_side_panes
%C%_test_side_panes_SOURCES = %D%/test_side_panes.c %D%/events.h %D%/golden.h
TESTS += %D%/test_side_panes

check_PROGRAMS += %D%/test_plain
%C%_test_plain_SOURCES = %D%/test_plain.c
%C%_test_plain_LDADD = %D%/libuitest.a $(LDADD)
TESTS += %D%/test_plain

check_PROGRAMS += %D%/test_talk
%C%_test_talk_SOURCES = %D%/test_talk.c %D%/events.h
TESTS += %D%/test_talk

if HAVE_VTERM
check_PROGRAMS += %D%/test_chinese
%C%_test_chinese_SOURCES = %D%/test_chinese.c %D%/pty.c %D%/pty.h %D%/golden.h %D%/show.h
%C%_test_chinese_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_chinese_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_chinese

check_PROGRAMS += %D%/test_inline
%C%_test_inline_SOURCES = %D%/test_inline.c %D%/pty.c %D%/pty.h %D%/golden.h %D%/show.h
%C%_test_inline_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_inline_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_inline

check_PROGRAMS += %D%/test_screen
%C%_test_screen_SOURCES = %D%/test_screen.c %D%/demo.h %D%/pty.c %D%/pty.h %D%/golden.h %D%/show.h
%C%_test_screen_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_screen_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_screen

check_PROGRAMS += %D%/test_screen_sane
%C%_test_screen_sane_SOURCES = %D%/test_screen_sane.c %D%/demo.h %D%/pty.c %D%/pty.h %D%/golden.h %D%/show.h
%C%_test_screen_sane_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_screen_sane_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_screen_sane

check_PROGRAMS += %D%/test_screen_glass
%C%_test_screen_glass_SOURCES = %D%/test_screen_glass.c %D%/pty.c %D%/pty.h %D%/golden.h %D%/show.h
%C%_test_screen_glass_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_screen_glass_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_screen_glass

check_PROGRAMS += %D%/test_screen_chat
%C%_test_screen_chat_SOURCES = %D%/test_screen_chat.c %D%/pty.c %D%/pty.h %D%/golden.h %D%/show.h
%C%_test_screen_chat_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_screen_chat_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_screen_chat

check_PROGRAMS += %D%/test_cut_model
%C%_test_cut_model_SOURCES = %D%/test_cut_model.c %D%/pty.c %D%/pty.h
%C%_test_cut_model_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_cut_model_LDADD = $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_cut_model

check_PROGRAMS += %D%/test_kept_screen
%C%_test_kept_screen_SOURCES = %D%/test_kept_screen.c %D%/pty.c %D%/pty.h
%C%_test_kept_screen_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_kept_screen_LDADD = %D%/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_kept_screen
endif

EXTRA_DIST += %D%/idle.sh %D%/tmux.sh
TESTS += %D%/idle.sh %D%/tmux.sh

check_PROGRAMS += %D%/test_talk_sessions
%C%_test_talk_sessions_SOURCES = %D%/test_talk_sessions.c %D%/events.h
TESTS += %D%/test_talk_sessions

check_PROGRAMS += %D%/test_kills
%C%_test_kills_SOURCES = %D%/test_kills.c %D%/events.h
TESTS += %D%/test_kills

check_PROGRAMS += %D%/test_attach
%C%_test_attach_SOURCES = %D%/test_attach.c
TESTS += %D%/test_attach

check_PROGRAMS += %D%/test_reading
%C%_test_reading_SOURCES = %D%/test_reading.c %D%/events.h
TESTS += %D%/test_reading

check_PROGRAMS += %D%/test_replay
%C%_test_replay_SOURCES = %D%/test_replay.c
TESTS += %D%/test_replay

check_PROGRAMS += %D%/test_token_log
%C%_test_token_log_SOURCES = %D%/test_token_log.c
TESTS += %D%/test_token_log

check_PROGRAMS += %D%/test_steps
%C%_test_steps_SOURCES = %D%/test_steps.c
TESTS += %D%/test_steps

check_PROGRAMS += %D%/test_search
%C%_test_search_SOURCES = %D%/test_search.c
TESTS += %D%/test_search

check_PROGRAMS += %D%/test_context_map
%C%_test_context_map_SOURCES = %D%/test_context_map.c
TESTS += %D%/test_context_map

check_PROGRAMS += %D%/test_expert_tally
%C%_test_expert_tally_SOURCES = %D%/test_expert_tally.c
TESTS += %D%/test_expert_tally

check_PROGRAMS += %D%/test_glass_panes
%C%_test_glass_panes_SOURCES = %D%/test_glass_panes.c %D%/events.h %D%/golden.h
TESTS += %D%/test_glass_panes

check_PROGRAMS += %D%/test_chat_glass
%C%_test_chat_glass_SOURCES = %D%/test_chat_glass.c %D%/events.h %D%/golden.h
TESTS += %D%/test_chat_glass

check_PROGRAMS += %D%/test_talk_steer
%C%_test_talk_steer_SOURCES = %D%/test_talk_steer.c %D%/events.h
TESTS += %D%/test_talk_steer
