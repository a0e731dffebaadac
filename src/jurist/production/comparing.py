"""Saved queries beside the answers they came from: edits between them, and by proof what they mean.

What is compared is a random sample of saved answers: attempts come in the order of a hash of their
names, so the first of them are a draw without a seed, and a larger sample holds the smaller one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from jurist.evidence.reading import read_query
from jurist.languages.schema_files import FoundSchema
from jurist.production.edits import size, sorted_tree, tree_edits
from jurist.records import Relation
from jurist.roles.loading import JUDGES, load_judge, read_spec
from jurist.roles.offline.proof_pool import ProofPool
from jurist.roles.protocols import Judge, Workspace
from jurist.roles.spec import Means
from jurist.runs.bulk import BadLine, Judged, judge_all
from jurist.store import Store
from jurist.store.interactions import Interaction
from jurist.store.saved_answers import SavedAnswer, key_of, known_answers, write_answers

_MOST_NODES: Final = 400
"""Of a tree: the distance takes the square of it."""
_AT_A_TIME: Final = 200
"""Pairs after which what was proved is stored."""

EQUAL: Final = frozenset({Relation.EQUIVALENT, Relation.REFINES})


@dataclass(frozen=True, slots=True)
class Compared:
    """A saved answer of the sample."""

    attempt: Interaction
    found: SavedAnswer


def sample_of(interactions: Iterable[Interaction], pairs: int) -> tuple[Interaction, ...]:
    """Saved answers drawn at random: all, or as many as have so many different pairs.

    Args:
        interactions: In the order of their keys.
        pairs: Most pairs of an answer and another query saved of it.
    """
    drawn: list[Interaction] = []
    changed: set[tuple[str, str]] = set()
    for each in interactions:
        if each.answer is None or each.saved is None:
            continue
        if each.answer != each.saved:
            changed.add((each.answer, each.saved))
            if len(changed) > pairs:
                break
        drawn.append(each)
    return tuple(drawn)


def compared(
    store: Store,
    sample: Iterable[Interaction],
    found: FoundSchema,
    *,
    advance: Callable[[int, int], None],
) -> tuple[Compared, ...]:
    """Compare each saved answer of a sample; what was found out before is not proved again.

    Args:
        store: Keeps what is found.
        sample: See `sample_of`.
        found: What the queries are written in and for.
        advance: Told how many different pairs are done, of how many.
    """
    drawn = tuple(sample)
    pairs = {(each.answer or "", each.saved or "") for each in drawn}
    keys = {pair: key_of(found.language.version, found.schema.digest, *pair) for pair in pairs}
    known = known_answers(store, sorted(keys.values()))
    open_pairs = sorted(pair for pair in pairs if keys[pair] not in known)
    done = len(pairs) - len(open_pairs)
    advance(done, len(pairs))
    for begin in range(0, len(open_pairs), _AT_A_TIME):
        some = open_pairs[begin : begin + _AT_A_TIME]
        relations = _relations(some, found)
        news = {keys[pair]: _saved_answer(pair, relations[pair], found) for pair in some}
        write_answers(store, news)
        known |= news
        done += len(some)
        advance(done, len(pairs))
    return tuple(Compared(each, known[keys[each.answer or "", each.saved or ""]]) for each in drawn)


_Pair = tuple[str, str]


def _relations(pairs: list[_Pair], found: FoundSchema) -> Mapping[_Pair, Relation | None]:
    workspace = Workspace(found.language, found.schema, found.schema.name)
    relations: dict[_Pair, Relation | None] = {}

    def make(pool: ProofPool | None) -> Judge:
        means = Means(Path.cwd(), pool=pool, language=found.language)
        return load_judge(read_spec("proof", JUDGES), means)

    def write(outcome: Judged | BadLine) -> None:
        evidence = None if isinstance(outcome, BadLine) else outcome.verdict.evidence
        relations[pairs[len(relations)]] = evidence.relation if evidence else None

    lines = (
        msgspec.json.encode({"id": str(number), "reference": saved, "candidate": answer})
        for number, (answer, saved) in enumerate(pairs)
    )
    judge_all(lines, workspace, make, write)
    return relations


def _saved_answer(pair: _Pair, relation: Relation | None, found: FoundSchema) -> SavedAnswer:
    trees = [read_query(found.language, text, found.schema) for text in pair]
    if relation is None or any(isinstance(tree, str) for tree in trees):
        return SavedAnswer(None, 0, 0)
    answer, saved = (
        sorted_tree(found.language.outline(tree)) for tree in trees if not isinstance(tree, str)
    )
    nodes = size(answer), size(saved)
    if max(nodes) > _MOST_NODES:
        return SavedAnswer(None, 0, 0)
    return SavedAnswer(relation, tree_edits(answer, saved), sum(nodes))
