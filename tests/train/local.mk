TRAIN_TEST_LDADD = $(TRAIN_LIBS) $(LDADD)

include tests/train/nn/local.mk
