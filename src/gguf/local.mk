noinst_LIBRARIES += %D%/libgguf.a
MULL_LIBS += %D%/libgguf.a
%C%_libgguf_a_SOURCES = \
	%D%/gguf.h \
	%D%/gguf_type.h \
	%D%/gguf_write.h
