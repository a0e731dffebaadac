"""What is done with the studies of the folder, from pages and over the API alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jurist.errors import InputError
from jurist.store.audit import add_to_audit
from jurist.store.runs import RunRecord, RunState, list_runs
from jurist.web.names import require_known
from jurist.web.problems import MissingError
from jurist.web.site import Site
from jurist.web.studies.commands import Foreseen, foresee
from jurist.web.studies.folder import StudyText, read_study_text, study_names
from jurist.web.studies.sessions import Session


@dataclass(frozen=True, slots=True)
class Line:
    """A study in the list."""

    text: StudyText
    state: str
    runs: tuple[RunRecord, ...]
    """Of the study's name, the newest first."""


def listed(site: Site) -> tuple[Line, ...]:
    """The folder's studies; none where no folder was named."""
    folder = site.settings.studies
    if folder is None:
        return ()
    runs = list_runs(site.store)
    lines: list[Line] = []
    for name in study_names(folder):
        text = read_study_text(folder, name)
        if text is not None:
            called = text.study.study.name if text.study else ""
            mine = tuple(each for each in runs if each.name == called)
            lines.append(Line(text, _state_in_list(site, text, mine), mine))
    return tuple(lines)


def _state_in_list(site: Site, text: StudyText, runs: tuple[RunRecord, ...]) -> str:
    session = site.studies.of_study(text.name)
    if session is not None:
        return session.ended
    if text.error is not None:
        return "cannot be run"
    if not runs:
        return "not run yet"
    return "finished" if runs[0].state is RunState.FINISHED else "open"


def begin(site: Site, actor: str, name: str, *, fresh: bool, retry: bool = False) -> Session:
    """Begin a study's run, or go on with it; pages and the API alike.

    Raises:
        MissingError: There is no such study.
        InputError: It cannot be run, or is under way.
    """
    text = text_of(site, name)
    if text.error is not None:
        raise text.error
    foreseen = foreseen_of(site, text, patience=120)
    forecast = foreseen.forecast if foreseen else None
    if foreseen is None or forecast is None:
        why = foreseen.words if foreseen else "no answer"
        raise InputError(
            f"the study {name} cannot be run: {why}"[:2_000],
            expected="a study that jurist run STUDY --dry-run accepts",
        )
    options = [*(["--fresh"] if fresh else []), *(["--retry-failures"] if retry else [])]
    session = site.studies.start(text.path, forecast.run, *options)
    add_to_audit(
        site.store,
        actor=actor,
        action="start study" if not fresh else "start study afresh",
        object_=name,
        detail=forecast.run,
    )
    return session


def end(site: Site, actor: str, session: Session) -> None:
    """Ask a session to stop, and say who did."""
    if session.alive:
        session.stop()
        add_to_audit(
            site.store,
            actor=actor,
            action="stop study",
            object_=session.study,
            detail=session.run,
        )


def _folder(site: Site) -> Path:
    if site.settings.studies is None:
        raise MissingError(
            "this server starts no studies",
            expected="a folder of studies, named when the server was started",
            fix="jurist serve --studies FOLDER",
        )
    return site.settings.studies


def text_of(site: Site, name: str) -> StudyText:
    """The study of this name. Raises `MissingError` where there is none."""
    folder = _folder(site)
    text = read_study_text(folder, name)
    if text is None:
        require_known("study", name, study_names(folder))
        raise MissingError(
            f"the study {name[:200]!r} cannot be read",
            expected="a file that whoever runs the server may read",
            fix="look at the file and its permissions",
        )
    return text


def foreseen_of(site: Site, text: StudyText, *, patience: float = 0.3) -> Foreseen | None:
    """What a run of a study will do; `None` while that is found out, or where it has a fault."""
    if text.study is None:
        return None
    key = ("foresee", text.name, text.stamp)
    store = site.settings.store
    return site.background.get(key, lambda: foresee(text.path, store), patience=patience)
