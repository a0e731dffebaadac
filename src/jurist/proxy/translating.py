"""OpenAI's Responses in terms of Chat Completions, for servers that have only these.

Source: OpenAI's API reference of both, and its guide "Migrate to the Responses API".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from jurist.models import RawReply
from jurist.models.json_parts import Json, object_in, objects_in
from jurist.proxy.refusals import Refusal

_ELSEWHERE: Final = ("previous_response_id", "conversation", "prompt")
_OF_RESPONSES: Final = frozenset(
    {
        "input",
        "instructions",
        "tools",
        "tool_choice",
        "text",
        "max_output_tokens",
        "reasoning",
        "include",
        "store",
        "metadata",
        "truncation",
        "background",
        "stream",
        "stream_options",
        *_ELSEWHERE,
    }
)
"""Fields that a chat has under another name, or has not; all others are passed on as they are."""
_INCOMPLETE: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}


def chat_body(asked: Mapping[str, object]) -> Json:
    """The chat request that asks what a request for a response asks.

    Raises:
        Refusal: It asks for what no chat has.
    """
    for name in _ELSEWHERE:
        if asked.get(name) is not None:
            raise _refused(name, "holds no conversation: send all of it as `input`")
    body: Json = {name: value for name, value in asked.items() if name not in _OF_RESPONSES}
    body["messages"] = _messages(asked)
    tools = [_tool(tool) for tool in objects_in(asked.get("tools"))]
    if tools:
        body["tools"] = tools
    choice = asked.get("tool_choice")
    if isinstance(choice, dict):
        named = cast("Json", choice)
        choice = {"type": "function", "function": {"name": named.get("name", "")}}
    if choice is not None and tools:
        body["tool_choice"] = choice
    if asked.get("max_output_tokens") is not None:
        body["max_tokens"] = asked["max_output_tokens"]
    effort = object_in(asked.get("reasoning")).get("effort")
    if effort is not None:
        body["reasoning_effort"] = effort
    form = object_in(object_in(asked.get("text")).get("format"))
    if form.get("type") == "json_schema":
        schema = {name: value for name, value in form.items() if name != "type"}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif form.get("type") == "json_object":
        body["response_format"] = form
    return body


def response_document(reply: RawReply, asked: Mapping[str, object]) -> bytes:
    """The response that a chat's reply amounts to; the same for the same reply."""
    chat = msgspec.json.decode(reply.document, type=Json)
    choice = objects_in(chat.get("choices"))[0] if objects_in(chat.get("choices")) else Json()
    message = object_in(choice.get("message"))
    reason = _INCOMPLETE.get(str(choice.get("finish_reason")))
    items: list[Json] = []
    parts = _parts(message, object_in(choice.get("logprobs")))
    if parts:
        said: Json = {"type": "message", "id": f"msg_{reply.key}", "role": "assistant"}
        items.append({**said, "status": "completed", "content": parts})
    for number, call in enumerate(objects_in(message.get("tool_calls"))):
        function = object_in(call.get("function"))
        items.append(
            {
                "type": "function_call",
                "id": f"fc_{reply.key}_{number}",
                "call_id": call.get("id", ""),
                "name": function.get("name", ""),
                "arguments": function.get("arguments", ""),
                "status": "completed",
            }
        )
    echoed = ("instructions", "temperature", "top_p", "text", "metadata", "max_output_tokens")
    return msgspec.json.encode(
        {
            "id": f"resp_{reply.key}",
            "object": "response",
            "created_at": chat.get("created", 0),
            "model": chat.get("model", ""),
            "status": "incomplete" if reason else "completed",
            "error": None,
            "incomplete_details": {"reason": reason} if reason else None,
            "output": items,
            "usage": _usage(chat.get("usage")),
            "tools": asked.get("tools", []),
            "tool_choice": asked.get("tool_choice", "auto"),
            "parallel_tool_calls": asked.get("parallel_tool_calls", True),
            **{name: asked[name] for name in echoed if name in asked},
        }
    )


