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


def test_two_queries_can_be_compared_in_two_lines() -> None:
    shop = jurist.workspace("shop")
    evidence = shop.compare(
        "trait('predictive_lifetime_value_1') > 0.17",
        "trait('predictive_lifetime_value_1') >= 0.18",
    )
    assert evidence.relation is jurist.Relation.CONTAINS
