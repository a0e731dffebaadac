"""Proofs without bound: normal forms, then pairings of sources and homomorphisms under z3.

facts            the schema's facts as proofs consult them, and which were
knowing          NULLs, equal columns and what determines what, by rule
normal/          rewriting to a normal form, each rule with its argument
symbols          rows, subqueries and windows as unknowns of z3
grouping         aggregates as unknowns, shared where they are the same
comparing        two queries: the same bag, set or ordered outcomes
pairing          sources of two blocks paired off
homomorphisms    what is contained in what as a set
proof            the whole: `prove`
"""
