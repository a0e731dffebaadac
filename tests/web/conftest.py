"""What tests of the web application share: a browser, a store with a user of each role."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jurist.store import open_store
from jurist.web.settings import Settings
from web.people import Served, add_people, open_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    from web.browsing import browser_of_tests

    with browser_of_tests() as browser:
        yield browser


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A store with a user of each role."""
    place = str(tmp_path / "jurist.db")
    store = open_store(place)
    add_people(store)
    store.close()
    return place


@pytest.fixture
def served(place: str) -> Generator[Served]:
    """The same, served: nobody is logged in."""
    with open_to(Settings(place)) as served:
        yield served
