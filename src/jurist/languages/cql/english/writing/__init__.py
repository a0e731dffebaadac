"""From a query to English, piece by piece: names, values, predicates, clauses."""
