# Catalogs of sentences; without msgfmt the program speaks English. Five lines for
# each language.
EXTRA_DIST += %D%/README.md %D%/update

EXTRA_DIST += %D%/zh_CN.po
if NLS
zhcatalogdir = $(localedir)/zh_CN/LC_MESSAGES
nodist_zhcatalog_DATA = locale/zh_CN/LC_MESSAGES/mull.mo
CLEANFILES += locale/zh_CN/LC_MESSAGES/mull.mo
locale/zh_CN/LC_MESSAGES/mull.mo: %D%/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MSGFMT) -c -o $@.new $(srcdir)/%D%/zh_CN.po && mv -f $@.new $@
endif
