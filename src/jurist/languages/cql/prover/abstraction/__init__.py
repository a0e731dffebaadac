"""From conditions to formulas over numbered atoms, and the moments at which they are asked.

- `translation`: conditions, comparisons and streams become formulas.
- `aggregates`: so do reduced streams, by what is said of the members of their groups;
- `value_comparisons`: and pairs of a subject's values, and moments as texts.
- `sorts`: sorts of items, each with the table of the atoms about them;
- `atoms`: what can be said of an item by itself.
- `critical_moments`: for which `now` the translation has to be made.

What is not looked into over-approximates: an opaque atom holds or not as it likes, an order of
two values knows nothing of the facts about them, and each event has followers of its own.
"""
