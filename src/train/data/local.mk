noinst_LIBRARIES += %D%/libtrain_data.a
TRAIN_LIBS += %D%/libtrain_data.a
%C%_libtrain_data_a_SOURCES = \
	%D%/batch.c \
	%D%/batch.h \
	%D%/bpe_train.c \
	%D%/bpe_train.h \
	%D%/dataset.c \
	%D%/dataset.h \
	%D%/document.c \
	%D%/document.h \
	%D%/loader.c \
	%D%/loader.h \
	%D%/mixture.c \
	%D%/mixture.h \
	%D%/tokenizer.c \
	%D%/tokenizer.h \
	%D%/warmup.c \
	%D%/warmup.h \
	%D%/zero.c \
	%D%/zero.h
# General text, cleaning.
%C%_libtrain_data_a_SOURCES += \
	%D%/clean.c \
	%D%/clean.h \
	%D%/describe.c \
	%D%/draw_text.h \
	%D%/gloss.c \
	%D%/gloss.h \
	%D%/minhash.c \
	%D%/minhash.h \
	%D%/tale.c \
	%D%/text_source.c \
	%D%/text_source.h
