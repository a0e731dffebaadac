"""Pairs whose relation is known by arithmetic: long lists of ids, and counts beyond 10,000.

Nobody of an enumerated world is in them, so the construction says the relation.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from closed_comparisons import Name, literal
from jurist.records import Relation

_COUNTS = (10_001, 20_000, 123_456, 1_000_000)
_LENGTHS = (150, 300, 1_000, 1_000)


@dataclass(frozen=True)
class KnownTexts:
    """Two queries, and how the first relates to the second."""

    reference: str
    candidate: str
    relation: Relation


def known_pair(
    events: Sequence[str], traits: Sequence[Name], rng: random.Random
) -> KnownTexts | None:
    """One of a world of customers, if it has anything to make it of.

    Args:
        events: The names of its events.
        traits: Its traits.
        rng: The source of chance.
    """
    free = [each for each in traits if _is_free(each)]
    makers: list[Callable[[], KnownTexts]] = []
    if events:
        makers.append(lambda: _counts(rng.choice(events), rng))
    if free:
        makers.append(lambda: _lists(rng.choice(free), rng))
    return rng.choice(makers)() if makers else None


def _counts(event: str, rng: random.Random) -> KnownTexts:
    n = rng.choice(_COUNTS)
    window = rng.choice(("", "", ".within(30 days)", ".sources({exclude: ['web', 'app']})"))
    count = f"event('{event}'){window}.count()"
    return rng.choice(
        (
            KnownTexts(f"{count} >= {n}", f"{count} > {n - 1}", Relation.EQUIVALENT),
            KnownTexts(f"NOT {count} >= {n}", f"{count} <= {n - 1}", Relation.EQUIVALENT),
            KnownTexts(f"literal({n}) < {count}", f"{count} > {n}", Relation.EQUIVALENT),
            KnownTexts(f"{count} >= {n}", f"{count} >= {n + 1}", Relation.CONTAINS),
            KnownTexts(f"{count} = {n}", f"{count} >= {n}", Relation.CONTAINED),
            KnownTexts(f"{count} = {n}", f"{count} > {n}", Relation.DISJOINT),
            KnownTexts(f"{count} < {n}", f"NOT {count} < {n}", Relation.DISJOINT),
            KnownTexts(
                f"{count} >= {n} AND {count} <= {n + 5}",
                f"{count} >= {n + 1} AND {count} < {n + 9}",
                Relation.OVERLAPS,
            ),
        )
    )


def _lists(trait: Name, rng: random.Random) -> KnownTexts:
    start, length = rng.randint(10, 9_000), rng.choice(_LENGTHS)
    style = rng.choice(("{:04d}", "{:06d}", "id-{}", "{}.50"))
    ids = [literal(style.format(start + i)) for i in range(length)]
    dropped = rng.randrange(length)
    fewer = ids[:dropped] + ids[dropped + 1 :]
    other = [*fewer, literal(style.format(start + length))]
    shuffled = rng.sample(ids, length)
    rng.shuffle(fewer)

    def listed(word: str, constants: Sequence[str], *, brackets: bool = False) -> str:
        inner = ", ".join(constants)
        return f"{trait.text}.{word}({f'[{inner}]' if brackets else inner})"

    kinds = {
        Relation.EQUIVALENT: (
            listed("one_of", ids),
            listed("one_of", shuffled, brackets=rng.random() < 0.5),
        ),
        Relation.CONTAINS: (listed("one_of", ids), listed("one_of", fewer)),
        Relation.CONTAINED: (listed("none_of", ids), listed("none_of", fewer)),
        Relation.OVERLAPS: (listed("one_of", ids), listed("one_of", other)),
        Relation.DISJOINT: (listed("one_of", ids), f"{trait.text} = {other[-1]}"),
    }
    relation = rng.choice(list(kinds))
    reference, candidate = kinds[relation]
    return KnownTexts(reference, candidate, relation)


def _is_free(trait: Name) -> bool:
    """Whether it may be any text: a string, or anything, without a list of values."""
    return not set(trait.facts) & {"enum", "const", "format"} and (
        trait.kind in {"string", "any"} and "$" not in trait.text
    )
