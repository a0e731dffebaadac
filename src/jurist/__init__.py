"""Jurist judges features that turn natural language into queries.

    language = jurist.get_language("cql")
    reference, candidate = language.parse("..."), language.parse("...")
    evidence = jurist.decide(language, reference, candidate, language.read_schema(path))

Everything is loaded when it is first used, so that the command minds Ctrl-C at once.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jurist.evidence import decide, judge_texts, score
    from jurist.languages import get_language
    from jurist.records import (
        Annotation,
        Candidate,
        Case,
        Cost,
        Evidence,
        Failure,
        FailureKind,
        Method,
        Origin,
        Question,
        Relation,
        Verdict,
        Witness,
    )
    from jurist.runs import read_study, results, run_study
    from jurist.store import open_store

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Candidate",
    "Case",
    "Cost",
    "Evidence",
    "Failure",
    "FailureKind",
    "Method",
    "Origin",
    "Question",
    "Relation",
    "Verdict",
    "Witness",
    "__version__",
    "decide",
    "get_language",
    "judge_texts",
    "open_store",
    "read_study",
    "results",
    "run_study",
    "score",
]

_RECORDS = "jurist.records"
_HOMES = {
    "decide": "jurist.evidence",
    "get_language": "jurist.languages",
    "judge_texts": "jurist.evidence",
    "open_store": "jurist.store",
    "read_study": "jurist.runs",
    "results": "jurist.runs",
    "run_study": "jurist.runs",
    "score": "jurist.evidence",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        msg = f"module 'jurist' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, _RECORDS)), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
