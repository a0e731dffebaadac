"""What commands load: nothing heavy where nothing is computed, so that they answer at once."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from jurist.cli import COMMANDS
from jurist.store import open_store

HEAVY = {
    "aiohttp",
    "alembic",
    "jinja2",
    "lark",
    "msgspec",
    "multiprocessing",
    "numpy",
    "pydantic",
    "scipy",
    "sklearn",
    "sqlalchemy",
    "yaml",
    "z3",
}
_TYPERS = {"pydantic"}
"""Of typer itself, to read the arguments of a command."""
_STORES = {"msgspec", "sqlalchemy"}

SCRIPT = """
import sys
sys.argv = ["jurist", *sys.argv[1:]]
from jurist.cli import main
try:
    main()
except SystemExit as ended:
    code = ended.code
finally:
    print("loaded:", code, *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def _loaded(folder: Path, *arguments: str) -> tuple[str, set[str]]:
    """What a command that ends well prints, and what of `HEAVY` it loads."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    printed, _, loaded = done.stdout.rpartition("loaded:")
    code, *names = loaded.split()
    assert code == "0", done.stderr
    assert "typer" in names
    return printed, HEAVY & set(names)


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    helped, loaded = _loaded(tmp_path, "--help")
    assert "disagreements" in helped
    assert not loaded


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_loads_nothing_heavy(tmp_path: Path, command: str) -> None:
    helped, loaded = _loaded(tmp_path, command, "--help")
    assert f"jurist {command}" in helped
    assert loaded <= _TYPERS


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("report",), _TYPERS | _STORES),
        (("runs",), _TYPERS | _STORES),
        (("runs", "--json"), _TYPERS | _STORES),
        (("ledger",), _TYPERS | _STORES),
    ],
)
def test_a_command_that_computes_nothing_loads_nothing_to_compute_with(
    tmp_path: Path, arguments: tuple[str, ...], allowed: set[str]
) -> None:
    open_store(str(tmp_path / "jurist.db")).close()
    _, loaded = _loaded(tmp_path, *arguments)
    assert loaded <= allowed


def test_the_package_loads_nothing_heavy() -> None:
    script = (
        "import sys, jurist, jurist.alignment, jurist.analysis, jurist.report, jurist.models; "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())


@pytest.mark.parametrize("package", ["alignment", "analysis", "models", "report"])
def test_what_a_package_offers_is_there(package: str) -> None:
    module = importlib.import_module(f"jurist.{package}")
    for name in module.__all__:
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match=f"'jurist.{package}' has no attribute 'nothing'"):
        module.nothing  # noqa: B018 - reading it is the test
