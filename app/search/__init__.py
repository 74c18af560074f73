"""Finding what is there: one index over issues, proposals, statements, comments and replies."""
