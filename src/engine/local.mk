noinst_LIBRARIES += %D%/libengine.a
MULL_LIBS += %D%/libengine.a
%C%_libengine_a_SOURCES = \
	%D%/engine.h \
	%D%/load.h \
	%D%/sampler.c \
	%D%/sampler.h
