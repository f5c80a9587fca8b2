noinst_LIBRARIES += %D%/libmodel.a
MULL_LIBS += %D%/libmodel.a
%C%_libmodel_a_SOURCES = \
	%D%/arch.h \
	%D%/config.h \
	%D%/forward.h \
	%D%/kv_cache.h \
	%D%/matmul.h \
	%D%/model.h \
	%D%/weights.h
