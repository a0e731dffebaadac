"""What a Python source names: the modules that it imports, and the files that it reads.

Nothing is run: both are read off the syntax tree, wherever in it they stand (under a
condition, in a function). What is put together as the program runs cannot be seen, but for
the commonest forms of a path: `HERE / "prompts" / "system.md"`, `join(HERE, "a.txt")`,
f-strings and `glob`, in which every part that is not written out becomes a `*`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

_LONGEST: Final = 300
_DEEPEST: Final = 20
_WRITES: Final = frozenset({"write_text", "write_bytes", "touch", "unlink"})
_SAVES: Final = re.compile(r"to_|dump|save|report$|write")
"""Methods that are told where to write."""
_JOINS: Final = frozenset({"join", "joinpath", "Path", "PurePath"})
_NEVER_READ: Final = frozenset(
    {".log", ".db", ".sqlite", ".sqlite3", ".lock", ".pid", ".tmp", ".out", ".cache", ".py"}
)
"""What programs write, not read; modules are found by their imports."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a source names."""

    modules: tuple[str, ...]
    """Full names; of `from a import b` also `a.b`, which may be no module."""
    files: tuple[str, ...]
    """Paths as they are written, with `/`; those with a `*` are patterns."""


@lru_cache(maxsize=256)  # each key is a whole source
def read_source(source: bytes, package: str) -> Named | None:
    """What a source names; `None` where it is no Python.

    Args:
        source: The file.
        package: In which relative imports start.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    modules = dict.fromkeys(name for node in ast.walk(tree) for name in _imported(node, package))
    return Named(tuple(modules), tuple(_Paths(tree).read()))


def _imported(node: ast.AST, package: str) -> Iterator[str]:
    match node:
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module, names, level):
            above = package.split(".")[: max(0, len(package.split(".")) - (level or 0) + 1)]
            base = ".".join(filter(None, [*(above if level else ()), module]))
            if base:
                yield base
            yield from (f"{base}.{alias.name}" for alias in names if base and alias.name != "*")
        case ast.Call(ast.Attribute(attr=called) | ast.Name(called), [ast.Constant(str(name)), *_]):
            if called in ("import_module", "__import__"):
                yield name if not name.startswith(".") else f"{package}{name}"
        case _:
            pass


class _Paths:
    """The paths in a tree, but for those that it opens to write."""

    def __init__(self, tree: ast.Module) -> None:
        self._nodes = list(ast.walk(tree))
        self._values: dict[str, ast.expr] = {}
        for node in self._nodes:
            match node:
                case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(
                    ast.Name(name), _, ast.expr() as value
                ):
                    self._values.setdefault(name, value)
                case _:
                    pass

    def read(self) -> list[str]:
        written = {
            path
            for node in self._nodes
            for target in _opened_to_write(node)
            for path in self._within(target)
        }
        named = {
            path for node in self._nodes if isinstance(node, ast.expr) for path in self._path(node)
        }
        return sorted(path for path in named - written if _may_be_a_file(path))

    def _within(self, node: ast.expr) -> Iterator[str]:
        """All paths that stand in an expression, and in what its names were given."""
        for each in ast.walk(node):
            if isinstance(each, ast.expr):
                yield from self._path(each)
            if isinstance(each, ast.Name) and each.id in self._values:
                for inner in ast.walk(self._values[each.id]):
                    if isinstance(inner, ast.expr):
                        yield from self._path(inner)

    def _path(self, node: ast.expr) -> Iterator[str]:
        path = self._text(node, 0)
        if path and len(path) <= _LONGEST and "\n" not in path and "\0" not in path:
            yield path

    def _text(self, node: ast.expr | None, depth: int) -> str:
        """The path that an expression makes; empty where nothing of it is written out."""
        if depth > _DEEPEST:
            return ""
        match node:
            case ast.Constant(str(text)):
                return text.replace("\\", "/")
            case ast.Name(name) if name in self._values:
                return self._text(self._values[name], depth + 1)
            case ast.JoinedStr(parts):
                text = "".join(
                    part.value if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    else "*"
                    for part in parts
                )  # fmt: skip
                return text.removeprefix("*/")
            case ast.BinOp(left, ast.Div(), right):
                return _joined(self._text(left, depth + 1), self._text(right, depth + 1) or "*")
            case ast.Call(ast.Attribute(value, called), arguments) if called in _JOINS:
                start = self._text(value, depth + 1) if called == "joinpath" else ""
                return _joined(start, *(self._text(each, depth + 1) for each in arguments))
            case ast.Call(ast.Name(called), arguments) if called in _JOINS:
                return _joined(*(self._text(each, depth + 1) for each in arguments))
            case ast.Call(ast.Attribute(value, "glob" | "rglob" | "iterdir" as called), arguments):
                start = self._text(value, depth + 1)
                end = self._text(arguments[0], depth + 1) if arguments else "*"
                deep = "**" if called == "rglob" else ""
                return _joined(start, deep, end) if start or called == "glob" else ""
            case _:
                return ""


def _joined(*parts: str) -> str:
    return "/".join(part.rstrip("/") for part in parts if part)


def _opened_to_write(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(ast.Name("open"), [target, *rest], keywords):
            mode = rest[:1]
        case ast.Call(ast.Attribute(target, "open"), rest, keywords):
            mode = rest[:1]
        case ast.Call(ast.Attribute(target, called)) if called in _WRITES:
            yield target
            return
        case ast.Call(ast.Attribute(attr=called), arguments) if _SAVES.match(called):
            yield from arguments
            return
        case _:
            return
    modes = [*mode, *(each.value for each in keywords if each.arg == "mode")]
    texts = [each.value for each in modes if isinstance(each, ast.Constant)]
    if any(isinstance(text, str) and set("wax+") & set(text) for text in texts):
        yield target


def _may_be_a_file(path: str) -> bool:
    """Whether a text is like the path of a file: by its ending, or by a folder in it.

    A pattern must say its folder or its file's name: `*.json` alone may be any output.
    """
    pure = PurePosixPath(path)
    if pure.suffix in _NEVER_READ or path.endswith("/") or "://" in path:
        return False
    if "*" not in path:
        return bool(pure.suffix) or ("/" in path and not pure.is_absolute())
    parts = pure.parts
    return len(parts) > 1 and ("*" not in parts[0] or "*" not in parts[-1])


__all__ = ["Named", "read_source"]
