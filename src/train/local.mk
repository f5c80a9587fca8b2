# Upper layers first, as above; then what the trainer shares with the engine.
TRAIN_LIBS =

include src/train/nn/local.mk
include src/train/data/local.mk
include src/train/gen/local.mk
