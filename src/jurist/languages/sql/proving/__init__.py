"""Proofs without bound: normal forms, then pairings of sources and homomorphisms under z3.

facts            the schema's facts as proofs consult them, and which were
knowing          NULLs, equal columns and what determines what, by rule
symbols          subqueries, windows and rows as unknowns of z3
rows             any row of a block's join, and what is known of it
normal/          rewriting to a normal form, each rule with its argument
grouping, joint  aggregates as unknowns, shared; groups of two blocks over the same rows
pairing          sources of two blocks paired off
homomorphisms    what is contained in what, or apart, as a set
comparing        two queries: the same bag, set or ordered outcomes
proof            the whole: `prove`
"""
