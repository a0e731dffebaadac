"""Requests in English: said from queries, read back, and fitted to one another.

`describing` says a query in sentences of a small grammar, and `reading` reads that grammar and
nothing wider: what it takes in is what `describing` can say. `slots` reads any request, for the
values that it names alone. `linking` finds the part of a schema that a request is about.
"""
