noinst_LIBRARIES += %D%/libui.a
MULL_LIBS += %D%/libui.a
%C%_libui_a_CFLAGS = $(AM_CFLAGS) $(NCURSESW_CFLAGS) $(READLINE_CFLAGS) $(UTF8PROC_CFLAGS) $(JANSSON_CFLAGS)
%C%_libui_a_SOURCES = \
	%D%/actions.h \
	%D%/canvas.c \
	%D%/canvas.h \
	%D%/pane.h \
	%D%/panes.h \
	%D%/plain_text.c \
	%D%/plain_text.h \
	%D%/theme.c \
	%D%/theme.h \
	%D%/transcript.c \
	%D%/transcript.h \
	%D%/ui.h \
	%D%/units.c \
	%D%/units.h \
	%D%/wrap.c \
	%D%/wrap.h
