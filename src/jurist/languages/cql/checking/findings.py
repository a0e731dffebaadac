"""What `check` finds, and its words, before it is placed in lines and columns."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.syntax import Node


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a node; the fields are those of `Issue`."""

    kind: str
    node: Node
    found: str
    expected: str
    nearest: str | None = None


MESSAGES = {
    "too_many_expressions": ("{count} primary expressions", "at most {most}"),
    "nested_quantifier": ("{word} inside {place}", "{word} around whole conditions"),
    "no_accounts": (
        "{word} in a schema whose audiences are made of {audience}",
        "a schema with audience_type ACCOUNTS",
    ),
    "outside_stream": (
        "`{word}` outside `where` and reducers",
        "`trait` for a profile's value",
    ),
    "missing_parent": ("{what}", "{expected}"),
    "context_of_entity": ("`context` of an entity, which has none", "`property`"),
    "entity_depth": ("an entity {depth} relationships away from the profile", "at most {most}"),
    "event_in_entity": (
        "an event inside the `where` of an entity",
        "a condition of its own beside the entity's",
    ),
    "filter_on_entity": (
        "a filter by time or source on an entity, whose rows have neither",
        "`where` with a date column",
    ),
    "reversed_window": ("a window from {near} to {far}", "the nearer bound first: {far}, {near}"),
    "empty_window": ("a window of no length at {bound}", "a window that lasts some time"),
    "expires_after_in_audience": (
        "`expires_after` in an audience",
        "a computed trait, or `within`",
    ),
    "expires_after_range": (
        "a session that expires after {length}",
        "30 minutes (1800 seconds) to 90 days",
    ),
    "mode_minimum": ("`mode` with {frequency}", "at least 1"),
    "entries_alone": (
        "the entries of an array, {name}, as one value",
        "entries on the left of a comparison with constants",
    ),
    "list_compared": ("a comparison of a list", "`unique(...).count()`"),
    "reduced_trait": (
        "`{reducer}` of a trait in a schema whose audiences are made of {audience}",
        "a property; or a schema with audience_type ACCOUNTS, whose users have the trait",
    ),
    "entity_count": (
        "a count of entities compared with {number}",
        "a whole number, at least {least} with `{operator}`",
    ),
    "entity_none_with_filter": (
        "a filter on entities of which there must be none",
        "no filter where the count is 0; or NOT around `count() >= 1`",
    ),
    "cast": ("`{reducer}` of a value `as {cast}`", "{allowed}"),
    "type_clash": ("{found}", "{expected}"),
    "impossible_value": ("{found}", "{expected}"),
}
"""By the kind of a finding: what was found, and what was expected instead."""


def finding(kind: str, node: Node, nearest: str | None = None, **details: object) -> Finding:
    """A finding in the words of its kind, with the details that they leave open."""
    found, expected = MESSAGES[kind]
    return Finding(kind, node, found.format(**details), expected.format(**details), nearest)
