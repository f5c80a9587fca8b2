noinst_LIBRARIES += %D%/libchat.a
MULL_LIBS += %D%/libchat.a
%C%_libchat_a_CFLAGS = $(AM_CFLAGS) $(PCRE2_CFLAGS)
%C%_libchat_a_SOURCES = \
	%D%/backend.h \
	%D%/conversation.c \
	%D%/conversation.h \
	%D%/event.h \
	%D%/event_queue.c \
	%D%/event_queue.h \
	%D%/experts.c \
	%D%/experts.h \
	%D%/message.c \
	%D%/message.h \
	%D%/sampling.c \
	%D%/sampling.h \
	%D%/tags.c \
	%D%/tags.h \
	%D%/telemetry.h
