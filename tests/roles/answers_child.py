"""Prints what roles make of shipped cases: run as processes of different hash seeds."""

from __future__ import annotations

import asyncio
import json
from itertools import islice, pairwise
from pathlib import Path

from jurist.languages.capabilities import Style
from jurist.roles.llm.relevance import relevant
from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.offline.proof import rule_by_evidence
from jurist.roles.offline.realizer import realize
from jurist.roles.protocols import LeavesOneOut
from jurist.roles.spec import Means
from jurist.roles.teaching import names_in
from jurist.runs.datasets import load_dataset
from jurist.runs.study import DatasetEntry


async def main() -> None:
    for name in ("shop", "streaming"):
        data = load_dataset(DatasetEntry(name=name), Path())
        generators = [
            load_generator(read_spec(kind, GENERATORS), Means(Path(), memory=data.cases))
            for kind in ("rules", "nearest")
        ]
        for case in data.cases:
            questions = list(case.questions)
            if case.reference is not None:
                questions += realize(
                    case.id, case.reference, data.workspace,
                    styles=(Style.CONVERSATIONAL,), per_case=1, seed=0, author="realizer",
                )  # fmt: skip
            for generator in generators:
                blind = (
                    generator.without(case.id) if isinstance(generator, LeavesOneOut) else generator
                )
                for question in questions:
                    said = await blind.answer(question, data.workspace)
                    print(json.dumps([question.text, said.query, said.refusal, said.notes]))
            names = names_in(data.workspace)
            for text in (case.reference or "", *(question.text for question in questions)):
                print(json.dumps(relevant(names, text, limit=2_000)))
        references = [case.reference for case in data.cases if case.reference]
        for one, other in islice(pairwise(references), 40):
            verdict = rule_by_evidence(one, other, data.workspace)
            print(json.dumps([verdict.score, verdict.reasoning]))


asyncio.run(main())
