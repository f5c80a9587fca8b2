# tests/tiny
