check_PROGRAMS += %D%/test_gguf
%C%_test_gguf_SOURCES = %D%/test_gguf.c
TESTS += %D%/test_gguf
check_PROGRAMS += %D%/test_gguf_type
%C%_test_gguf_type_SOURCES = %D%/test_gguf_type.c
TESTS += %D%/test_gguf_type
