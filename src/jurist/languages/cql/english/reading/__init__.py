"""From a request to a query, with rules: tokens, spans, clauses.

`request.read` is the way through; each other module is one step of it. `slots` and `fitting`
read no clauses: they put what a request names into the query of a request that is like it.
"""
