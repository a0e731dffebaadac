"""The rewrite rules of the normal form, one family a file.

`simplification` has the laws of Boolean algebra and what a set of literals entails,
`comparisons` one shape per comparison and one spelling per constant, `normalization` one
shape per query and chain of filters. Every rule holds for any history of any customer: facts
of the schema (required, enum, minimum) are the prover's to use, only its readings count here.
"""
