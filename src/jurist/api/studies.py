"""A study in Python: datasets, generators and judges as objects, or as a study file has them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from jurist.api.arguments import as_path, in_words, refuse_type
from jurist.api.datasets import Dataset
from jurist.errors import StudyError
from jurist.runs.cases import Dataset as LoadedDataset
from jurist.runs.study import StudyFile, make_study, read_study


class Study:
    """What is to be run: datasets x generators x judges.

    A generator is a function of a question (or of a question and a workspace) that returns
    a query, or `None` to refuse; an object with such an `answer`; or what a study file says
    (`"rules"`, `"module:function"`, `{"llm": "openai:gpt-5"}`, ...). A judge is a function
    of a question, a reference, a candidate and a workspace that returns a score from 1 to 5,
    or a score and a reason; an object with such a `judge`; or what a study file says. Each
    function may be `async`. `{"callable": function, "name": "mine"}` names one.

    Args:
        datasets: `jurist.Dataset`s, or names of datasets that ship with Jurist.
        generators: Who answers.
        judges: Who judges; `None`: proof, and the study's model beyond it, if there is one.
        name: How the run is called.
        questions: Which questions are asked, as a study file says it.
        model: The model that judges what proof leaves undecided, where `judges` is `None`.
        seed: The same seed draws the same.
        budget: What model calls may cost: `{"usd": 5}`, `tokens`, `calls`.
        concurrency: Answers, and verdicts of models, under way at once.
        models: How models are reached, as a study file says it.
        environment: Variables of the environment that roles may read.
        gate: When a change may pass, as a study file says it.
        privacy: What roles that leave this machine are told: a level, or as a study file says it.

    Raises:
        InputError: One of these cannot be used; names it, what was expected, and the fix.
    """

    def __init__(
        self,
        datasets: Iterable[Dataset | str | Mapping[str, object]],
        generators: Iterable[object],
        judges: Iterable[object] | None = None,
        *,
        name: str = "study",
        questions: Mapping[str, object] | None = None,
        model: str | None = None,
        seed: int = 0,
        budget: Mapping[str, object] | None = None,
        concurrency: int = 16,
        models: Mapping[str, object] | None = None,
        environment: Iterable[str] = (),
        gate: Mapping[str, object] | None = None,
        privacy: str | Mapping[str, object] | None = None,
    ) -> None:
        given = _listed("datasets", datasets, "jurist.Dataset, or a shipped dataset's name")
        loaded: dict[str, LoadedDataset] = {}
        entries = [_entry(each, place, loaded) for place, each in enumerate(given)]
        document: dict[str, object] = {
            "name": name,
            "datasets": entries,
            "generators": _listed("generators", generators, "a generator"),
            "seed": seed,
            "concurrency": concurrency,
            "environment": _listed("environment", environment, "a variable's name"),
        }
        if judges is not None:
            document["judges"] = _listed("judges", judges, "a judge")
        sections = {
            "questions": questions,
            "model": model,
            "budget": budget,
            "models": models,
            "gate": gate,
            "privacy": privacy,
        }
        document |= {key: value for key, value in sections.items() if value is not None}
        self._file = make_study(document, Path(), "jurist.Study", given=loaded)
        _warn_of_opaque(self._file)

    @classmethod
    def read(cls, path: str | Path) -> Study:
        """The study of a YAML file.

        Raises:
            StudyError: It cannot be read or run as written.
        """
        made = cls.__new__(cls)
        made.__dict__["_file"] = read_study(as_path("path", path))
        return made

    @property
    def name(self) -> str:
        """How its runs are called."""
        return self._file.study.name

    @property
    def file(self) -> StudyFile:
        """The same as the floors below have it."""
        return self._file

    def __repr__(self) -> str:
        study = self._file.study
        sizes = (
            f"{len(study.datasets)} datasets",
            f"{len(study.generators)} generators",
            f"{len(study.judges)} judges",
        )
        return f"<jurist.Study {self.name!r}: {' x '.join(sizes)}>"


def study_file(name: str, given: object) -> StudyFile:
    """An argument that is a study, or the path of one."""
    refuse_type(name, given, (Study, str, Path), "a jurist.Study, or the path of a study file")
    return (given if isinstance(given, Study) else Study.read(cast("str | Path", given))).file


def _listed(name: str, given: object, item: str) -> list[object]:
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        raise StudyError(
            f"`{name}` is {in_words(cast('object', given))}",
            expected=f"a list, each item {item}",
            fix=f"write {name}=[...]",
        )
    return list(cast("Iterable[object]", given))


def _entry(given: object, place: int, loaded: dict[str, LoadedDataset]) -> object:
    """A dataset as a study file says it; those that are objects are kept in `loaded`."""
    if isinstance(given, Dataset):
        loaded[given.name] = given.loaded
        return {"name": given.name}
    refuse_type(
        f"datasets[{place}]", given, (str, Mapping), "a jurist.Dataset, or a shipped dataset's name"
    )
    return given


def _warn_of_opaque(file: StudyFile) -> None:
    """Say whose answers hold for this session alone, since not all that shapes them is known."""
    for role in file.objects:
        if role.opaque:
            warnings.warn(
                f"{role.name}: it rests on {', '.join(role.opaque[:5])}, which cannot be looked "
                "into, so its answers are asked anew in every session; to keep them, give it a "
                f"version that you change with it: {role.name}.version = '1'",
                stacklevel=3,
            )
