"""How people speak of audiences."""

from __future__ import annotations

from typing import Final

from jurist.languages.words import Words

WORDS: Final = Words(
    result="audience",
    results="audiences",
    input="customer",
    inputs="customers",
    source="event",
    asker="a marketer",
    feature="a box that builds customer audiences",
    purpose="selecting customers",
    give="select",
    gives="selects",
    given="customers",
    asked_for="whom",
    requested="who did or did not do what, how often, in which time, with which values",
    spellings="Order of conditions, `>= 1` for `> 0`, `24 hours` for `1 day`",
    small_differences=(
        "a threshold, a window, an event, a property, AND for OR, a NOT, a missing value"
    ),
    telling_input="a customer whom one query selects and the other does not",
    relative="who",
    built_input=(
        "customer (traits, events with times and properties) whom exactly one query selects"
    ),
    hints=(
        "What people did is an event, what they are is a trait; every event condition ends in a "
        "reducer and a comparison, such as .count() >= 1."
    ),
    example_query=(
        "event('Book Borrowed').within(30 days).count() >= 2 AND trait('card') = 'student'"
    ),
    example_request="people with a student card who borrowed at least twice in the past 30 days",
    jargon="marketing jargon (lapsed, high-intent, LTV)",
    exact=(
        "The same audience: it selects exactly the customers that the request and the reference "
        "ask for"
    ),
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
