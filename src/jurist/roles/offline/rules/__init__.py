"""A baseline that reads English with rules: tokens, spans, clauses, then a query.

`reading.read` is the way through; each other module is one step of it.
"""
