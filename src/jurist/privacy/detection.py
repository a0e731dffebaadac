"""Personal data in prose, by its pattern: what no query and no schema holds is found all the same.

The patterns are Presidio's (the extra `privacy`): its recognisers are asked one by one, without
its engine, which would want a language model, and without the list of internet domains that
it would fetch to look at an address of mail. Names of people have no pattern: what finds those
is a model, which Jurist does not bring (see docs/explanation/privacy.md).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol, cast

from jurist.errors import InputError, UnsupportedError

_SURE: Final = 0.4
"""Below are patterns that any number of some length fits."""
_LONGEST: Final = 4_000
"""Characters that are looked at together; what is found lies within `_OVERLAP` of them."""
_OVERLAP: Final = 400
_KINDS: Final = {
    "EMAIL_ADDRESS": "an email address",
    "PHONE_NUMBER": "a telephone number",
    "CREDIT_CARD": "a card number",
    "IBAN_CODE": "a bank account number",
    "IP_ADDRESS": "an internet address",
    "MAC_ADDRESS": "a device's address",
    "URL": "a web address",
    "CRYPTO": "a wallet's address",
}
_OFFICIAL: Final = "an official number"
_OFFICIAL_NUMBERS: Final = (
    "UsSsnRecognizer",
    "UsItinRecognizer",
    "UsMbiRecognizer",
    "UkNinoRecognizer",
    "NhsRecognizer",
    "CaSinRecognizer",
    "AuTfnRecognizer",
    "InPanRecognizer",
    "InAadhaarRecognizer",
    "EsNifRecognizer",
    "EsNieRecognizer",
    "ItFiscalCodeRecognizer",
    "PlPeselRecognizer",
    "FiPersonalIdentityCodeRecognizer",
    "SgFinRecognizer",
)
"""Recognisers of official numbers, of which older versions of the library lack some."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A piece of personal data in a text."""

    text: str
    kind: str
    """In words that hold nothing of it."""


Detector = Callable[[str], tuple[Detected, ...]]
"""Finds personal data in a text, in order, no two pieces overlapping."""


def detect_nothing(_text: str) -> tuple[Detected, ...]:
    """What finds nothing, where the owner of the data wants that."""
    return ()


def detector_of_patterns() -> Detector:
    """What finds personal data by its patterns.

    Raises:
        UnsupportedError: The extra `privacy` is not installed.
    """
    _recognizers()
    return detect


def detect(text: str) -> tuple[Detected, ...]:
    """Personal data in a text, by its patterns; see `detector_of_patterns`.

    Raises:
        InputError: A pattern took too long on it, so that nothing sure can be said.
    """
    spans = sorted(_spans(text), key=lambda span: (span[0], -span[1]))
    found: list[Detected] = []
    end = 0
    for start, stop, kind in spans:
        if start >= end:
            found.append(Detected(text[start:stop], kind))
            end = stop
    return tuple(found)


def _spans(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for at in range(0, max(1, len(text) - _OVERLAP), _LONGEST - _OVERLAP):
        piece = text[at : at + _LONGEST]
        for recognizer in _recognizers():
            with _TooSlow() as slow:
                results = recognizer.analyze(piece, recognizer.supported_entities, None)
            if slow.told:
                raise InputError(
                    f"a text of {len(text):,} characters took too long to be searched for "
                    "personal data",
                    expected="a question that people would ask",
                    fix="shorten it",
                )
            found += [
                (at + each.start, at + each.end, _KINDS.get(each.entity_type, _OFFICIAL))
                for each in results
                if each.score >= _SURE
            ]
    return found


class _Found(Protocol):
    start: int
    end: int
    score: float
    entity_type: str


class _Recognizer(Protocol):
    supported_entities: list[str]

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: None, /
    ) -> Sequence[_Found]: ...


@cache
def _recognizers() -> Sequence[_Recognizer]:
    try:
        from presidio_analyzer import predefined_recognizers as known
    except ModuleNotFoundError:
        raise UnsupportedError(
            "personal data in questions is found by the extra `privacy`, which is not installed",
            expected="pip install 'jurist[privacy]'",
            fix="install it, or write privacy: {level: ..., detect: nothing} to do without",
        ) from None
    from presidio_analyzer import Pattern, PatternRecognizer

    lacking = [name for name in _OFFICIAL_NUMBERS if not hasattr(known, name)]
    if lacking:  # fewer kinds would be found, and nobody would know
        raise UnsupportedError(
            f"the installed presidio-analyzer has no {', '.join(lacking)}",
            expected="the version that the extra `privacy` asks for",
            fix="pip install --upgrade 'jurist[privacy]'",
        )

    class Email(known.EmailRecognizer):
        def validate_result(self, pattern_text: str) -> bool:  # noqa: ARG002
            """Any domain will do: the library would fetch a list of them."""
            return True

    url = Pattern("with its scheme", r"(?i)\b(?:https?|ftp)://[^\s'\"<>]*[^\s\W]/?", 0.6)
    made = (
        Email(),
        PatternRecognizer("URL", patterns=[url]),
        known.CreditCardRecognizer(),
        known.IbanRecognizer(),
        known.IpRecognizer(),
        known.MacAddressRecognizer(),
        known.CryptoRecognizer(),
        *(getattr(known, name)() for name in _OFFICIAL_NUMBERS),
        known.PhoneRecognizer(),
    )
    return cast("Sequence[_Recognizer]", made)


class _TooSlow(logging.Handler):
    """Hears the library say that it gave up on a pattern, which it does not raise."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told = False

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.told = True

    def __enter__(self) -> _TooSlow:
        logging.getLogger("presidio-analyzer").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("presidio-analyzer").removeHandler(self)
