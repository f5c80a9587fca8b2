# man pages, one per line.
dist_man_MANS += %D%/mull.1 \
	%D%/mull-train.1 \
	%D%/mull-json.5 \
	%D%/mull-keys.7 \
	%D%/mullrc.5
