"""What is asked of every language, of which a test gives examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jurist.languages.base import Language
from jurist.records import Method, Relation, Witness


@dataclass(frozen=True)
class Specimen:
    """A language with examples of its queries.

    Args:
        language: The language.
        document: A schema.
        queries: Queries that `check` accepts, no two of which mean the same.
        misfits: Queries that parse, each with the name in it that the schema does not have.
        broken: Texts that do not parse.
        pairs: A reference, a candidate, and how the two relate.
        replays: Whether an independent reader finds on a witness what it says of two texts.
        assumed: What evidence on these pairs rests on besides the readings of the schema.
        order: In which order arms come, by their methods; empty: in one of its own.
        foreign: Words of other languages, in which none of its verdicts speaks.
    """

    language: Language
    document: Mapping[str, object]
    queries: tuple[str, ...]
    misfits: tuple[tuple[str, str], ...]
    broken: tuple[str, ...]
    pairs: tuple[tuple[str, str, Relation], ...]
    replays: Callable[[str, str, Witness], bool]
    assumed: frozenset[str] = frozenset()
    order: tuple[Method, ...] = (
        Method.IDENTICAL,
        Method.NORMAL_FORM,
        Method.PROOF,
        Method.EXECUTION,
    )
    foreign: frozenset[str] = frozenset({"audience", "customer", "marketer"})
