"""Whether a question says what its query says."""
