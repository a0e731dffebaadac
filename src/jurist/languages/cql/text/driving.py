"""Running the grammar: lark's own tables, driven without what this language does not need.

`grammar.lark` is compiled by lark into a lexer for each state and a table of steps. Lark
drives them with tokens that know their line and column, trees, and hooks for all of it;
here a token is its text and place, and most of the time goes into the nodes. Whatever does
not parse is given to lark, which says what it expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from lark import Lark

Word = tuple[str, int]
"""A token: what is written, and where."""

Children = list[Any]
Build = Callable[[Children], Any]

_END: Final = "$END"


_Reduce = tuple[int, Build | None, str]
"""Exchange so many values for what is built of them (`None`: keep the one), by a rule's name.

Tuples, here and below, as they are taken apart at every step.
"""
_Steps = dict[str, _Reduce | int]
"""What to do by the name of the terminal that comes: reduce first, or go to a state."""
_State = tuple[Callable[[str, int], re.Match[str] | None], _Steps, dict[str, int]]
"""How to match what may come, what to do then, and where to go from here after a rule."""


def driver(lark: Lark, builder: object) -> Callable[[str], Any | None]:
    """The parser of a grammar with a contextual LALR lexer; it gives `None` for no query.

    Args:
        lark: The grammar, without a transformer.
        builder: Has a method for each rule or alias: children in, node out.
    """
    frontend: Any = lark.parser
    table: Any = frontend.parser.parser.parse_table
    start: int = table.start_states["start"]
    end: int = table.end_states["start"]
    states = {
        number: _state(steps, frontend.lexer.lexers[number], builder)
        for number, steps in table.states.items()
    }
    dropped = {
        symbol.name for rule in lark.rules for symbol in rule.expansion if _is_dropped(symbol)
    }

    def parse(text: str) -> Any | None:
        stack = [start]
        values: Children = []
        match, steps, _ = states[start]
        place = 0
        while True:
            found = match(text, place)
            if found is None:
                return None
            kind = found.lastgroup or _END
            place = found.end()
            step = steps.get(kind)
            while isinstance(step, tuple):
                size, build, rule = step
                if build is not None:
                    children = values[-size:]
                    del values[-size:]
                    values.append(build(children))
                del stack[-size:]
                number = states[stack[-1]][2][rule]
                if number == end and kind is _END:
                    return values[-1]
                stack.append(number)
                match, steps, _ = states[number]
                step = steps.get(kind)
            if step is None or kind is _END:
                return None
            values.append(None if kind in dropped else (found[kind], found.start(kind)))
            stack.append(step)
            match, steps, _ = states[step]

    return parse


def _state(table: Mapping[str, tuple[Any, Any]], lexer: Any, builder: object) -> _State:
    steps: _Steps = {}
    to: dict[str, int] = {}
    for name, (_, argument) in table.items():
        if not isinstance(argument, int):
            steps[name] = _reduce(argument, builder)
        elif name.isupper():
            steps[name] = argument
        else:
            to[name] = argument
    return _matcher(lexer), steps, to


def _matcher(lexer: Any) -> Callable[[str, int], re.Match[str] | None]:
    """Matches what is ignored and a token after it, or the end, which has no name."""
    scanner = lexer.scanner
    if lexer.callback:
        msg = "a word of the grammar is also a name: give one of them a higher priority"
        raise TypeError(msg)
    parts = {one.name: one.pattern.to_regexp() for one in scanner.terminals}
    ignored = "|".join(parts.pop(name) for name in sorted(lexer.ignore_types))
    named = "|".join(f"(?P<{name}>{part})" for name, part in parts.items())
    return re.compile(rf"(?:{ignored})*+(?:{named}{'|' if named else ''}\Z)").match


def _is_dropped(symbol: Any) -> bool:
    return symbol.is_term and symbol.filter_out


def _reduce(rule: Any, builder: object) -> _Reduce:
    size = len(rule.expansion)
    name: str = rule.origin.name
    return size, _build(rule, size, builder), name


def _build(rule: Any, size: int, builder: object) -> Build | None:
    chosen = _chosen(rule)
    places = [one.place for one in chosen]
    if rule.options.expand1 and not rule.alias and len(chosen) == 1:
        return None if size == 1 else itemgetter(places[0])
    # Rules that lark made for repetitions are lists, which the rule around them takes over.
    name: str = rule.alias or rule.origin.name
    build: Build = _as_list if name.startswith("_") else getattr(builder, name)
    if any(one.is_list for one in chosen):
        return lambda values: build(_flattened(values, chosen))
    if places == list(range(size)):
        return build
    # One more value than there are: what an optional part is that is not there.
    return lambda values: build([*map([*values, None].__getitem__, places)])


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The place of a symbol that says something, -1 for one that is left out."""

    place: int
    is_list: bool = False


def _chosen(rule: Any) -> list[_Chosen]:
    chosen: list[_Chosen] = []
    symbols: list[Any] = rule.expansion
    left_out: Sequence[bool] = rule.options.empty_indices or [False] * len(symbols)
    place = 0
    for is_left_out in left_out:
        if is_left_out:
            chosen.append(_Chosen(-1))
            continue
        symbol = symbols[place]
        if not _is_dropped(symbol):
            chosen.append(_Chosen(place, not symbol.is_term and symbol.name.startswith("_")))
        place += 1
    return chosen


def _as_list(children: Children) -> Children:
    return children


def _flattened(values: Children, chosen: list[_Chosen]) -> Children:
    flat: Children = []
    for one in chosen:
        if one.is_list:
            flat += values[one.place]
        else:
            flat.append(values[one.place] if one.place >= 0 else None)
    return flat
