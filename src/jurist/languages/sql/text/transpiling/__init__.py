"""A query in the words of an engine: most of it for SQLite, where other dialects are run too."""
