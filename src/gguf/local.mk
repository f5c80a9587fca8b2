noinst_LIBRARIES += %D%/libgguf.a
MULL_LIBS += %D%/libgguf.a
%C%_libgguf_a_SOURCES = \
	%D%/gguf.c \
	%D%/gguf.h \
	%D%/gguf_get.c \
	%D%/gguf_index.c \
	%D%/gguf_index.h \
	%D%/gguf_magic.c \
	%D%/gguf_overlap.c \
	%D%/gguf_parse.c \
	%D%/gguf_parse.h \
	%D%/gguf_reader.c \
	%D%/gguf_reader.h \
	%D%/gguf_split.c \
	%D%/gguf_type.c \
	%D%/gguf_type.h \
	%D%/gguf_write.c \
	%D%/gguf_write.h
