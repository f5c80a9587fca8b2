noinst_LIBRARIES += %D%/libmodel.a
MULL_LIBS += %D%/libmodel.a
%C%_libmodel_a_SOURCES = \
	%D%/act.c \
	%D%/arch.c \
	%D%/arch.h \
	%D%/arch_deepseek.c \
	%D%/arch_deepseek2.c \
	%D%/arch_deepseek32.c \
	%D%/arch_llama.c \
	%D%/arch_parts.c \
	%D%/arch_qwen2.c \
	%D%/arch_qwen3.c \
	%D%/arch_table.h \
	%D%/attn.c \
	%D%/attn_gqa.c \
	%D%/attn_mla.c \
	%D%/cache_cost.c \
	%D%/cache_cost.h \
	%D%/config.c \
	%D%/config.h \
	%D%/ffn.c \
	%D%/forward.c \
	%D%/forward.h \
	%D%/indexer.c \
	%D%/indexer.h \
	%D%/keys.c \
	%D%/keys.h \
	%D%/kv_cache.c \
	%D%/kv_cache.h \
	%D%/kv_type.c \
	%D%/kv_type.h \
	%D%/layer.h \
	%D%/matmul.c \
	%D%/matmul.h \
	%D%/model.c \
	%D%/model.h \
	%D%/moe.c \
	%D%/mtp.c \
	%D%/mtp.h \
	%D%/pass.h \
	%D%/rope.c \
	%D%/rope.h \
	%D%/router.c \
	%D%/shapes.c \
	%D%/shapes.h \
	%D%/weights.c \
	%D%/weights.h
