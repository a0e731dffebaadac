"""A run whose judges are rated by people and by proofs, and judges that were challenged."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from challenged import write_challenged, write_judges
from judged_runs import CAREFUL, LENIENT, Folder, labelled, make_folder
from jurist.alignment.challenge.challenging import draw_challenge, judge_challenge
from jurist.alignment.challenge.results import ChallengeResult
from jurist.runs.study import parse_study


def judged_and_labelled(path: Path, *, cases: int = 20) -> tuple[Folder, str]:
    """A run of a proof, a careful and a lenient judge, a part of it labelled by one person."""
    folder = make_folder(path)
    run = folder.run(cases=cases, judges=("proof", CAREFUL, LENIENT))
    assert folder.label(run, labelled(folder.export(run))).exit_code == 0
    return folder, run


def challenge(folder: Folder, judge: str = "hasty", *, name: str = "") -> ChallengeResult:
    """Challenge one of the judges of `challenged`, whose result the folder's store keeps."""
    bakery = folder.path / "bakery"
    bakery.mkdir(exist_ok=True)
    write_challenged(bakery)
    module = write_judges(bakery)
    called = name or judge
    study = parse_study(
        "name: s\ndatasets: [{name: bakery, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\ngenerators: [rules]\n"
        f'judges: [{{callable: "{module}:{judge}", name: "{called}"}}]\n',
        folder=bakery,
    )
    with closing(folder.open()) as store:
        drawn = draw_challenge(called, study=study, sample=8, metamorphic=2)
        return judge_challenge(drawn, store, workers=1)
