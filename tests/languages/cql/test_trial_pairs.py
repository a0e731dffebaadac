"""Pairs and memberships that were written from other tools' bug reports, with what is right."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import cast

from jurist.evidence import decide
from jurist.languages.base import Query
from jurist.languages.cql.counterexamples.witness import evaluators
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import subject_from_json
from jurist.records import Relation
from shared_data import shared_data

LANGUAGE = CqlLanguage()


def rows(name: str) -> list[dict[str, object]]:
    lines = shared_data(f"cql/{name}").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def schema_of(document: object, *queries: Query) -> CqlSchema:
    if document is None:
        return LANGUAGE.infer_schema(*queries)
    facts = cast("Mapping[str, object]", document)
    return LANGUAGE.load_schema({"name": "trial", "language": "cql", **facts}, where="trial")


def test_no_pair_is_wrong_and_few_are_open() -> None:
    wrong: list[str] = []
    relations: Counter[Relation] = Counter()
    pairs = rows("trial_pairs.jsonl")
    for row in pairs:
        reference = LANGUAGE.parse(str(row["reference"]))
        candidate = LANGUAGE.parse(str(row["candidate"]))
        schema = schema_of(row["schema"], reference, candidate)
        relation = decide(LANGUAGE, reference, candidate, schema).relation
        relations[relation] += 1
        is_vague = relation is Relation.DIFFERENT and row["expected"] != Relation.EQUIVALENT
        if relation not in {row["expected"], Relation.UNDECIDED} and not is_vague:
            wrong.append(f"{row['id']}: {relation}, expected {row['expected']}")
    assert wrong == []
    assert relations[Relation.UNDECIDED] <= 0.02 * len(pairs)
    assert relations[Relation.DIFFERENT] <= 2, "which says least of all that can be said"


def test_memberships() -> None:
    wrong: set[str] = set()
    for row in rows("trial_members.jsonl"):
        query = LANGUAGE.parse(str(row["query"]))
        subject, now = subject_from_json(cast("Mapping[str, object]", row["subject"]))
        is_in, _ = evaluators(query, query, schema_of(row["schema"], query))
        if is_in(subject, now) != row["expected"]:
            wrong.add(str(row["id"]))
    assert not wrong
