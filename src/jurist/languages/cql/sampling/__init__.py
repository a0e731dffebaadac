"""Random queries that the checker accepts."""
