noinst_LIBRARIES += %D%/libtrain_data.a
TRAIN_LIBS += %D%/libtrain_data.a
%C%_libtrain_data_a_SOURCES = \
	%D%/batch.c \
	%D%/batch.h
