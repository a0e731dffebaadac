"""A run every text of which would do harm, were it ever markup."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from judged_runs import Folder
from jurist.runs import parse_study, run_study
from jurist.store import open_store
from report_pages import HOSTILE, VISIBLE
from studies import write_module

LONG = "w" * 3_000
EVENT, PROPERTY, TRAIT = f"<b>{VISIBLE}", "<i>p", "<u>t"

_ROLES = f"""
    from jurist.records import Candidate

    HOSTILE, EVENT, LONG = {HOSTILE!r}, {EVENT!r}, {LONG!r}

    def quoted(text):
        return "'" + text.replace("\\\\", "\\\\\\\\").replace("'", "\\\\'") + "'"

    def answers(question):
        if "refuse" in question:
            return Candidate(refusal=HOSTILE + LONG)
        if "fail" in question:
            raise ValueError(HOSTILE + LONG)
        if "unread" in question:
            return HOSTILE + LONG
        return f"event({{quoted(EVENT)}}).count() >= 2"

    def judge(question, reference, candidate, workspace):
        return (2.0, HOSTILE + LONG)
"""


def hostile_run(path: Path) -> tuple[Folder, str]:
    """A folder with the run, and the run's id."""
    quoted = EVENT.replace("\\", "\\\\").replace("'", "\\'")
    reference = (
        f"event('{quoted}').where(property('{PROPERTY}') = '{quoted}').count() >= 1 "
        f"AND NOT trait('{TRAIT}') = '{quoted}'"
    )
    schema = {
        "name": "Hostile",
        "language": "cql",
        "events": {EVENT: {"properties": {PROPERTY: {"type": "string"}}}},
        "traits": {"properties": {TRAIT: {"type": "string"}}},
    }
    (path / "schema.yaml").write_text(yaml.safe_dump(schema, allow_unicode=True))
    cases = [
        {
            "id": f"c-{word}",
            "reference": reference,
            "questions": [{"id": word, "text": f"{word} {HOSTILE} {LONG}", "origin": "real"}],
            "tags": [VISIBLE[:60]],
        }
        for word in ("answer", "refuse", "fail", "unread")
    ]
    (path / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    module = write_module(path, _ROLES)
    folder = Folder(path, module)
    study = parse_study(
        "name: hostile\n"
        "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: all}\n"
        f'generators: [{{callable: "{module}:answers", name: "<s>g"}}]\n'
        f'judges: [proof, {{callable: "{module}:judge", name: "<s>j"}}]\n',
        folder=path,
    )
    store = open_store(folder.place)
    try:
        return folder, run_study(study, store).run
    finally:
        store.close()
