"""Small databases, seeded with what two queries mention, on which all declared facts hold."""
