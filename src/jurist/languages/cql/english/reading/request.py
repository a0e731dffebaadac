"""From a request to a query: the tree of its segments, read and joined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jurist.languages.cql.english.reading.clauses import ClauseReader
from jurist.languages.cql.english.reading.comparing import prepared
from jurist.languages.cql.english.reading.names import index_of
from jurist.languages.cql.english.reading.pieces import NotUnderstood, Piece, Quantity, all_of
from jurist.languages.cql.english.reading.segments import Joined, Part, split
from jurist.languages.cql.english.reading.spans import LONGEST, mark
from jurist.languages.cql.english.reading.vocabulary import OUT_OF_REACH
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import AllUsers, And, AnyUser, Condition, Not, Or


def read(request: str, schema: CqlSchema) -> Condition:
    """The audience that a request asks for.

    Raises:
        NotUnderstood: It asks for what cannot be built, or for nothing that is known.
    """
    if len(request) > LONGEST:
        raise NotUnderstood(f"it has {len(request):,} characters, and at most {LONGEST:,} are read")
    unquoted = re.sub(r"""(?<!\w)(['"]).{0,100}?\1(?!\w)""", " ", request)
    for pattern, reason in OUT_OF_REACH:
        if match := re.search(pattern, unquoted, re.IGNORECASE):
            raise NotUnderstood(f"{match[0]!r}: {reason}")
    request = prepared(request, unquoted)
    index = index_of(schema)
    reader = ClauseReader(index)
    tree = split(mark(request), reader.stands_alone)
    return _Assembly(reader, of_accounts=index.of_accounts).condition(tree)


class _Assembly:
    def __init__(self, reader: ClauseReader, *, of_accounts: bool) -> None:
        self._reader = reader
        self._of_accounts = of_accounts

    def condition(self, part: Part) -> Condition:
        """A part as one condition on customers or accounts."""
        return self._joined(self._pieces(part, None), And)

    def _pieces(self, part: Part, before: Piece | None) -> list[Piece]:
        if not isinstance(part, Joined):
            return list(self._reader.read(part, before))
        if part.word == "not":
            return [Piece(Not(self._joined(self._pieces(part.parts[0], before), And)), False)]  # noqa: FBT003
        if part.word == "or":
            options = [self._joined(self._pieces(inner, before), And) for inner in part.parts]
            return [Piece(Or(tuple(options)), of_user=False)]
        pieces: list[Piece] = []
        for inner in part.parts:
            for piece in self._pieces(inner, pieces[-1] if pieces else before):
                self._add(pieces, piece)
        return pieces

    def _add(self, pieces: list[Piece], piece: Piece) -> None:
        """Put a step under the event that it follows; anything else beside the others."""
        last = pieces[-1] if pieces else None
        if piece.comes_after and last is not None and last.happening is not None:
            whole = last.happening.followed_by(piece.condition)
            pieces[-1] = replace(last, condition=whole.condition, happening=whole)
        else:
            pieces.append(piece)

    def _joined(self, pieces: Sequence[Piece], kind: type[And] | type[Or]) -> Condition:
        if not pieces:
            raise NotUnderstood("it names nothing")
        conditions = (
            self._quantified(pieces) if self._of_accounts else [x.condition for x in pieces]
        )
        unique = tuple(dict.fromkeys(conditions))
        return unique[0] if len(unique) == 1 else kind(unique)

    def _quantified(self, pieces: Sequence[Piece]) -> list[Condition]:
        """Conditions on users under ANY or ALL, those on one user together."""
        conditions: list[Condition] = []
        group: list[Piece] = []
        for piece in pieces:
            if not piece.of_user:
                conditions.append(piece.condition)
                continue
            unsaid = piece.quantity is Quantity.UNSAID
            goes_on = bool(group) and unsaid and group[0].quantity is not Quantity.UNSAID
            joins = bool(group) and (piece.shares_user or goes_on)
            if group and not joins:
                conditions.append(_of_users(group))
                group = []
            group.append(piece)
        return [*conditions, _of_users(group)] if group else conditions


def _of_users(group: Sequence[Piece]) -> Condition:
    inner = all_of(piece.condition for piece in group)
    assert inner is not None  # noqa: S101 - a group has one piece or more
    match group[0].quantity:
        case Quantity.ALL:
            return AllUsers(inner)
        case Quantity.NONE:
            # The "no" of "no user" turned a trait already; an event is told as if it happened.
            return AllUsers(inner if isinstance(inner, Not) else Not(inner))
        case _:
            return AnyUser(inner)
