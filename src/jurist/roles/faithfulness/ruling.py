"""The ruling on a question by what it mentions."""

from __future__ import annotations

from typing import Final

from jurist.errors import InputError, UnsupportedError
from jurist.languages.capabilities import Mentions
from jurist.languages.effort import OutOfSteps
from jurist.languages.sources import source_digest
from jurist.records import CheckedBy, Faithfulness
from jurist.roles.faithfulness.checking import unsaid_or_added
from jurist.roles.protocols import Workspace

METHOD: Final = "by what it mentions"
_MOST: Final = 6
"""Findings that a reason tells."""


def check_mentions(
    request: str, reference: str, workspace: Workspace, example: str = ""
) -> Faithfulness:
    """Whether a request says what a reference mentions, and nothing else.

    Where something is found, the request is not proved to be unfaithful: it may say it in other
    words. Whether it is faithful is not known then, and the reason says what was found.
    """
    language = workspace.language
    if not isinstance(language, Mentions):
        reason = f"the language {language.name!r} does not say what its queries mention"
        return Faithfulness(None, METHOD, reason)
    try:
        query = language.parse(reference, workspace.schema)
        findings = unsaid_or_added(request, query, workspace, example)
    except (InputError, UnsupportedError, OutOfSteps) as error:
        return Faithfulness(None, METHOD, str(error))
    if findings:
        more = f"; {len(findings) - _MOST} more" if len(findings) > _MOST else ""
        return Faithfulness(None, METHOD, "; ".join(findings[:_MOST]) + more)
    return Faithfulness(faithful=True, method=METHOD, by=CheckedBy.MENTION)


def mentions_version() -> str:
    """A digest of the code that looks for mentions in requests."""
    return source_digest("jurist.roles.faithfulness")
