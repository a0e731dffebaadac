"""Where recorded public data lies, for tests that try Jurist on it."""

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(relative: str) -> Path:
    """The path of a recorded file; skips the calling test where it is not there."""
    path = Path(os.environ.get("JURIST_SHARED_DATA", str(_DEFAULT))) / relative
    if not path.exists():
        pytest.skip(f"recorded data not found: {relative}")
    return path
