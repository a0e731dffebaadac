"""What a gate and a challenge are told from Python, checked before anything is read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from jurist.alignment.challenge.challenging import refuse_impossible
from jurist.alignment.challenge.results import ChallengeResult
from jurist.alignment.gate.deciding import Limits, Terms
from jurist.analysis.estimands import About, Looks, Needed
from jurist.analysis.qualifying import Demands
from jurist.api.arguments import in_words, member, refuse_number, refuse_share
from jurist.errors import InputError
from jurist.provenance import deciding_origin
from jurist.records import Origin


def limits_of(
    max_drop: object, min_proved_right: object, max_worst_operator: object, max_drift: object
) -> Limits:
    """The limits of a gate.

    Raises:
        InputError: One is no number in its range, or there is none.
    """
    given = (
        ("max_drop", max_drop, 4, 0.2),
        ("min_proved_right", min_proved_right, 1, 0.9),
        ("max_worst_operator", max_worst_operator, 1, 0.1),
        ("max_drift", max_drift, 1, 0.65),
    )
    for name, limit, most, such_as in given:
        if limit is not None:
            refuse_share(name, limit, most=most, such_as=such_as)
    limits = Limits(*(cast("float | None", limit) for _, limit, _, _ in given))
    if limits == Limits():
        raise InputError(
            "no criterion is set, so everything would pass",
            expected="max_drop, min_proved_right, max_worst_operator or max_drift",
            fix="give max_drop=0.2",
        )
    return limits


def terms_of(
    about: object, looks: object, need: object, origin: object, anchored_by: str, system: str
) -> Terms:
    """Of what the limits of a gate have to hold.

    Raises:
        InputError: One is none of its words.
    """
    return Terms(
        member("about", about, About),
        member("looks", looks, Looks),
        member("need", need, Needed),
        deciding_origin(None if origin is None else member("origin", origin, Origin), anchored_by),
        system=system,
    )


def challenges_of(given: object, limits: Limits) -> tuple[ChallengeResult, ...]:
    """The results of challenges that a gate reads.

    Raises:
        InputError: One is something else, or none is there although the limits need one.
    """
    if isinstance(given, (str, ChallengeResult)) or not isinstance(given, Iterable):
        raise InputError(
            f"`challenges` is {in_words(cast('object', given))}",
            expected="a list of what `Run.challenge` gave",
            fix="write challenges=[run.challenge(judge)]",
        )
    listed = tuple(cast("Iterable[object]", given))
    for place, result in enumerate(listed):
        if not isinstance(result, ChallengeResult):
            raise InputError(
                f"`challenges[{place}]` is {in_words(result)}",
                expected="what `Run.challenge` gave",
                fix="write challenges=[run.challenge(judge)]",
            )
    if limits.max_worst_operator is not None and not listed:
        raise InputError(
            "max_worst_operator needs the result of a challenge",
            expected="what `Run.challenge` gave",
            fix="give challenges=[run.challenge(judge)]",
        )
    return cast("tuple[ChallengeResult, ...]", listed)


def refuse_challenge(
    demands: Demands,
    sample: object,
    references: object,
    metamorphic: object,
    seed: object,
    workers: object,
) -> None:
    """Raise `InputError` for a number with which no challenge can be drawn or summed up."""
    whole = (
        ("sample", sample, 1),
        ("references", references, 1),
        ("metamorphic", metamorphic, 0),
        ("seed", seed, 0),
        ("least", demands.least, 1),
        ("workers", workers, 1),
    )
    for name, given, smallest in whole:
        if given is not None or name not in ("references", "workers"):
            refuse_number(name, given, least=smallest)
    for name in ("max_error", "max_operator_error", "max_untested"):
        refuse_share(name, getattr(demands, name), most=1, such_as=0.1)
    refuse_impossible(demands)


def refuse_other_datasets(chosen: tuple[str, ...], known: Iterable[str]) -> None:
    """Raise `InputError` for a dataset that a run does not have."""
    there = list(known)
    for name in chosen:
        if name not in there:
            raise InputError(
                f"the run has no dataset {name!r}",
                expected=f"one of {', '.join(there)}",
                fix=f"write datasets=[{there[0]!r}], or leave `datasets` out for all",
            )
