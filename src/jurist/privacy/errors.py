"""That something cannot leave as a pseudonym: said with a reason that holds no value."""

from __future__ import annotations

from jurist.errors import UnsupportedError


class NotCarriedError(UnsupportedError):
    """A query or a text whose meaning pseudonyms would change, so that nothing is sent.

    Args:
        reason: Why, in words that hold nothing of the query or the text.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"no pseudonyms keep the meaning: {reason}",
            expected="what pseudonyms can carry (docs/explanation/privacy.md)",
            fix="judge it by proof or offline, or choose another level of privacy",
        )
