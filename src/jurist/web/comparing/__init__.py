"""Two systems beside each other."""
