"""Finding what is there: one index over issues, statements, comments and replies."""
