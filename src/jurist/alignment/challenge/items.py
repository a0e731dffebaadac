"""What a challenge puts before a judge: certified variants of a dataset's own references."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from jurist.errors import InputError, UnsupportedError
from jurist.languages.base import Query
from jurist.languages.capabilities import Mutates, Style, Variant, require
from jurist.records import Case, Evidence, Origin, Question, Relation
from jurist.roles.offline.realizer import realize
from jurist.roles.protocols import Workspace
from jurist.runs.cases import Dataset


class Kind(StrEnum):
    """What is known of an item."""

    MUTANT = "mutant"
    """Certified to differ: a judge that calls it the same misses it."""
    REWRITE = "rewrite"
    """Proved to mean the same: a judge that says anything else raises a false alarm."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A question, a reference and a candidate as they are put before a judge."""

    dataset: str
    question: Question
    reference: str
    candidate: str

    @property
    def id(self) -> str:
        """A digest that says nothing of the item to who sees it."""
        parts = (self.dataset, self.question.text, self.reference, self.candidate)
        return blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()


Stratum = tuple[str, Kind, str]
"""A language, what is known of the items, and the operator that made them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A variant of one case's reference, and what is certain about it."""

    language: str
    kind: Kind
    operator: str
    case: str
    """The case whose reference was changed."""
    posed: Posed
    evidence: Evidence
    same: str = "the same"
    """What the language calls queries that mean the same."""

    @property
    def reference(self) -> str:
        """The reference among all datasets: items of one are not independent.

        Cases with the same reference are one.
        """
        return f"{self.posed.dataset}/{self.posed.reference}"

    @property
    def stratum(self) -> Stratum:
        """What it is drawn within; operators of two languages may have one name."""
        return self.language, self.kind, self.operator


@dataclass(frozen=True, slots=True)
class Drawn:
    """The items of a challenge, mixed, and what was left out of them."""

    items: tuple[Item, ...]
    references: int
    """References that were changed."""
    variants: int
    """Variants that could have been drawn."""
    left_out: Mapping[str, int]
    """Why references or variants were not used, with how many."""
    unreachable: tuple[Stratum, ...] = ()
    """Operators that changed a reference, and never so that it could be certified."""
    placeless: tuple[tuple[str, str], ...] = ()
    """Languages with operators that have no place in any of the references."""


def draw_items(
    datasets: Sequence[Dataset],
    *,
    per_operator: int,
    seed: int,
    references: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Drawn:
    """Change the datasets' references by every operator and draw from what comes of it.

    The same datasets, numbers and seed give the same items in the same order.

    Args:
        datasets: Cases with references; unbuildable ones have nothing to change.
        per_operator: Most items of one operator, each of another reference: two variants of one
            reference by the same operator say nearly the same.
        seed: Of every draw, and of the order.
        references: Most references that are changed, drawn at random; `None`: all.
        tell: Is told how many references are done, of how many.

    Raises:
        InputError: Nothing can be drawn.
        UnsupportedError: A dataset's language has no mutants.
    """
    left_out = Counter[str]()
    cases = [
        (dataset.workspace, case)
        for dataset in datasets
        for case in dataset.cases
        if case.reference is not None
    ]
    _rng(seed, "references").shuffle(cases)
    cases = cases[:references]
    strata: dict[Stratum, dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
    tried: set[Stratum] = set()
    used = variants = 0
    for done, (workspace, case) in enumerate(cases):
        if tell is not None:
            tell(done, len(cases))
        found = _items_of(case, workspace, seed, left_out, tried)
        used += bool(found)
        variants += len(found)
        for item in found:
            strata[item.stratum][item.reference].append(item)
    if tell is not None:
        tell(len(cases), len(cases))
    drawn = [
        item
        for stratum, by_reference in sorted(strata.items())
        for item in _spread(by_reference, per_operator, _rng(seed, *stratum))
    ]
    if not drawn:
        raise InputError(
            f"no reference of {', '.join(each.name for each in datasets)} has a certified variant",
            expected="a dataset with references that its schema allows",
        )
    _rng(seed, "order").shuffle(drawn)
    unreachable = tuple(sorted(tried - strata.keys()))
    placed = {(language, operator) for language, _, operator in (*tried, *strata)}
    known = {
        (workspace.language.name, operator)
        for workspace, _ in cases
        if isinstance(workspace.language, Mutates)
        for operator in workspace.language.operators
    }
    placeless = tuple(sorted(known - placed))
    return Drawn(tuple(drawn), used, variants, dict(left_out), unreachable, placeless)


def question_of(case: Case, reference: str, workspace: Workspace, seed: int) -> Question | None:
    """The case's own question, a person's before a written one, else the realizer's."""
    own = sorted(case.questions, key=lambda question: question.origin is Origin.SYNTHETIC)
    return own[0] if own else realized(case.id, reference, workspace, seed)


def realized(identity: str, reference: str, workspace: Workspace, seed: int) -> Question | None:
    """The realizer's question for a query; `None` where the language cannot say it."""
    try:
        asked = realize(
            identity,
            reference,
            workspace,
            styles=(Style.CONVERSATIONAL,),
            per_case=1,
            seed=seed,
            author="realizer",
        )
    except UnsupportedError:
        return None
    return asked[0] if asked else None


def _items_of(
    case: Case, workspace: Workspace, seed: int, left_out: Counter[str], tried: set[Stratum]
) -> list[Item]:
    language = workspace.language
    query = read_query(case.reference or "", workspace)
    if query is None:
        left_out["references that are no query of the workspace"] += 1
        return []
    reference = language.format(query)
    question = question_of(case, reference, workspace, seed)
    if question is None:
        left_out["references without a question"] += 1
        return []
    items: list[Item] = []
    for kind, variant in _variants(query, workspace):
        relation = variant.evidence.relation
        tried.add((language.name, kind, variant.operator))
        if kind is Kind.MUTANT and relation in _NO_MUTANTS:
            left_out[_NO_MUTANTS[relation]] += 1
            continue
        posed = Posed(workspace.name, question, reference, language.format(variant.query))
        same = language.words.same
        operator = variant.operator
        items.append(Item(language.name, kind, operator, case.id, posed, variant.evidence, same))
    return items


_NO_MUTANTS = {
    Relation.EQUIVALENT: "mutants that mean the same after all",
    Relation.REFINES: "mutants that are right, and more definite",
    Relation.UNDECIDED: "mutants that are undecided",
}


def _variants(query: Query, workspace: Workspace) -> Iterator[tuple[Kind, Variant]]:
    language = require(workspace.language, Mutates, needed_by="a challenge")
    for variant in language.mutants(query, workspace.schema):
        yield Kind.MUTANT, variant
    for variant in language.rewrites(query, workspace.schema):
        yield Kind.REWRITE, variant


def read_query(text: str, workspace: Workspace) -> Query | None:
    """The query of a text, or `None` where it is none of this workspace."""
    try:
        query = workspace.language.parse(text, workspace.schema)
    except InputError:
        return None
    return None if workspace.language.check(query, workspace.schema, text=text) else query


def _spread(
    by_reference: Mapping[str, Sequence[Item]], most: int, rng: random.Random
) -> Iterator[Item]:
    """One item of each of up to `most` references, which and which of theirs at random."""
    references = sorted(by_reference)
    rng.shuffle(references)
    for reference in references[:most]:
        yield rng.choice(by_reference[reference])


def _rng(seed: int, *parts: str) -> random.Random:
    return random.Random("/".join([str(seed), *parts]))  # noqa: S311 - a draw, no secret
