"""Where recorded public data lies, for tests that try Jurist on it."""

import os
from pathlib import Path

import pytest

DATA = "JURIST_SHARED_DATA"
"""The variable that names another folder than the usual one."""
_DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"


def data_folder() -> Path:
    """Where recorded data is looked for."""
    return Path(os.environ.get(DATA, str(_DEFAULT)))


def shared_data(relative: str) -> Path:
    """The path of a recorded file; skips the calling test where it is not there."""
    path = data_folder() / relative
    if not path.exists():
        pytest.skip(f"recorded data not found: {relative}")
    return path
