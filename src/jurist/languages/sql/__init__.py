"""SQL: proved where a proof exists, refuted by a database, or bounded and said so.

The folders, from the ground up (an import goes down this list only):

    values, dialects, readings     what a value, a dialect and a way of reading are
    schemas/                       tables, keys and facts, from DDL, files and live databases
    text/                          text to tree and back: parsed by sqlglot, names resolved
    algebra/                       the few nodes that queries mean
    engines/                       SQLite, DuckDB, PostgreSQL, bounded and read-only
    databases/                     small databases seeded with what two queries mention
    outcomes/                      what a query permits on a database, and how two of them compare
    smt/                           values and conditions in z3, three-valued
    proving/                       normal forms, bijections, homomorphisms, small models
    searching/                     bounded symbolic search for a database
    witnesses/                     shrinking, legality, the story
    alikeness                      the parts that two queries have in common, for scores
    arms                           these, from cheap to dear
    variants/, english/, lint/     mutants and rewrites; requests; what is doubtful in a reference
    importing                      the datasets of Spider and BIRD
    language                       all of it as a `Language`
"""
