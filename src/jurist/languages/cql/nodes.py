"""What all nodes of a query share: cheap to make, hashed once and shown once.

Queries are parsed, compared and used as keys by the thousand. What `dataclass` writes for
frozen classes goes through `object.__setattr__` for each field, which doubles the cost of
a node, and walks the whole tree for each hash and each text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field
from operator import attrgetter
from typing import Any, TypeVar

from jurist.languages.base import Query as OpaqueQuery

T = TypeVar("T")

_LONGEST_KEPT = 2_000
"""A longer text of a node is not kept: trees nest, and each node would keep what it holds."""


class Kept(OpaqueQuery):
    """A base of frozen dataclasses with slots, which remember their hash and their text."""

    # Not fields: a pickled node must not bring along a hash, which differs by process. `None`
    # until they are known: to find a slot empty costs more than all else of a hash.
    __slots__ = ("_hash", "_shown")

    _hash: int | None
    _shown: str | None

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again by its fields, so that nothing is kept but they."""
        made: Any = type(self)
        return _made, (made, {name: getattr(self, name) for name in made.__dataclass_fields__})

    def __init_subclass__(cls) -> None:
        """Exchange what `dataclass` wrote; it makes a class anew where it has slots."""
        if "__hash__" not in cls.__dict__:  # the class as it was before
            return
        made: Any = cls
        made.__hash__ = _kept_hash(made)
        made.__repr__ = _kept_text(made)
        made.__init__ = _plain_init(made, ("_hash", "_shown"))


def _made(cls: Callable[..., Kept], fields: Mapping[str, object]) -> Kept:
    return cls(**fields)


def _kept_hash(cls: Any) -> Callable[[Kept], int]:
    content = attrgetter(*cls.__match_args__) if cls.__match_args__ else id

    def __hash__(self: Kept) -> int:  # noqa: N807
        value = self._hash  # pyright: ignore[reportPrivateUsage]
        if value is None:
            value = hash(content(self))
            _set_hash(self, value)
        return value

    return __hash__


def _kept_text(cls: Any) -> Callable[[Kept], str]:
    """The text that `dataclass` would write."""
    names: tuple[str, ...] = cls.__match_args__
    said = ", ".join(f"{name}={{self.{name}!r}}" for name in names)
    known: dict[str, Any] = {"_keep": vars(Kept)["_shown"].__set__}
    exec(  # noqa: S102 - of names of our own classes, in one frame as trees are deep
        f"""
def __repr__(self):
    shown = self._shown
    if shown is None:
        shown = f"{cls.__name__}({said})"
        if len(shown) <= {_LONGEST_KEPT}:
            _keep(self, shown)
    return shown
""",
        known,
    )
    return known["__repr__"]


def quick(cls: type[T]) -> type[T]:
    """A frozen dataclass with slots, made anew by the thousand, that costs half to make."""
    made: Any = cls
    made.__init__ = _plain_init(made)
    return cls


def _plain_init(cls: Any, unknown: tuple[str, ...] = ()) -> Any:
    """`__init__` as `dataclass` writes it, but each field is set by its slot.

    Args:
        cls: A dataclass with slots.
        unknown: Further slots, which are `None` at first.
    """
    fields: dict[str, Field[Any]] = cls.__dataclass_fields__
    positional: tuple[str, ...] = cls.__match_args__
    names = [*positional, *(name for name in fields if fields[name].kw_only)]
    known: dict[str, Any] = {f"_set_{name}": getattr(cls, name).__set__ for name in names}
    parameters: list[str] = []
    steps: list[str] = []
    for name in names:
        if fields[name].kw_only and "*" not in parameters:
            parameters.append("*")
        default, make = fields[name].default, fields[name].default_factory
        known |= {f"_default_{name}": default, f"_make_{name}": make}
        optional = default is not MISSING or make is not MISSING
        parameters.append(f"{name}=_default_{name}" if optional else name)
        given = name
        if make is not MISSING:
            given = f"_make_{name}() if {name} is _default_{name} else {name}"
        steps.append(f"_set_{name}(self, {given})")
    for name in unknown:
        known[f"_set{name}"] = getattr(cls, name).__set__
        steps.append(f"_set{name}(self, None)")
    if hasattr(cls, "__post_init__"):
        steps.append("self.__post_init__()")
    body = "; ".join(steps)
    exec(f"def __init__(self, {', '.join(parameters)}): {body}", known)  # noqa: S102
    return known["__init__"]


_set_hash: Callable[[Kept, int], None] = vars(Kept)["_hash"].__set__
