"""Prints what the offline roles make of shipped cases: run as processes of different hash seeds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from jurist.roles.loading import GENERATORS, load_generator, read_spec
from jurist.roles.offline.realizer import realize
from jurist.roles.protocols import LeavesOneOut
from jurist.roles.spec import Means
from jurist.run.datasets import load_dataset
from jurist.run.study import DatasetEntry


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
                    styles=("conversational",), per_case=1, seed=0, author="realizer",
                )  # fmt: skip
            for generator in generators:
                blind = (
                    generator.without(case.id) if isinstance(generator, LeavesOneOut) else generator
                )
                for question in questions:
                    said = await blind.answer(question, data.workspace)
                    print(json.dumps([question.text, said.query, said.refusal, said.notes]))


asyncio.run(main())
