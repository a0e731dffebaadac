"""What `import jurist` offers, and what it must not load."""

import subprocess
import sys

import jurist


def test_every_public_name_is_there_and_sorted() -> None:
    assert list(jurist.__all__) == sorted(jurist.__all__)
    for name in jurist.__all__:
        assert getattr(jurist, name) is not None


def test_importing_loads_nothing_heavy() -> None:
    heavy = {"z3", "sklearn", "scipy", "sqlalchemy", "aiohttp", "lark", "pydantic", "numpy"}
    code = f"import sys, jurist; print(sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert loaded.strip() == "[]"


def test_two_queries_can_be_compared_in_three_lines() -> None:
    language = jurist.get_language("cql")
    at_least_one = language.parse("event('Order Completed').count() >= 1")
    exactly_one = language.parse("event('Order Completed').count() = 1")
    schema = language.infer_schema(at_least_one, exactly_one)
    evidence = jurist.decide(language, at_least_one, exactly_one, schema)
    assert evidence.relation is jurist.Relation.CONTAINS
