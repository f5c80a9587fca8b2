# How the tree is kept, checked by scripts.
TESTS += \
	%D%/docs.sh \
	%D%/layers.sh \
	%D%/lint.sh \
	%D%/po.sh \
	%D%/spdx.sh
EXTRA_DIST += \
	%D%/docs.sh \
	%D%/layers.sh \
	%D%/lint.sh \
	%D%/po.sh \
	%D%/spdx.sh \
	%D%/tap_lib.sh
