check_LIBRARIES += %D%/libask.a
%C%_libask_a_SOURCES = \
	%D%/ask.c \
	%D%/ask.h

check_PROGRAMS += %D%/test_context
%C%_test_context_SOURCES = %D%/test_context.c
TESTS += %D%/test_context

check_PROGRAMS += %D%/test_distribution
%C%_test_distribution_SOURCES = %D%/test_distribution.c
TESTS += %D%/test_distribution

check_PROGRAMS += %D%/test_engine
%C%_test_engine_SOURCES = %D%/test_engine.c
%C%_test_engine_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_engine

check_PROGRAMS += %D%/test_experts
%C%_test_experts_SOURCES = %D%/test_experts.c
%C%_test_experts_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_experts

check_PROGRAMS += %D%/test_greedy
%C%_test_greedy_SOURCES = %D%/test_greedy.c
%C%_test_greedy_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_test_greedy_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_greedy

check_PROGRAMS += %D%/test_load
%C%_test_load_SOURCES = %D%/test_load.c
TESTS += %D%/test_load

check_PROGRAMS += %D%/test_plan
%C%_test_plan_SOURCES = %D%/test_plan.c
TESTS += %D%/test_plan

check_PROGRAMS += %D%/test_reply
%C%_test_reply_SOURCES = %D%/test_reply.c
TESTS += %D%/test_reply

check_PROGRAMS += %D%/test_sampler
%C%_test_sampler_SOURCES = %D%/test_sampler.c
TESTS += %D%/test_sampler

EXTRA_DIST += %D%/world.h
check_PROGRAMS += %D%/test_session
%C%_test_session_SOURCES = %D%/test_session.c
TESTS += %D%/test_session

check_PROGRAMS += %D%/test_shared
%C%_test_shared_SOURCES = %D%/test_shared.c
%C%_test_shared_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_shared

check_PROGRAMS += %D%/test_state
%C%_test_state_SOURCES = %D%/test_state.c
%C%_test_state_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_state

check_PROGRAMS += %D%/test_speculate
%C%_test_speculate_SOURCES = %D%/test_speculate.c
%C%_test_speculate_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_speculate

check_PROGRAMS += %D%/test_steer
%C%_test_steer_SOURCES = %D%/test_steer.c
%C%_test_steer_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_steer

check_PROGRAMS += %D%/test_turn
%C%_test_turn_SOURCES = %D%/test_turn.c
%C%_test_turn_LDADD = %D%/libask.a $(LDADD)
TESTS += %D%/test_turn
