TRAIN_TEST_LDADD = $(TRAIN_LIBS) $(LDADD)

include tests/train/nn/local.mk
include tests/train/rl/local.mk
include tests/train/gen/local.mk
include tests/train/data/local.mk
