"""How many tokens a request can use at most whose body is somebody else's.

Tokenizers over bytes never make more tokens than bytes, so the length of a body bounds its
text; what else a server counts is bounded here, or cannot be bounded and is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

import msgspec

from .types import Usage
from .wire import TOKENS_AROUND, TOKENS_PER_MESSAGE, TOKENS_WITH_SCHEMA

LIMITS: Final = ("max_completion_tokens", "max_tokens", "max_output_tokens")
"""What the protocols call the bound of a reply; reasoning counts as part of it."""
_TURNS: Final = ("messages", "input")
_FORMS: Final = ("tools", "functions", "response_format", "text", "output_config")
"""What a server explains to its model in words of its own."""
_SEEN: Final = frozenset(
    {"image_url", "input_image", "image", "file", "input_file", "document", "input_audio"}
)
_TOKENS_OF_A_PICTURE: Final = 50_000
"""More than any server counts for one (gpt-4o-mini: 48,169 for the largest, OpenAI's guide)."""
_HELD_ELSEWHERE: Final = ("conversation", "prompt", "container", "mcp_servers")
_OWN_TOOLS: Final = frozenset({"function", "custom", ""})


def bound_raw(body: Mapping[str, object], *, longest: int, before: int = 0) -> Usage:
    """More tokens than a server can bill for this request.

    Args:
        body: As it is sent.
        longest: Bound of a reply where the body has none.
        before: Tokens that the server remembers of a conversation.
    """
    forms = [body[name] for name in _FORMS if name in body]
    count = before + TOKENS_AROUND + len(msgspec.json.encode(body))
    count += len(forms) * TOKENS_WITH_SCHEMA + 2 * sum(len(msgspec.json.encode(f)) for f in forms)
    for name in _TURNS:
        turns = body.get(name)
        if isinstance(turns, list):
            listed = cast("list[object]", turns)
            count += len(listed) * TOKENS_PER_MESSAGE
            count += sum(_TOKENS_OF_A_PICTURE for _ in _pictures(listed))
    replies = max(_whole(body.get("n")), _whole(body.get("best_of")), 1)
    return Usage(count, replies * (limit_of(body) or longest))


def limit_of(body: Mapping[str, object]) -> int | None:
    """The bound of a reply that the body has, in tokens."""
    given = [_whole(body[name]) for name in LIMITS if body.get(name) is not None]
    return max(given) if given else None


def unbounded(body: Mapping[str, object]) -> str:
    """The field that makes a server use what nobody can bound; empty where none does.

    What it holds elsewhere, and tools that it runs itself and charges for.
    """
    for name in _HELD_ELSEWHERE:
        if body.get(name) is not None:
            return name
    tools = body.get("tools")
    for tool in cast("list[object]", tools) if isinstance(tools, list) else []:
        kind = cast("Mapping[str, object]", tool).get("type", "") if _is_object(tool) else ""
        if kind not in _OWN_TOOLS:
            return "tools"
    return "web_search_options" if body.get("web_search_options") is not None else ""


def _pictures(place: object) -> Iterator[object]:
    """The pictures, files and sounds in the turns of a conversation."""
    if isinstance(place, list):
        for item in cast("list[object]", place):
            yield from _pictures(item)
    elif isinstance(place, Mapping):
        item = cast("Mapping[str, object]", place)
        if item.get("type") in _SEEN:
            yield item
        yield from _pictures(item.get("content"))
        yield from _pictures(item.get("output"))


def _is_object(value: object) -> bool:
    return isinstance(value, Mapping)


def _whole(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
