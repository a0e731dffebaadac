"""How often the offline generators are proved right: `python benchmarks/baselines.py`.

Authored questions are counted in two halves: on one of them the rules were developed, at
the other nobody looked. Synthetic questions are the realizer's.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from jurist import data
from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.capabilities import Style
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.records import Candidate, Case, Question
from jurist.roles.offline.making import make_nearest, make_rules
from jurist.roles.offline.realizer import realize
from jurist.roles.protocols import Generator, LeavesOneOut, Workspace
from jurist.roles.spec import Means, RoleSpec

WORKSPACES = ("shop", "b2b", "streaming")


def is_for_development(case_id: str) -> bool:
    """Whether the rules' authors may look at this case's questions; fixed before the first rule."""
    return blake2b(case_id.encode(), digest_size=8).digest()[-1] % 2 == 0


def questions(case: Case, workspace: Workspace) -> Iterator[tuple[str, Question]]:
    half = "developed on" if is_for_development(case.id) else "held out"
    for question in case.questions:
        yield f"authored, {half}", question
    if case.reference is not None:
        for question in realize(
            case.id,
            case.reference,
            workspace,
            styles=tuple(Style),
            per_case=1,
            seed=0,
            author="realizer",
        ):
            yield f"synthetic, {question.style}", question


def answer(generator: Generator, case: Case, question: Question, place: Workspace) -> Candidate:
    asked = generator.without(case.id) if isinstance(generator, LeavesOneOut) else generator
    return asyncio.run(asked.answer(question, place))


def main() -> None:
    language = get_language("cql")
    for name in WORKSPACES:
        lines = data.cases_path(name).read_bytes().splitlines()
        cases = tuple(msgspec.json.decode(line, type=Case) for line in lines)
        workspace = Workspace(language, read_schema(data.schema_path(name)), name)
        means = Means(Path(), cases, language=language)
        for generator in (
            make_rules(RoleSpec("rules"), means),
            make_nearest(RoleSpec("nearest"), means),
        ):
            counts: Counter[tuple[str, str]] = Counter()
            for case in cases:
                for group, question in questions(case, workspace):
                    found = answer(generator, case, question, workspace)
                    verdict = judge_texts(language, case.reference, found, workspace.schema)
                    kind = "unbuildable" if case.unbuildable else "buildable"
                    counts[group, kind] += 1
                    counts[group, f"{kind} right"] += verdict.score == 5
                    counts[group, f"{kind} refused"] += found.refusal is not None
            for group in dict.fromkeys(group for group, _ in sorted(counts)):
                shown = [
                    f"{counts[group, f'{kind} right']:3}/{counts[group, kind]:3} {kind} right"
                    for kind in ("buildable", "unbuildable")
                    if counts[group, kind]
                ]
                refused = counts[group, "buildable refused"]
                print(
                    f"{name:9} {generator.name:7} {group:26} {', '.join(shown)}; {refused} refused"
                )


if __name__ == "__main__":
    main()
