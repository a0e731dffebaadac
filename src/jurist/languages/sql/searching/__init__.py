"""Bounded symbolic search for a database on which two queries differ.

tables        tables of unknown rows on which the declared facts hold
rows          rows of tables and results, there where a condition holds
references    foreign keys of unknown rows
aggregates    over the members of a group
windows       window functions
limits        OFFSET and LIMIT by rank
environments  what stands for columns, aggregates, subqueries in a row
keyed         joins by a key, without a product
joining, grouping, evaluation   which rows a query gives
differing     where two results differ, as the readings ask
naming, completing, decoding    a model's tables as a database
search        all of it, for more and more rows
shapes, small_models, small_model_proofs   when none up to so many rows is a proof
"""
