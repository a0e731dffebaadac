"""Rows of production over HTTP, to a real server, and judged from there."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import httpx

from jurist.production import interactions
from jurist.store import open_store
from jurist.web.security.keys import cookie_name
from jurist.web.settings import Settings
from web.served import TOKEN, serving

ROW = {
    "id": "7f3a",
    "user": "ada lovelace",
    "question": "everyone on the pro plan",
    "answer": "trait('plan') = 'pro'",
    "shown_at": "2026-11-29T18:05:00Z",
}


def test_rows_are_stored_once_and_joined_and_names_are_pseudonyms(tmp_path: Path) -> None:
    place = str(tmp_path / "jurist.db")
    open_store(place).close()
    settings = Settings(place)
    with serving(settings) as url, httpx.Client(base_url=url) as client:
        client.cookies.set(cookie_name(settings), TOKEN)
        client.headers["Sec-Fetch-Site"] = "same-origin"
        body = {"system": "audiences", "version": "2", "rows": [ROW, {**ROW, "shown_at": "soon"}]}
        first = client.post("/v1/production", json=body)
        assert first.status_code == 200, first.text
        assert {key: first.json()[key] for key in ("rows", "used", "new")} == {
            "rows": 2, "used": 1, "new": 1,
        }  # fmt: skip
        assert "no moment" in first.json()["unusable"][0]["reason"]
        saved = {"id": "7f3a", "saved": "trait('plan') = 'pro'", "saved_at": 1795975560000}
        second = client.post("/v1/production", json={"system": "audiences", "rows": [saved]})
        assert second.json()["changed"] == 1
        again = client.post("/v1/production", json={"system": "audiences", "rows": [saved]})
        assert again.json()["same"] == 1
        bad = client.post("/v1/production", json={"rows": [], "sistem": "x"})
        assert bad.status_code == 422
        nobody = httpx.post(f"{url}/v1/production", json=body)
        assert nobody.status_code in {401, 403}
    with closing(open_store(place)) as store:
        (told,) = interactions(store)
    assert (told.system, told.version, told.saved) == ("audiences", "2", ROW["answer"])
    assert told.user
    assert "ada" not in told.user
