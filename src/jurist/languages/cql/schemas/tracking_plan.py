"""Segment's tracking-plan exports, as they are.

Two shapes: the public API's list of rules (`type`, `key`, `version`, `jsonSchema`), and
the older configuration API's `rules` with `events`, `identify`, `group` and `global`.
What a rule requires of a call is taken as a fact of the event; what it requires of an
identify or group call is not, for a profile may never have had such a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from jurist.languages.cql.schemas.json_schema import Place, read_fields
from jurist.languages.cql.schemas.schema import NUMERIC, CqlSchema, EventSpec, Field, Fields, Kind
from jurist.languages.cql.semantics.values import Atom

_WRAPPERS = ("data", "trackingPlan", "tracking_plan", "tracking_plans", "trackingPlans", "items")
_RULE_TYPES = ("TRACK", "IDENTIFY", "GROUP", "PAGE", "SCREEN", "COMMON")
_VIEWS = {"PAGE": ("Page Viewed", "page_name"), "SCREEN": ("Screen Viewed", "screen_name")}


def is_tracking_plan(document: Mapping[str, object]) -> bool:
    """Whether a document has the outer form of an export."""
    return "rules" in document or any(key in document for key in _WRAPPERS)


def load_tracking_plan(document: Mapping[str, object], place: Place, *, title: str) -> CqlSchema:
    """The schema that one or several exported tracking plans describe.

    Versions of one event are joined: a property of any version exists, and a fact holds
    where it holds in every version.
    """
    plans = list(_plans(document, place, depth=0))
    if not plans:
        raise place.error(
            "no tracking-plan rules found",
            expected="`rules`, as Segment's API returns them",
            fix="export the plan's rules too, or write a schema file",
        )
    _require_all_pages(plans)
    names = [name for plan, _ in plans if (name := _plan_name(plan))]
    rules = [rule for plan, spot in plans for rule in _rules(plan["rules"], spot.at("rules"))]
    common = [rule for rule in rules if rule.type == "COMMON"]
    properties = _merged(rule.properties for rule in common)
    context = _merged(rule.context for rule in common)
    traits = _merged(rule.traits for rule in common)
    return CqlSchema(
        title=", ".join(names) or title,
        events={
            name: EventSpec(
                properties={**properties, **spec.properties},
                context={**context, **spec.context},
                description=spec.description,
            )
            for name, spec in _events(rules).items()
        },
        traits=_profile_fields(rules, "IDENTIFY", traits),
        account_traits=_profile_fields(rules, "GROUP", {}),
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    type: str
    key: str
    properties: Mapping[str, Field]
    traits: Mapping[str, Field]
    context: Mapping[str, Field]
    description: str = ""


def _plans(
    document: Mapping[str, object], place: Place, *, depth: int
) -> Iterator[tuple[Mapping[str, object], Place]]:
    """Every mapping with `rules`, inside whatever the API wrapped it in."""
    if "rules" in document:
        yield document, place
        return
    items = document.get("items")
    if isinstance(items, list) and all(
        _looks_like_rule(item) for item in cast("list[object]", items)
    ):
        yield {**document, "rules": cast("object", items)}, place
        return
    for key in _WRAPPERS:
        inner = document.get(key)
        if inner is None or depth > len(_WRAPPERS):
            continue
        spot = place.at(key)
        members = spot.listing(cast("object", inner)) if isinstance(inner, list) else [inner]
        for index, member in enumerate(members):
            inside = spot.at(index) if isinstance(inner, list) else spot
            yield from _plans(inside.mapping(member), inside, depth=depth + 1)


def _require_all_pages(plans: Sequence[tuple[Mapping[str, object], Place]]) -> None:
    """Refuse a page of an export whose next one is not here too: its names would be unknown."""
    pages = [
        (cast("Mapping[str, object]", paging), place)
        for plan, place in plans
        if isinstance(paging := plan.get("pagination"), Mapping)
    ]
    here = {paging.get("current") for paging, _ in pages}
    for paging, place in pages:
        following = paging.get("next")
        if following and following not in here:
            total = paging.get("totalEntries")
            of = f" of {total} rules" if isinstance(total, int) else ""
            at_next = place.at("pagination").at("next")
            raise at_next.error(
                f"this is one page of a tracking plan{of}: another one follows",
                expected="all of its pages, in one list or with the rules in one list",
                fix="fetch the next pages too (`pagination.cursor`), and put them in one file",
            )


def _looks_like_rule(item: object) -> bool:
    return isinstance(item, Mapping) and "jsonSchema" in item


def _plan_name(plan: Mapping[str, object]) -> str:
    for key in ("display_name", "name"):
        name = plan.get(key)
        if isinstance(name, str) and name:
            return name
    return ""


# --- rules ----------------------------------------------------------------------------------


def _rules(rules: object, place: Place) -> Iterator[_Rule]:
    if isinstance(rules, Mapping):
        yield from _config_rules(place.mapping(cast("object", rules)), place)
        return
    for index, item in enumerate(place.listing(rules)):
        spot = place.at(index)
        rule = spot.mapping(item)
        kind = spot.at("type").text(rule.get("type")).upper() or "TRACK"
        spot.at("type").known_word("type of rule", kind, _RULE_TYPES)
        key = spot.at("key").text(rule.get("key"))
        if kind == "TRACK" and not key:
            raise spot.error("a TRACK rule without a key", expected="the event's name as `key`")
        yield _rule(kind, key, rule.get("jsonSchema"), spot.at("jsonSchema"))


def _config_rules(rules: Mapping[str, object], place: Place) -> Iterator[_Rule]:
    at_events = place.at("events")
    for index, item in enumerate(at_events.listing(rules.get("events"))):
        spot = at_events.at(index)
        event = spot.mapping(item)
        name = spot.at("name").text(event.get("name"))
        if not name:
            raise spot.error("an event without a name", expected="`name`")
        described = event.get("description")
        rule = _rule("TRACK", name, event.get("rules"), spot.at("rules"))
        yield replace(rule, description=described) if isinstance(described, str) else rule
    for key, kind in (("global", "COMMON"), ("identify", "IDENTIFY"), ("group", "GROUP")):
        if rules.get(key) is not None:
            yield _rule(kind, "", rules[key], place.at(key))


def _rule(kind: str, key: str, schema: object, place: Place) -> _Rule:
    place.count()
    whole = place.mapping(schema)
    at_parts = place.at("properties")
    parts = at_parts.mapping(whole.get("properties"))

    def fields(part: str) -> Fields:
        spot = at_parts.at(part)
        facts = parts.get(part)
        if facts is None or isinstance(facts, bool):
            return {}
        inner = spot.mapping(facts)
        read = read_fields(inner.get("properties"), inner.get("required"), spot, unlisted=True)
        # A dot in a name is a dot there, where our own format and queries mean a path.
        return {name.replace(".", "\\."): field for name, field in read.items()}

    described = whole.get("description")
    return _Rule(
        type=kind,
        key=key,
        properties=fields("properties"),
        traits=fields("traits"),
        context=fields("context"),
        description=described if isinstance(described, str) else "",
    )


def _events(rules: Iterable[_Rule]) -> dict[str, EventSpec]:
    events: dict[str, EventSpec] = {}
    for rule in rules:
        if rule.type == "TRACK":
            name, own = rule.key, dict(rule.properties)
        elif rule.type in _VIEWS:
            name, title = _VIEWS[rule.type]
            own = {title: Field(Kind.STRING)} | dict(rule.properties)
        else:
            continue
        spec = EventSpec(own, rule.context, rule.description)
        before = events.get(name)
        events[name] = spec if before is None else _joined_events(before, spec)
    return events


def _profile_fields(rules: Iterable[_Rule], kind: str, common: Fields) -> Fields:
    fields: Fields = common
    for rule in rules:
        if rule.type == kind:
            fields = _joined_fields(fields, rule.traits)
    return {name: replace(field, required=False) for name, field in fields.items()}


def _merged(parts: Iterable[Fields]) -> Fields:
    return {name: field for fields in parts for name, field in fields.items()}


# --- joining versions -----------------------------------------------------------------------


def _joined_events(first: EventSpec, second: EventSpec) -> EventSpec:
    return EventSpec(
        properties=_joined_fields(first.properties, second.properties),
        context=_joined_fields(first.context, second.context),
        description=second.description or first.description,
    )


def _joined_fields(first: Fields, second: Fields) -> Fields:
    return {
        name: _joined_field(first[name], second[name])
        if name in first and name in second
        else replace(field, required=False)
        for name, field in {**first, **second}.items()
    }


def _joined_field(first: Field, second: Field) -> Field:
    """The facts that hold of a value if those of the first or of the second do."""
    if first == second:
        return first
    kinds = {first.kind, second.kind}
    kind = first.kind if len(kinds) == 1 else Kind.NUMBER if kinds <= NUMERIC else Kind.UNKNOWN
    is_known = kind is not Kind.UNKNOWN
    enum = items = fields = None
    if first.enum is not None and second.enum is not None and is_known:
        enum = tuple(dict.fromkeys((*first.enum, *second.enum)))
    if first.items and second.items:
        items = _joined_field(first.items, second.items)
    if first.fields is not None and second.fields is not None:
        fields = _joined_fields(first.fields, second.fields)
    return Field(
        kind=kind,
        required=first.required and second.required,
        minimum=_outer(first.minimum, second.minimum, 1) if is_known else None,
        maximum=_outer(first.maximum, second.maximum, -1) if is_known else None,
        enum=enum,
        items=items,
        fields=fields,
        description=second.description or first.description,
        sensitive=first.sensitive or second.sensitive,
    )


def _outer(first: Atom | None, second: Atom | None, sign: int) -> Atom | None:
    """The lesser of two bounds, or the greater where the sign is negative."""
    if first is None or second is None:
        return None
    return min(first, second, key=lambda bound: sign * Decimal(bound))
