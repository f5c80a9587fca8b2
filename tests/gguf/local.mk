# tests/gguf