def _messages(asked: Mapping[str, object]) -> list[Json]:
    turns: list[Json] = []
    if isinstance(asked.get("instructions"), str):
        turns.append({"role": "system", "content": asked["instructions"]})
    given = asked.get("input")
    if isinstance(given, str):
        return [*turns, {"role": "user", "content": given}]
    for item in objects_in(given):
        kind = item.get("type", "message")
        if kind == "message":
            turns.append({"role": item.get("role", "user"), "content": _content(item)})
        elif kind == "function_call":
            function = {"name": item.get("name"), "arguments": item.get("arguments", "{}")}
            call: Json = {"id": item.get("call_id"), "type": "function", "function": function}
            _add_call(turns, call)
        elif kind == "function_call_output":
            output = item.get("output")
            content = output if isinstance(output, str) else _content({"content": output})
            called: Json = {"role": "tool", "tool_call_id": item.get("call_id")}
            turns.append({**called, "content": content})
        elif kind != "reasoning":  # what a model thought has no place in a chat
            raise _refused("input", f"has no item of the type {str(kind)[:100]!r}")
    return turns


def _add_call(turns: list[Json], call: Json) -> None:
    """Add a call of a tool to the turn of the assistant that made it."""
    last = turns[-1] if turns else Json()
    if last.get("role") != "assistant":
        last = Json(role="assistant", content=None)
        turns.append(last)
    last["tool_calls"] = [*objects_in(last.get("tool_calls")), call]


def _content(item: Json) -> object:
    """A turn's text, or its parts where there is more than text."""
    content = item.get("content")
    if not isinstance(content, list):
        return content
    parts = [_part(part) for part in objects_in(cast("list[object]", content))]
    if all(part.get("type") == "text" for part in parts):
        return "".join(str(part.get("text", "")) for part in parts)
    return parts


def _part(part: Json) -> Json:
    match part.get("type"):
        case "input_text" | "output_text" | "text":
            return {"type": "text", "text": part.get("text", "")}
        case "refusal":
            return {"type": "text", "text": part.get("refusal", "")}
        case "input_image":
            shown: Json = {"url": part.get("image_url")}
            if "detail" in part:
                shown["detail"] = part["detail"]
            return {"type": "image_url", "image_url": shown}
        case "input_file":
            file = {name: value for name, value in part.items() if name != "type"}
            return {"type": "file", "file": file}
        case kind:
            raise _refused("input", f"has no part of the type {str(kind)[:100]!r}")


def _tool(tool: Json) -> Json:
    if tool.get("type") != "function":
        raise _refused("tools", f"has no tool of the type {str(tool.get('type'))[:100]!r}")
    return {"type": "function", "function": {n: v for n, v in tool.items() if n != "type"}}


def _parts(message: Json, logprobs: Json) -> list[Json]:
    parts: list[Json] = []
    if message.get("content"):
        text: Json = {"type": "output_text", "text": message["content"], "annotations": []}
        parts.append({**text, "logprobs": logprobs.get("content") or []})
    if message.get("refusal"):
        parts.append({"type": "refusal", "refusal": message["refusal"]})
    return parts


def _usage(given: object) -> Json | None:
    if not isinstance(given, dict):
        return None
    used = cast("Json", given)
    read = object_in(used.get("prompt_tokens_details")).get("cached_tokens", 0)
    thought = object_in(used.get("completion_tokens_details")).get("reasoning_tokens", 0)
    asked, told = used.get("prompt_tokens", 0), used.get("completion_tokens", 0)
    whole = cast("int", asked) + cast("int", told)
    return {
        "input_tokens": asked,
        "input_tokens_details": {"cached_tokens": read},
        "output_tokens": told,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": whole,
    }


def _refused(param: str, problem: str) -> Refusal:
    message = f"the model's server has no /v1/responses, and as a chat it {problem}"
    return Refusal(400, message, "unsupported", param=param)
