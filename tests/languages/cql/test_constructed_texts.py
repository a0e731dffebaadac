"""Texts that are put together have all the truths that any texts have: by two other ways."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from jurist.languages.cql.prover.values import automata
from jurist.languages.cql.prover.values.constructed_texts import constructed_texts
from jurist.languages.cql.prover.values.predicates import CONTAINS, ENDS, IS, NUMBER, STARTS
from jurist.languages.cql.prover.values.shapes import NUMBERS, numbers_from
from jurist.languages.cql.semantics.numbers import UNIT

PATTERNS = {
    IS: automata.text,
    STARTS: automata.starts_with,
    ENDS: automata.ends_with,
    CONTAINS: automata.contains,
}
Condition = tuple[str, str]
conditions = st.lists(
    st.tuples(st.sampled_from(sorted(PATTERNS)), st.text("ab1", min_size=1, max_size=3)),
    max_size=5,
    unique=True,
)


def has(text: str, kind: str, constant: str) -> bool:
    return {
        IS: text == constant,
        STARTS: text[: len(constant)] == constant,
        ENDS: text[-len(constant) :] == constant,
        CONTAINS: constant in text,
    }[kind]


@given(conditions)
@example([(STARTS, "ab"), (ENDS, "ba"), (CONTAINS, "bab"), (IS, "aba")])
def test_all_truths_of_all_short_texts_are_met(wanted: list[Condition]) -> None:
    found = constructed_texts(wanted, numbers=False)
    if found is None:
        assert any(set(constant) == {"1"} for _, constant in wanted)
        return
    for truths, text in found.items():
        assert truths == tuple(has(text, *each) for each in wanted)
    for length in range(6):
        for text in map("".join, product("ab1z", repeat=length)):
            if not text.isdigit():
                assert tuple(has(text, *each) for each in wanted) in found


@given(conditions, st.lists(st.integers(-3 * UNIT, 3 * UNIT), max_size=3, unique=True))
def test_automata_find_the_same(wanted: Sequence[Condition], ends: list[int]) -> None:
    for numbers in (True, False, None):
        reached = [] if numbers is False else ends
        names = [*wanted, (NUMBER, None), *((NUMBER, end) for end in reached)]
        found = constructed_texts(names, numbers=numbers)
        if found is None:
            continue
        patterns = [PATTERNS[kind](constant) for kind, constant in wanted]
        patterns += [NUMBERS, *map(numbers_from, reached)]
        by_automata = set(automata.realizable(patterns))
        kept = {each for each in by_automata if numbers in (None, each[len(wanted)])}
        assert set(found) == kept
