EXTRA_DIST += data/bank
noinst_LIBRARIES += %D%/libtrain_gen.a
TRAIN_LIBS += %D%/libtrain_gen.a
%C%_libtrain_gen_a_SOURCES = \
	%D%/add.c \
	%D%/arith.c \
	%D%/arith.h \
	%D%/bank.c \
	%D%/bank.h \
	%D%/cmp.c \
	%D%/countdown.c \
	%D%/countdown.h \
	%D%/countdown3.c \
	%D%/countdown4.c \
	%D%/div.c \
	%D%/expr.c \
	%D%/facts.c \
	%D%/gen.h \
	%D%/mul.c \
	%D%/noise.c \
	%D%/noise.h \
	%D%/number.c \
	%D%/number.h \
	%D%/numwords.c \
	%D%/phrase.c \
	%D%/phrase.h \
	%D%/problem.c \
	%D%/sort.c \
	%D%/spoken.c \
	%D%/spoken.h \
	%D%/story.c \
	%D%/sub.c \
	%D%/tasks.c \
	%D%/tasks.h \
	%D%/trace.c \
	%D%/trace.h
# Words, logic and talk.
%C%_libtrain_gen_a_SOURCES += \
	%D%/answer.c \
	%D%/answer.h \
	%D%/boolean.c \
	%D%/boolean.h \
	%D%/count_letter.c \
	%D%/has_letter.c \
	%D%/intents.c \
	%D%/intents.h \
	%D%/knaves.c \
	%D%/letters.c \
	%D%/letters.h \
	%D%/ordering.c \
	%D%/outside.c \
	%D%/outside.h \
	%D%/people.c \
	%D%/people.h \
	%D%/pick_word.c \
	%D%/reverse.c \
	%D%/spell.c \
	%D%/talk.c \
	%D%/truth.c \
	%D%/words.c \
	%D%/words.h
