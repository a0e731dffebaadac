"""Customers: all shipped references of the shop, each over 10,000 customers with 20 events."""

from __future__ import annotations

import random
import time
from decimal import Decimal
from statistics import median
from typing import Any, cast

import yaml

from benchmarks.measuring import is_quick, shipped
from jurist import data
from jurist.languages.cql.schemas.schema import CqlSchema, subject_type
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics.interpreter import compile_audience
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import Value, Values
from jurist.languages.cql.syntax import Condition

CUSTOMERS = 10_000
EVENTS = 20
NOW = 1_780_272_000_000  # 2026-06-01
DAY = 86_400_000


def bench() -> dict[str, float]:
    """Customers a second by reference: median, slowest; compiling apart."""
    workspace, cases = shipped("shop")
    schema = workspace.schema
    assert isinstance(schema, CqlSchema)
    document: dict[str, Any] = yaml.safe_load(data.schema_path("shop").read_text("utf-8"))
    rng = random.Random(7)
    customers = [_customer(document, rng) for _ in range(CUSTOMERS)]
    compiling: list[float] = []
    walls: list[float] = []
    shares: list[float] = []
    for case in cases[:20] if is_quick() else cases:
        assert case.reference is not None
        query = workspace.language.parse(case.reference)
        if not isinstance(query, Condition) or subject_type(schema, query) is not Customer:
            continue
        started = time.perf_counter()
        condition = cast("Condition", typed(query, schema))
        is_member = compile_audience(condition, schema.readings, Customer)
        compiled = time.perf_counter()
        members = sum(is_member(customer, NOW) for customer in customers)
        walls.append(time.perf_counter() - compiled)
        compiling.append(compiled - started)
        shares.append(members / CUSTOMERS)
    return {
        "queries": len(walls),
        "customers_per_s": CUSTOMERS / median(walls),
        "slowest_query_customers_per_s": CUSTOMERS / max(walls),
        "query_over_10000_customers_s": median(walls),
        "slowest_over_10000_customers_s": max(walls),
        "compile_ms": 1000 * median(compiling),
        "queries_with_members_percent": 100 * sum(share > 0 for share in shares) / len(shares),
    }


def _customer(document: dict[str, Any], rng: random.Random) -> Customer:
    names = list(document["events"])
    return Customer(
        _values(document["traits"]["properties"], rng),
        tuple(
            CustomerEvent(
                name, NOW - rng.randrange(120 * DAY), _values(_properties(document, name), rng)
            )
            for name in rng.choices(names, k=EVENTS)
        ),
    )


def _properties(document: dict[str, Any], event: str) -> dict[str, Any]:
    return document["events"][event].get("properties", {})


def _values(properties: dict[str, Any], rng: random.Random) -> Values:
    """Nine in ten of the properties, with values of their types."""
    return {name: _value(schema, rng) for name, schema in properties.items() if rng.random() < 0.9}


def _value(schema: dict[str, Any], rng: random.Random) -> Value:
    if "enum" in schema:
        return str(rng.choice(schema["enum"]))
    least = int(schema.get("minimum", 0))
    match schema.get("type"):
        case "integer":
            return least + rng.randrange(200)
        case "number":
            return Decimal(100 * least + rng.randrange(30_000)).scaleb(-2)
        case "boolean":
            return rng.choice(("true", "false"))
        case _:
            return f"value {rng.randrange(50)}"


if __name__ == "__main__":
    for name, value in bench().items():
        print(f"{name:36} {value:12,.3f}")
