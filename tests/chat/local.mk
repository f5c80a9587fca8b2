# tests/chat
