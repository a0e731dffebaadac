"""How people speak of audiences."""

from __future__ import annotations

from typing import Final

from jurist.languages.words import Words

WORDS: Final = Words(
    result="audience",
    results="audiences",
    input="customer",
    inputs="customers",
    asker="a marketer",
    levels={
        5: "the same audience",
        4: "right but for few kinds of customers",
        3: "the main idea, with a condition wrong or missing",
        2: "shares some conditions",
        1: "another audience",
    },
    overlap="each has members that the other has not",
    disjoint="they have no member in common",
    disjoint_results="nobody can be in both audiences",
    empty="nobody can be in it",
    both_empty="nobody can be in either",
    full="everybody is in the {side}",
    both_full="everybody is in both",
    unseen="nobody of the seeded population is in {which}",
)
