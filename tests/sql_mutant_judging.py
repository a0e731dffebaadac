"""One drawn pair, decided by all arms, and all that is wrong with what they say."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from jurist.errors import InternalContradiction
from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.sql.text.parsing import parse
from jurist.records import Evidence, Relation
from sql_drawn_mutants import Drawn, draw
from sql_replaying import HIDDEN, illegal, not_replayed

_TOO_LONG_MS = 30_000
"""Of one pair, on the processor: that is a hang."""


@dataclass(frozen=True)
class Judged:
    """What came of a pair."""

    seed: str
    schema: str
    reference: str
    candidate: str
    operators: tuple[str, ...]
    verdict: str
    """proved, refuted, hidden (refuted, and SQLite shows it in no order), does not run, none up to
    k, open, or raised."""
    relation: str
    reason: str
    ms: float
    faults: tuple[tuple[str, str], ...]
    """What is wrong: its kind, and more."""

    def shown(self) -> str:
        """For people."""
        told = "".join(f"\n  {kind}: {more}" for kind, more in self.faults)
        return (
            f"{self.seed} {self.schema} {'+'.join(self.operators)}: {self.verdict}, "
            f"{self.relation} ({self.reason}), {self.ms:.0f} ms\n"
            f"  {self.reference}\n  {self.candidate}{told}"
        )


def judge(seed: str) -> Judged | None:
    """A drawn pair, judged; `None` where nothing is drawn."""
    drawn = draw(seed)
    if drawn is None:
        return None
    start = time.process_time()
    try:
        evidence = _decided(drawn)
    except InternalContradiction as error:
        return _judged(seed, drawn, "raised", None, start, (("conflict", str(error)),))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        where = "".join(traceback.format_tb(error.__traceback__)[-3:])
        told = f"{type(error).__name__}: {error}\n{where}"
        return _judged(seed, drawn, "raised", None, start, (("crash", told),))
    ms = (time.process_time() - start) * 1000
    evidence = msgspec.json.decode(msgspec.json.encode(evidence), type=Evidence)
    shown = [
        not_replayed(drawn.schema, drawn.reference, drawn.candidate, witness)
        for witness in evidence.witnesses
    ]
    hidden = any(why.startswith(HIDDEN) for why in shown)
    faults = [*_faults(drawn, evidence, ms)]
    faults += [("false witness", why) for why in shown if why and not why.startswith(HIDDEN)]
    verdict = "hidden" if hidden else _verdict(evidence)
    return _judged(seed, drawn, verdict, evidence, start, tuple(faults))


def _decided(drawn: Drawn) -> Evidence:
    queries = [parse(text, drawn.schema) for text in (drawn.reference, drawn.candidate)]
    language = get_language("sql")
    return decide(language, queries[0], queries[1], drawn.schema, cross_check=True)


def _judged(
    seed: str,
    drawn: Drawn,
    verdict: str,
    evidence: Evidence | None,
    start: float,
    faults: tuple[tuple[str, str], ...],
) -> Judged:
    return Judged(
        seed,
        drawn.schema.name,
        drawn.reference,
        drawn.candidate,
        drawn.operators,
        verdict,
        "raised" if evidence is None else str(evidence.relation),
        "" if evidence is None else evidence.reason,
        (time.process_time() - start) * 1000,
        faults,
    )


def _verdict(evidence: Evidence) -> str:
    if evidence.relation is Relation.UNDECIDED:
        return "none up to k" if "none up to" in evidence.reason else "open"
    if evidence.witnesses:
        return "refuted"
    return "does not run" if _does_not_run(evidence) else "proved"


def _does_not_run(evidence: Evidence) -> bool:
    return "does not run in" in evidence.reason


def _faults(drawn: Drawn, evidence: Evidence, ms: float) -> Iterator[tuple[str, str]]:
    if ms > _TOO_LONG_MS:
        yield "hang", f"{ms:.0f} ms"
    settled = {Relation.EQUIVALENT, Relation.REFINES, Relation.UNDECIDED}
    if evidence.relation not in settled and not (evidence.witnesses or _does_not_run(evidence)):
        yield "unshown", f"{evidence.relation} without a witness: {evidence.reason}"
    for witness in evidence.witnesses:
        for why in illegal(drawn.schema, witness):
            yield "illegal witness", why
