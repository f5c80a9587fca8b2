noinst_LIBRARIES += %D%/libui.a
MULL_LIBS += %D%/libui.a
%C%_libui_a_CFLAGS = $(AM_CFLAGS) $(NCURSESW_CFLAGS) $(READLINE_CFLAGS) $(UTF8PROC_CFLAGS) $(JANSSON_CFLAGS)
%C%_libui_a_SOURCES = \
	%D%/actions.h \
	%D%/answer.c \
	%D%/block_draw.c \
	%D%/block_draw.h \
	%D%/canvas.c \
	%D%/canvas.h \
	%D%/chat_pane.c \
	%D%/chat_view.c \
	%D%/chat_view.h \
	%D%/event_json.c \
	%D%/event_json.h \
	%D%/interrupt.c \
	%D%/interrupt.h \
	%D%/expert_heat.c \
	%D%/expert_heat.h \
	%D%/experts_pane.c \
	%D%/markup.c \
	%D%/markup.h \
	%D%/memory_pane.c \
	%D%/pane.h \
	%D%/panes.h \
	%D%/parts.c \
	%D%/parts.h \
	%D%/plain_text.c \
	%D%/plain_text.h \
	%D%/rows.c \
	%D%/rows.h \
	%D%/sparkline.c \
	%D%/sparkline.h \
	%D%/speed_pane.c \
	%D%/status_bar.c \
	%D%/talk.c \
	%D%/talk.h \
	%D%/theme.c \
	%D%/theme.h \
	%D%/title_bar.c \
	%D%/transcript.c \
	%D%/transcript.h \
	%D%/ui.h \
	%D%/units.c \
	%D%/units.h \
	%D%/welcome.c \
	%D%/welcome.h \
	%D%/wrap.c \
	%D%/wrap.h
