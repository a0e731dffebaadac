"""Text to tree and back: sqlglot parses and qualifies, and nothing more."""
