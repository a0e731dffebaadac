"""The schema's facts that a proof could use, one sentence each, for the list of assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jurist.languages.cql.prover.abstraction.atoms import GroupKind, Slot, SlotKind, Sort
from jurist.languages.cql.prover.values.value_classes import Allowed
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.values import text_of

_NAMED = {SlotKind.TRAIT, SlotKind.ENTRY, SlotKind.PROPERTY, SlotKind.CONTEXT}
_MOST_SHOWN = 12


def schema_facts(looked_at: Iterable[tuple[Sort, Slot]]) -> Iterator[str]:
    """What the schema says of the values that a translation looked at."""
    for sort, slot in looked_at:
        known = sort.known[slot]
        if slot.kind in _NAMED and known != Allowed():
            yield f"schema: {_name(sort, slot)} is {_said(known)}"


def _name(sort: Sort, slot: Slot) -> str:
    if slot.kind is SlotKind.ENTRY:
        return f"trait {slot.name!r}"
    if sort.key is None or sort.key.kind is GroupKind.USERS:
        return f"{slot.kind} {slot.name!r}"
    return f"{slot.kind} {slot.name!r} of {sort.key.name!r}"


def _said(known: Allowed) -> str:
    parts = ["of any type" if known.kind is Kind.UNKNOWN else f"of type {known.kind}"]
    if known.enum is not None:
        shown = [repr(text_of(value)) for value in known.enum[:_MOST_SHOWN]]
        more = ", ..." if len(known.enum) > _MOST_SHOWN else ""
        parts.append(f"one of {', '.join(shown)}{more}")
    if known.minimum is not None:
        parts.append(f"at least {text_of(known.minimum)}")
    if known.maximum is not None:
        parts.append(f"at most {text_of(known.maximum)}")
    if known.members is not None:
        names = ", ".join(repr(name) for name, _ in known.members[:_MOST_SHOWN])
        more = ", ..." if len(known.members) > _MOST_SHOWN else ""
        parts.append(f"with no members but {names}{more}" if names else "without members")
    parts.append("always present" if known.required else "or missing")
    return ", ".join(parts)
