"""The prover: how two queries relate for every possible subject, or why that is open.

For whoever changes it; `docs/explanation/proof.md` says what it does, for whoever relies on it.

    two normal forms                        decision      known verdicts, evidence, witnesses
          |                                 exploration   the parts: one only, both, neither
          v                                 emptiness     which conditions empty a query
    abstraction   comparisons and streams become formulas over numbered atoms, one table of
          |       atoms a sort of items (subjects, users, events, rows, entries), at each
          |       critical moment that `now` may be
          v
    values        all that is said of one value cuts its type into classes; each has a
          |       representative. Texts by automata
          v
    analysis      a sort of items is a product of dimensions: classes of its values, and what
          |       can be said of each group of items below it. It asks itself about the groups
          |
          +-- regions     points of the product at which a formula holds: listed where they are
          |               few, else by branching; the kinds in both audiences are counted here
          +-- theories    which truths about one group go together: profiles of counts where
          |               they are few, existence alone, else integers and z3
          +-- histories   conditions that tie several items (funnels, compared values, modes):
          |               which truths some history of bounded size has, by z3
          v
    models        the options of one point become a customer or an account, which the
                  interpreter replays before anybody sees it. Values that are compared, or
                  sought in one another, are chosen to lie so (tied_values)

What each step may leave out, and what it may not: a part is *empty* only where no point is left
in a product that has at least all that there is. So each step may allow more than there is, and
must then say so (`over_approximates`), and none may allow less. Where nothing over-approximates,
a point is a subject, and one that does not replay stops everything (`InternalContradiction`).
Where something does, several models of several points are tried, and what does not replay is
nothing: the part stays open, with a reason.

Over-approximated are

- an opaque atom (abstraction): a comparison that is not looked into holds or not as it likes;
- the order of two values, and a search of one in the other (regions): it may contradict the
  classes of the two;
- values of mixed types whose classes do not say all of them, `joint` (values);
- the relaxed analysis, which comes first: items have values and followers of their own;
- two groups of one name, entries beside the whole array, rows that are shared (analysis);
- different values that cannot be told apart by their classes (theories/group_bounds);
- firsts beside lasts, sums beside different values (theories/arithmetic);
- averages that are compared with what is no constant, of over eight items (theories/linked);
- what is compared so and tied by a history as well: two copies of it (analysis);
- texts in an order, and numbers that may be texts (histories/value_orders); one value as a
  moment and as a text (histories/encoding).

A bound is never guessed: histories are searched up to the size that is proved to be enough
(histories/small_model_bound), moments up to those that stand for all (abstraction/
critical_moments), and where there is no such bound the part is open. So it is where a limit is
met: steps (`OutOfSteps`), size (`TooWide`), constructs (`Beyond`); see limits.

What every step of a proof shares stands in context: the moment, z3, and the fast paths, which
are only there to be quick and can be switched off. What proofs under one schema share stands in
exploration; a pair's schema owns it (`context_of` in `schemas/schema.py`).
"""

from __future__ import annotations

from jurist.languages.cql.prover.decision import decide

__all__ = ["decide"]
