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
    common = _merged_common([rule for rule in rules if rule.type == "COMMON"])
    return CqlSchema(
        title=", ".join(names) or title,
        events={
            name: EventSpec(
                properties={**common.properties, **spec.properties},
                context={**common.context, **spec.context},
                description=spec.description,
            )
            for name, spec in _events(rules).items()
        },
        traits=_profile_fields(rules, "IDENTIFY", common.traits),
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
            raise (
                place.at("pagination")
                .at("next")
                .error(
                    f"this is one page of a tracking plan{of}: another one follows",
                    expected="all of its pages, in one list or with the rules in one list",
                    fix="fetch the next pages too (`pagination.cursor`), and put them in one file",
                )
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


def _merged_common(rules: Iterable[_Rule]) -> _Rule:
    merged = _Rule("COMMON", "", {}, {}, {})
    for rule in rules:
        merged = replace(
            merged,
            properties=dict(merged.properties) | dict(rule.properties),
            traits=dict(merged.traits) | dict(rule.traits),
            context=dict(merged.context) | dict(rule.context),
        )
    return merged


# --- joining versions -----------------------------------------------------------------------


def _joined_events(one: EventSpec, other: EventSpec) -> EventSpec:
    return EventSpec(
        properties=_joined_fields(one.properties, other.properties),
        context=_joined_fields(one.context, other.context),
        description=other.description or one.description,
    )


def _joined_fields(one: Fields, other: Fields) -> Fields:
    joined: dict[str, Field] = {}
    for name in (*one, *(name for name in other if name not in one)):
        if name in one and name in other:
            joined[name] = _joined_field(one[name], other[name])
        else:
            joined[name] = replace(one.get(name) or other[name], required=False)
    return joined


def _joined_field(one: Field, other: Field) -> Field:
    """The facts that hold of a value if those of one or of the other do."""
    if one == other:
        return one
    if one.kind is other.kind:
        kind = one.kind
    else:
        kind = Kind.NUMBER if {one.kind, other.kind} <= NUMERIC else Kind.UNKNOWN
    same_kind = kind is not Kind.UNKNOWN
    enum = None
    if one.enum is not None and other.enum is not None and same_kind:
        enum = tuple(dict.fromkeys((*one.enum, *other.enum)))
    return Field(
        kind=kind,
        required=one.required and other.required,
        minimum=_outer(one.minimum, other.minimum, least=True) if same_kind else None,
        maximum=_outer(one.maximum, other.maximum, least=False) if same_kind else None,
        enum=enum,
        items=_joined_field(one.items, other.items) if one.items and other.items else None,
        fields=(
            _joined_fields(one.fields, other.fields)
            if one.fields is not None and other.fields is not None
            else None
        ),
        description=other.description or one.description,
        sensitive=one.sensitive or other.sensitive,
    )


def _outer(one: Atom | None, other: Atom | None, *, least: bool) -> Atom | None:
    if one is None or other is None:
        return None
    first, second = Decimal(one), Decimal(other)
    return one if (first <= second) == least else other
