"""Jurist judges features that turn natural language into queries.

    shop = jurist.workspace("schema.yaml")
    print(shop.compare("...", "..."))
    study = jurist.Study(datasets=[jurist.Dataset(shop, cases)], generators=[my_function])
    print(jurist.run(study).leaderboard())

Everything is loaded when it is first used, so that the command minds Ctrl-C at once.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jurist.api import (
        Comparison,
        Dataset,
        Judgement,
        Leaderboard,
        Measured,
        Outcome,
        Run,
        Study,
        Variant,
        Workspace,
        align,
        compare,
        estimate,
        ingest,
        measure,
        open_run,
        pseudonymised,
        run,
        run_async,
        workspace,
    )
    from jurist.errors import (
        InputError,
        InternalContradiction,
        JuristError,
        ModelError,
        StoreError,
        UnsupportedError,
    )
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

__version__ = "0.1.0"

__all__ = [
    "Annotation",
    "Candidate",
    "Case",
    "Comparison",
    "Cost",
    "Dataset",
    "Evidence",
    "Failure",
    "FailureKind",
    "InputError",
    "InternalContradiction",
    "Judgement",
    "JuristError",
    "Leaderboard",
    "Measured",
    "Method",
    "ModelError",
    "Origin",
    "Outcome",
    "Question",
    "Relation",
    "Run",
    "StoreError",
    "Study",
    "UnsupportedError",
    "Variant",
    "Verdict",
    "Witness",
    "Workspace",
    "__version__",
    "align",
    "compare",
    "estimate",
    "get_language",
    "ingest",
    "measure",
    "open_run",
    "pseudonymised",
    "run",
    "run_async",
    "workspace",
]

_HOMES = {
    "jurist.errors": {
        "InputError",
        "InternalContradiction",
        "JuristError",
        "ModelError",
        "StoreError",
        "UnsupportedError",
    },
    "jurist.languages": {"get_language"},
    "jurist.records": {
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
    },
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        msg = f"module 'jurist' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    home = next((home for home, names in _HOMES.items() if name in names), "jurist.api")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
