check_PROGRAMS += %D%/test_sampler
%C%_test_sampler_SOURCES = %D%/test_sampler.c
TESTS += %D%/test_sampler
