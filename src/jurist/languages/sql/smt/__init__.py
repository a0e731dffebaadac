"""Values and conditions in z3, three-valued.

terms        terms of SMT-LIB, shared and folded as they are built
solver       z3 behind a small typed border: terms in, answers out, bounded in steps
texts        texts as integers that keep their order, and the dates among them
patterns     LIKE patterns: what they match, and which holds where another does
values       a value (null, term, type), a truth (is true, is false); comparisons
calls        functions: what is known of them
encoding     expressions of the algebra, over whatever stands for their columns
validity     whether a condition follows from others
"""
