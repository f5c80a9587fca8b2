# man pages, one per line.
