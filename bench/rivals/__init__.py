"""The consensus map measured beside its rivals: Polis' method and red-dwarf."""
