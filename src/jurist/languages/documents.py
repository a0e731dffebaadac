"""Reading YAML and JSON files within bounds: size, depth, number of nodes.

YAML is read as YAML 1.2's core schema has it: only `true` and `false` are booleans
(`NO` is a country, not a refusal), timestamps stay text, and no tag builds an object.
Aliases share what they name, and every use counts, so nothing can explode.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, cast

import yaml

from jurist.errors import InputError, SchemaError
from jurist.languages.texts import MAX_BYTES, read_text

MAX_DEPTH = 100
MAX_NODES = 2_000_000
MAX_DIGITS = 30
_LARGEST_WITH_LINES = 5_000_000
_LOADER = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", None) or yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")
_CORE = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    text: text.lower() == "true" for text in ("true", "True", "TRUE", "false", "False", "FALSE")
}


def read_document(
    path: str | Path, *, raises: type[InputError] = InputError
) -> Mapping[str, object]:
    """Read a .yaml, .yml or .json file whose top is a mapping.

    A top-level list becomes the mapping `{"items": list}`.

    Args:
        path: The file.
        raises: The class of the error, so that it says what the file was meant to be.

    Raises:
        InputError: (as `raises`) the file cannot be read, is too large, too deep or malformed.
    """
    text = read_text(path, raises=raises)
    return parse_file(text, path, raises=raises)


def parse_file(
    text: str, path: str | Path, *, raises: type[InputError] = InputError
) -> Mapping[str, object]:
    """Parse what stands in a file, by its name's ending; see `read_document`."""
    syntax = "json" if Path(path).suffix.lower() == ".json" else "yaml"
    return parse_document(text, where=str(path), raises=raises, syntax=syntax)


def parse_document(
    text: str,
    *,
    where: str,
    raises: type[InputError] = InputError,
    syntax: Literal["json", "yaml"] = "yaml",
) -> Mapping[str, object]:
    """Parse YAML or JSON text whose top is a mapping; see `read_document`.

    With `yaml`, text that starts as JSON does is tried as JSON first, which is faster.
    """
    if len(text) > MAX_BYTES:
        raise raises(
            f"the text has more than {MAX_BYTES:,} characters",
            expected=f"at most {MAX_BYTES:,}",
            fix="leave out what is not needed",
            where=where,
        )
    try:
        document = _json(text) if syntax == "json" else _json_or_yaml(text)
    except MalformedError as error:
        place = f"{where}, line {error.line}" if error.line else where
        raise raises(
            error.problem,
            expected=error.expected or f"{syntax.upper()} that can be read",
            fix="mend the text there, then run the command again",
            where=place,
        ) from error
    if isinstance(document, list):
        return {"items": cast("list[object]", document)}
    if not isinstance(document, dict):
        raise raises(
            f"the document is {kind_of(document)}",
            expected="a mapping of names to values at the top",
            where=where,
        )
    return cast("dict[str, object]", document)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line of YAML or JSON text on which keys and numbers lead to a place; 0: unknown.

    Of a place that is not there, that of the nearest one above it.
    """
    if len(text) > _LARGEST_WITH_LINES:
        return 0
    try:
        node = yaml.compose(text, _LOADER)
    except yaml.YAMLError:
        return 0
    line = 0
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pairs = cast("list[tuple[yaml.Node, yaml.Node]]", node.value)
            found = [pair for pair in pairs if pair[0].value == step]
            if not found:
                break
            line, node = int(found[0][0].start_mark.line) + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and str(step).isdigit():
            items = cast("list[yaml.Node]", node.value)
            if int(step) >= len(items):
                break
            node = items[int(step)]
            line = int(node.start_mark.line) + 1
        else:
            break
    return line


@contextmanager
def naming_lines(text: str) -> Generator[None]:
    """Say the line of a schema file in the errors that know their place in its text."""
    try:
        yield
    except SchemaError as error:
        line = line_of(text, error.path) if error.path else 0
        if not line:
            raise
        file, _, spot = error.where.partition(", at ")
        raise SchemaError(
            error.problem,
            expected=error.expected,
            fix=error.fix,
            where=f"{file}, line {line}, at {spot}",
        ) from None


def kind_of(value: object) -> str:
    """What a parsed value is, in the words of people who write YAML."""
    match value:
        case None:
            return "empty"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float() | Decimal():
            return f"the number {str(value)[:40]}"
        case str():
            shown = value if len(value) <= 40 else value[:40] + "..."
            return f"the text {shown!r}"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


class MalformedError(Exception):
    """Text that is not JSON or YAML as it is read here, before it is known of which file."""

    def __init__(self, problem: str, *, line: int = 0, expected: str = "") -> None:
        super().__init__(problem)
        self.problem, self.line, self.expected = problem, line, expected


# --- JSON -----------------------------------------------------------------------------------


def _json_or_yaml(text: str) -> object:
    if text.lstrip()[:1] not in ("{", "["):
        return _yaml(text)
    try:
        return _json(text)
    except MalformedError as error:
        # A YAML flow mapping starts with a brace as well; which was meant, nobody knows.
        try:
            return _yaml(text)
        except MalformedError:
            raise error from None


def _json(text: str) -> object:
    def number(digits: str) -> int | Decimal:
        return _number(digits, line=0)

    def no_constant(name: str) -> object:
        raise MalformedError(f"{name} is not a number in JSON")

    try:
        return json.loads(
            text,
            parse_int=number,
            parse_float=number,
            parse_constant=no_constant,
            object_pairs_hook=unique_keys,
        )
    except json.JSONDecodeError as error:
        raise MalformedError(
            f"not JSON: {error.msg} at column {error.colno}", line=error.lineno
        ) from error
    except RecursionError as error:
        raise MalformedError("nested too deeply", expected=f"at most {MAX_DEPTH} levels") from error


def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object's pairs as a mapping, for `json.loads`: a key that is there twice is an error."""
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise MalformedError(f"the key {twice!r} is there twice in one object")
    return mapping


