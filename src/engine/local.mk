noinst_LIBRARIES += %D%/libengine.a
MULL_LIBS += %D%/libengine.a
%C%_libengine_a_SOURCES = \
	%D%/context.c \
	%D%/context.h \
	%D%/distribution.c \
	%D%/distribution.h \
	%D%/engine.c \
	%D%/engine.h \
	%D%/experts.c \
	%D%/experts.h \
	%D%/info.c \
	%D%/info.h \
	%D%/load.c \
	%D%/load.h \
	%D%/plan.c \
	%D%/plan.h \
	%D%/reply.c \
	%D%/reply.h \
	%D%/sampler.c \
	%D%/sampler.h \
	%D%/session.c \
	%D%/session.h \
	%D%/speculate.c \
	%D%/speculate.h \
	%D%/state.c \
	%D%/state.h \
	%D%/telemetry.c \
	%D%/telemetry.h \
	%D%/turn.c \
	%D%/turn.h
