"""A run judged by a scripted model with a planted bias, and people's labels on its answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from judged_runs import Folder
from jurist.alignment.labels.files import make_annotation
from jurist.records import LabelRole
from jurist.runs import results
from jurist.store.annotations import add_annotations
from model_server import Json, ModelServer
from threaded_server import prompt_of

LESSON = "A different number selects other customers: that is a 2."
ROLES = (LabelRole.TUNE, LabelRole.DEV, LabelRole.TEST)


def scripted(body: Json) -> str:
    """A judge that lets different numbers pass until it is told, and who writes what it is told.

    A generator that is one off until it is told to copy numbers.
    """
    prompt = prompt_of(body)
    if "You improve a judge" in prompt:
        lessons = [{"text": LESSON, "sources": [1, 2, 99]}, {"text": "Lost.", "sources": [0]}]
        return json.dumps({"guidelines": lessons})
    if "You improve the instructions" in prompt:
        lesson = LESSON if "a judge that says" in prompt else "Copy numbers as they are."
        return f"Here they are:\n```\nYou do it better now. {lesson}\n```"
    if "You turn a marketer's request" in prompt or "You do it better now. Copy" in prompt:
        number = int(re.findall(r"older than (\d+)", prompt)[-1])
        wrong = 0 if "Copy numbers" in prompt else 1
        return json.dumps({"query": f"trait('age') > {number + wrong}", "refusal": ""})
    user = body["messages"][-1]["content"]
    shown = dict(re.findall(r"<<(REFERENCE|CANDIDATE) \w+>>\n(.*?)\n<<", user, re.DOTALL))
    if shown["REFERENCE"] == shown["CANDIDATE"]:
        return json.dumps({"reasoning": "the same", "score": 5})
    told = LESSON in prompt
    return json.dumps({"reasoning": "another number", "score": 2 if told else 4})


@dataclass(frozen=True)
class TunedRun:
    """A finished run and the tasks that were labelled, by role."""

    run: str
    study: str
    tasks: Mapping[LabelRole, tuple[str, ...]]


def models_section(server: ModelServer) -> str:
    """The study's section that makes `local:` the scripted server."""
    preset = f"{{base_url: '{server.url}', auth: none}}"
    return f"models: {{presets: {{local: {preset}}}}}"


JUDGE = "{{llm: 'local:small', name: small}}"
CASCADE = (
    "{{cascade: [{{callable: '{module}:shy', name: shy}}, {{llm: 'local:small'}}], name: small}}"
)
PROVED = "{{cascade: [proof, {{llm: 'local:small'}}], name: small}}"


def labelled_run(
    folder: Folder,
    server: ModelServer,
    *,
    judge: str = JUDGE,
    roles: tuple[LabelRole, ...] = ROLES,
    cases: int = 45,
) -> TunedRun:
    """Run the scripted judge on right and wrong answers, and label each by the truth."""
    extra = f"{models_section(server)}\nstore: {folder.place}"
    run = folder.run(cases=cases, judges=(judge,), generators=("good", "weak"), extra=extra)
    store = folder.open()
    tasks: dict[LabelRole, list[str]] = {role: [] for role in LabelRole}
    labels = [
        make_annotation(
            run,
            result.task,
            "ada",
            (5 if result.candidate.query == result.case.reference else 2,),
            roles[number % len(roles)],
            rubric="r",
            rationale="the numbers are what matters",
        )
        for number, result in enumerate(results(store, run))
        if result.case.reference is not None
    ]
    for label in labels:
        tasks[label.role].append(label.task)
    add_annotations(store, labels)
    store.close()
    study = str(folder.path / "study.yaml")
    return TunedRun(run, study, {role: tuple(each) for role, each in tasks.items()})