def _number(text: str, *, line: int) -> int | Decimal:
    if sum(map(str.isdigit, text)) > MAX_DIGITS:
        raise MalformedError("a number is too long", line=line, expected=f"{MAX_DIGITS} digits")
    if _INTEGER.match(text):
        return int(text)
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_DIGITS:
        raise MalformedError(f"the number {text} is too large or too small", line=line)
    return value


# --- YAML -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    value: dict[str, object] | list[object]
    anchor: str | None
    line: int
    nodes_before: int
    key: str | None = None
    has_key: bool = False
    merged: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])


@dataclass(slots=True)
class _Builder:
    """Builds plain values from YAML's events with a stack of its own: no recursion."""

    stack: list[_Open] = field(default_factory=list[_Open])
    anchors: dict[str, tuple[object, int]] = field(default_factory=dict[str, tuple[object, int]])
    nodes: int = 0
    top: list[object] = field(default_factory=list[object])

    def count(self, nodes: int, line: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise MalformedError(
                "too many values, aliases counted as often as used",
                line=line,
                expected=f"at most {MAX_NODES:,}",
            )

    def open(self, value: dict[str, object] | list[object], anchor: str | None, line: int) -> None:
        self.count(1, line)
        if len(self.stack) >= MAX_DEPTH:
            raise MalformedError(
                "nested too deeply", line=line, expected=f"at most {MAX_DEPTH} levels"
            )
        self.stack.append(_Open(value, anchor, line, self.nodes))

    def close(self) -> None:
        done = self.stack.pop()
        if isinstance(done.value, dict):
            for merged in done.merged:
                for key, value in merged.items():
                    done.value.setdefault(key, value)
        if done.anchor:
            self.anchors[done.anchor] = done.value, self.nodes - done.nodes_before + 1
        self.put(done.value, done.line)

    def put(self, value: object, line: int, *, plain: bool = False) -> None:
        if not self.stack:
            self.top.append(value)
            return
        holder = self.stack[-1]
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif not holder.has_key:
            holder.key, holder.has_key = self.as_key(value, line), True
            if plain and value == "<<":
                holder.key = None
        else:
            self.put_pair(holder, holder.value, value, line)

    def put_pair(self, holder: _Open, mapping: dict[str, object], value: object, line: int) -> None:
        key = holder.key
        holder.has_key = False
        if key is None:
            parts = cast("list[object]", value) if isinstance(value, list) else [value]
            for part in parts:
                if not isinstance(part, dict):
                    raise MalformedError("`<<` merges mappings only", line=line)
                holder.merged.append(cast("dict[str, object]", part))
            return
        if key in mapping:
            raise MalformedError(f"the key {key!r} is there twice in one mapping", line=line)
        mapping[key] = value

    @staticmethod
    def as_key(value: object, line: int) -> str:
        match value:
            case str():
                return value
            case bool():
                return str(value).lower()
            case int() | Decimal():
                return str(value)
            case _:
                raise MalformedError(
                    f"a key is {kind_of(value)}", line=line, expected="a name (text)"
                )


def _yaml(text: str) -> object:
    builder = _Builder()
    events = cast("Callable[..., Iterator[yaml.Event]]", yaml.parse)
    try:
        for event in events(text, Loader=_LOADER):
            line = int(event.start_mark.line) + 1 if event.start_mark else 0
            _take(builder, event, line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = int(mark.line) + 1 if mark else 0
        why = error.problem or error.context or "malformed"
        if re.match(r" *\t", "".join(text.split("\n")[max(0, line - 1) : line])):
            why = "a tab indents the line, where YAML takes spaces alone"
        raise MalformedError(f"not YAML: {why}", line=line) from error
    except UnicodeEncodeError as error:
        problem = f"character {error.start + 1} is half of a surrogate pair"
        raise MalformedError(problem, expected="Unicode text") from error
    except yaml.YAMLError as error:
        raise MalformedError(f"not YAML: {str(error).splitlines()[0][:200]}") from error
    if len(builder.top) > 1:
        raise MalformedError("more than one YAML document in the file", expected="one")
    return builder.top[0] if builder.top else None


def _take(builder: _Builder, event: yaml.Event, line: int) -> None:
    match event:
        case yaml.ScalarEvent():
            builder.count(1, line)
            value = _scalar(event, line)
            if event.anchor:
                builder.anchors[str(event.anchor)] = value, 1
            builder.put(value, line, plain=bool(event.implicit[0]))
        case yaml.AliasEvent():
            known = builder.anchors.get(str(event.anchor))
            if known is None:
                raise MalformedError(f"the alias *{event.anchor} names nothing above it", line=line)
            builder.count(known[1], line)
            builder.put(known[0], line)
        case yaml.MappingStartEvent():
            _no_tag(event.tag, line)
            builder.open({}, event.anchor, line)
        case yaml.SequenceStartEvent():
            _no_tag(event.tag, line)
            builder.open([], event.anchor, line)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            builder.close()
        case _:
            pass


def _no_tag(tag: object, line: int) -> None:
    if tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
        raise MalformedError(f"the YAML tag {tag!s} is not allowed", line=line, expected="no tag")


def _scalar(event: yaml.ScalarEvent, line: int) -> object:
    text = str(event.value)
    if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
        _no_tag(event.tag, line)
    if not event.implicit[0]:
        return text
    if text in _CORE:
        return _CORE[text]
    if _DECIMAL.match(text):
        return _number(text, line=line)
    return text
