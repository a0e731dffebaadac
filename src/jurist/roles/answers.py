"""Reading what a user's generator gave back: text, nothing, an object, a Candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

import msgspec

from jurist.records import Candidate, Cost, Failure, FailureKind

LONGEST_ANSWER: Final = 200_000
"""Most characters of an answer; a longer one is a failure."""


def failed(kind: FailureKind, reason: str, *, ms: float = 0.0) -> Candidate:
    """A candidate that is not there; the reason is cut to a readable length."""
    shown = reason.encode("utf-8", "replace").decode()
    return Candidate(failure=Failure(kind, shown[:500]), cost=Cost(ms=ms))


def read_answer(answer: object, *, ms: float = 0.0) -> Candidate:
    """A candidate from what a generator returned.

    Args:
        answer: The query's text; `None` for a refusal; a mapping with one of `query`,
            `refusal` and `failure` (each text); or a `Candidate`.
        ms: How long the answer took, in milliseconds.
    """
    match answer:
        case Candidate():
            given = answer.query if answer.query is not None else answer.refusal
            candidate = replace(answer, cost=answer.cost if answer.cost.ms else Cost(ms=ms))
        case None:
            return Candidate(refusal="it answered nothing", cost=Cost(ms=ms))
        case str():
            given = answer
            candidate = Candidate(query=answer, cost=Cost(ms=ms))
        case Mapping():
            return _read_mapping(cast("Mapping[object, object]", answer), ms)
        case _:
            return failed(
                FailureKind.ERROR,
                f"it answered a {type(answer).__name__}, expected text, nothing or a Candidate",
                ms=ms,
            )
    if given is None:
        return candidate
    if not given.strip() and candidate.query is not None:
        return failed(FailureKind.UNPARSABLE, "it answered with empty text", ms=ms)
    if len(given) > LONGEST_ANSWER:
        return failed(
            FailureKind.UNPARSABLE,
            f"its answer has {len(given):,} characters, at most {LONGEST_ANSWER:,} are read",
            ms=ms,
        )
    try:
        given.encode()
    except UnicodeEncodeError:
        return failed(FailureKind.UNPARSABLE, "its answer is not valid Unicode text", ms=ms)
    return candidate


def read_output(output: bytes, *, ms: float = 0.0) -> Candidate:
    """A candidate from the bytes that a command or a server answered with.

    JSON text, `null`, or an object with one of `query`, `refusal` and `failure`; what is
    not one of these is the query itself.
    """
    try:
        text = output.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        return failed(
            FailureKind.UNPARSABLE, f"byte {error.start} of its answer is not UTF-8", ms=ms
        )
    try:
        document: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return read_answer(text, ms=ms)
    if isinstance(document, dict):
        mapping = cast("dict[str, object]", document)
        enveloped = mapping.keys() & {"query", "refusal", "failure"}
        return read_answer(mapping if enveloped else text, ms=ms)
    return read_answer(document if document is None or isinstance(document, str) else text, ms=ms)


def _read_mapping(answer: Mapping[object, object], ms: float) -> Candidate:
    given = {
        key: answer[key] for key in ("query", "refusal", "failure") if answer.get(key) is not None
    }
    match given:
        case {"query": str(query)} if len(given) == 1:
            return read_answer(query, ms=ms)
        case {"refusal": str(refusal)} if len(given) == 1:
            return read_answer(Candidate(refusal=refusal), ms=ms)
        case {"failure": str(reason)} if len(given) == 1:
            return failed(FailureKind.ERROR, reason, ms=ms)
        case {"failure": {"kind": str(kind), "reason": str(reason)}} if len(given) == 1:
            known = kind in {item.value for item in FailureKind}
            return failed(FailureKind(kind) if known else FailureKind.ERROR, reason, ms=ms)
        case _ if not given and "query" in answer:  # {"query": null}: a refusal
            return read_answer(None, ms=ms)
        case _:
            return failed(
                FailureKind.UNPARSABLE,
                "its answer has not exactly one of query, refusal and failure, each text",
                ms=ms,
            )
