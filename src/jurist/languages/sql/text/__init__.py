"""Text to tree and back: sqlglot parses and prints, and nothing more.

What is where, in the order of a text's way:

    grammars, functions            sqlglot's parsers as the dialects are; what may be called
    parsing, writing               text to tree; tree to text
    refusing/                      what is no query, or none of the dialect
    strings, names, quoting        strings told from names; how names are spelled
    sources, findings              what FROM reads, as written; what is wrong, and where
    resolving/                     the qualified copy, from which algebra and engines start
    kinds, collating               the types of values; which texts MySQL takes for equal
    rules/, checking               groups and types as the dialect has them; all findings, placed
    transpiling/                   the text that an engine runs
    outline                        the tree as people and programs look at it
"""
