"""What comes of two queries, in a form that prints itself and draws itself in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeVar

from jurist.languages.base import Language, Query, Schema
from jurist.records import Evidence, Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """Two queries and where they belong: what is printed and drawn of their evidence."""

    language: Language
    schema: Schema
    reference: Query
    candidate: Query

    def text(self, evidence: Evidence) -> str:
        """What `jurist diff` prints of it, without colours."""
        from jurist.report.pair import tell_evidence

        return tell_evidence(
            self.language, self.schema, self.reference, self.candidate, evidence
        ).plain

    def html(self, evidence: Evidence) -> str:
        """The same as HTML, each witness drawn."""
        from jurist.evidence.explanations import explain_witness
        from jurist.report.notebook import evidence_html
        from jurist.report.pair import spell_out

        right, other = (
            spell_out(self.language, self.schema, query)
            for query in (self.reference, self.candidate)
        )
        explained = [
            explain_witness(self.language, self.reference, self.candidate, self.schema, witness)
            for witness in evidence.witnesses
        ]
        return evidence_html(evidence, right, other, self.language.words, explained)


class Comparison(Evidence):
    """The evidence about two queries; `print` shows it, a notebook draws it."""

    # No field: a record is its fields, wherever it is stored, compared or replaced.
    __slots__ = ("_pair",)

    _pair: Pair

    def __str__(self) -> str:
        pair = _pair_of(self)
        return repr(self) if pair is None else pair.text(self)

    def _repr_html_(self) -> str | None:
        from jurist.report.notebook import framed

        pair = _pair_of(self)
        return None if pair is None else framed(pair.html(self))


class Judgement(Verdict):
    """A judge's verdict on an answer; `print` shows it, a notebook draws it."""

    __slots__ = ("_pair",)

    _pair: Pair

    def __str__(self) -> str:
        lines = [self._headline(), *filter(None, [self.reasoning])]
        pair = _pair_of(self)
        if self.evidence is not None and pair is not None:
            lines += ["", pair.text(self.evidence)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from jurist.report.notebook import framed, text_html

        headline = f"<p><strong>{text_html(self._headline())}</strong></p>"
        reasoning = f"<p>{text_html(self.reasoning)}</p>" if self.reasoning else ""
        pair = _pair_of(self)
        drawn = "" if self.evidence is None or pair is None else pair.html(self.evidence)
        return framed(headline, reasoning, drawn)

    def _headline(self) -> str:
        from jurist.report.visible import visible

        if self.unscored is not None:
            reason = f"{self.unscored.kind}: {self.unscored.reason}"
            return visible(f"{self.judge}: no score ({reason})")
        return visible(f"{self.judge}: {self.score:g} of 5")


_R = TypeVar("_R", Comparison, Judgement)


def with_pair(kind: type[_R], record: Evidence | Verdict, pair: Pair | None) -> _R:
    """The record as `kind`, which knows the two queries that it is about.

    Args:
        kind: What adds them.
        record: The record.
        pair: `None` where one of the two is no query of the workspace, or a refusal.
    """
    values: dict[str, Any] = {each.name: getattr(record, each.name) for each in fields(record)}
    made = kind(**values)
    if pair is not None:
        object.__setattr__(made, "_pair", pair)
    return made


def _pair_of(record: Comparison | Judgement) -> Pair | None:
    """The pair; none where a record was copied or replaced."""
    return getattr(record, "_pair", None)
