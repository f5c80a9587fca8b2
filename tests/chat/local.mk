check_PROGRAMS += %D%/test_conversation
%C%_test_conversation_SOURCES = %D%/test_conversation.c
TESTS += %D%/test_conversation

check_PROGRAMS += %D%/test_event_queue
%C%_test_event_queue_SOURCES = %D%/test_event_queue.c
TESTS += %D%/test_event_queue

check_PROGRAMS += %D%/test_experts
%C%_test_experts_SOURCES = %D%/test_experts.c
TESTS += %D%/test_experts

check_PROGRAMS += %D%/test_sampling
%C%_test_sampling_SOURCES = %D%/test_sampling.c
TESTS += %D%/test_sampling

check_PROGRAMS += %D%/test_tags
%C%_test_tags_SOURCES = %D%/test_tags.c
TESTS += %D%/test_tags
