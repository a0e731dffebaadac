"""Reading what a user's generator gave back: text, nothing, an object, a Candidate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

import msgspec

from jurist.records import Candidate, Cost, Failure, FailureKind
from jurist.roles.conversations import Clarification
from jurist.roles.particulars import bounded, read_particulars, unsound, with_particulars

LONGEST_ANSWER: Final = 200_000
"""Most characters of an answer; a longer one is a failure."""
_MOST_SHOWN: Final = 60
_MARKUP: Final = re.compile(r"<[a-zA-Z!?]")
_FENCE: Final = "```"
_LABEL: Final = re.compile(r"[\w+.-]*[ \t]*\r?")
"""The language that stands behind an opening fence."""


def failed(kind: FailureKind, reason: str, *, ms: float = 0.0) -> Candidate:
    """A candidate that is not there; the reason is cut to a readable length."""
    shown = reason.encode("utf-8", "replace").decode()
    return Candidate(failure=Failure(kind, shown[:500]), cost=Cost(ms=ms))


def read_answer(answer: object, *, ms: float = 0.0) -> Candidate:
    """A candidate from what a generator returned.

    Args:
        answer: The query's text, also within one code fence; `None` for a refusal; a mapping
            with one of `query`, `refusal` and `failure` (each text), and what it tells beside it
            (`particulars`); or a `Candidate`.
        ms: How long the answer took as measured, in milliseconds; its own time goes before it.
    """
    match answer:
        case Candidate():
            cost = answer.cost if answer.cost.ms else replace(answer.cost, ms=ms)
            return checked(replace(answer, cost=cost))
        case None:
            return Candidate(refusal="it answered nothing", cost=Cost(ms=ms))
        case str():
            return checked(Candidate(query=_unfenced(answer), cost=Cost(ms=ms)))
        case Mapping():
            return _read_mapping(cast("Mapping[object, object]", answer), ms)
        case _:
            return failed(
                FailureKind.ERROR,
                f"it answered a {type(answer).__name__}, expected text, nothing or a Candidate",
                ms=ms,
            )


def checked(candidate: Candidate) -> Candidate:
    """The candidate where all of it can be kept, else a failure that says what cannot."""
    ms = candidate.cost.ms
    problem = unsound(candidate)
    if problem:
        return failed(FailureKind.ERROR, problem)
    given = candidate.query if candidate.query is not None else candidate.refusal
    if given is None:
        return bounded(candidate)
    if not given.strip() and candidate.query is not None:
        problem = "it answered with empty text"
    elif len(given) > LONGEST_ANSWER:
        most = f"at most {LONGEST_ANSWER:,} are read"
        problem = f"its answer has {len(given):,} characters, {most}"
    elif not _is_unicode(given):
        problem = "its answer is not valid Unicode text"
    else:
        return bounded(candidate)
    failure = failed(FailureKind.UNPARSABLE, problem, ms=ms).failure
    return bounded(replace(candidate, query=None, refusal=None, failure=failure))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate
        return False
    return True


def read_output(output: bytes, *, ms: float = 0.0) -> Candidate | Clarification:
    """What the bytes say that a command or a server answered with.

    An object with one of `query`, `refusal` and `failure`, JSON text, or the query itself; or
    `{"ask": TEXT, "state": ...}` where it wants to know something first. Other JSON, or a page, is
    a slip of the program and no answer: it gets no score.
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
        if text.startswith("{"):
            return _slip(f"it answered {_quoted(text)}, which is no JSON", ms)
        if _MARKUP.match(text):
            return _slip(f"it answered with a page, {_quoted(text)}", ms)
        return read_answer(text, ms=ms)
    if isinstance(document, str):
        return read_answer(document, ms=ms)
    if isinstance(document, dict):
        mapping = cast("dict[object, object]", document)
        return _read_asked(mapping, ms) if "ask" in mapping else _read_mapping(mapping, ms)
    return _slip(f"it answered {_quoted(text)}", ms)


def _slip(what: str, ms: float) -> Candidate:
    expected = 'expected {"query": TEXT}, {"refusal": TEXT} or the query alone'
    return failed(FailureKind.ERROR, f"{what}; {expected}", ms=ms)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}...")


def _unfenced(text: str) -> str:
    """The text without a code fence around all of it, as models write them."""
    inner = text.strip().removeprefix(_FENCE).removesuffix(_FENCE)
    if len(text.strip()) != len(inner) + 2 * len(_FENCE) or _FENCE in inner:
        return text
    label, newline, rest = inner.partition("\n")
    return (rest if newline and _LABEL.fullmatch(label) else inner).strip()


def _read_asked(answer: Mapping[object, object], ms: float) -> Candidate | Clarification:
    told = _read_mapping({**answer, "refusal": "none yet"}, ms)  # what it says beside its question
    text = answer["ask"]
    if told.failure is not None or not isinstance(text, str):
        return _slip("it asks back, and answers", ms) if isinstance(text, str) else told
    return Clarification(text, answer.get("state"), told)


def _read_mapping(answer: Mapping[object, object], ms: float) -> Candidate:
    told, problem = read_particulars(answer)
    if problem:
        return failed(FailureKind.ERROR, problem, ms=ms)
    given = {
        key: answer[key] for key in ("query", "refusal", "failure") if answer.get(key) is not None
    }
    match given:
        case {"query": str(query)} if len(given) == 1:
            candidate = Candidate(query=_unfenced(query))
        case {"refusal": str(refusal)} if len(given) == 1:
            candidate = Candidate(refusal=refusal)
        case {"failure": str(reason)} if len(given) == 1:
            candidate = failed(FailureKind.ERROR, reason)
        case {"failure": {"kind": str(kind), "reason": str(reason)}} if len(given) == 1:
            known = kind in {item.value for item in FailureKind}
            candidate = failed(FailureKind(kind) if known else FailureKind.ERROR, reason)
        case _ if not answer.keys() & {"query", "refusal", "failure"}:
            keys = ", ".join(repr(key) for key in list(answer)[:5]) or "no keys"
            return _slip(f"it answered an object with {keys}", ms)
        case _:
            return _slip(
                "its answer has not exactly one of query, refusal and failure, each text", ms
            )
    return checked(with_particulars(candidate, told, ms=ms))
