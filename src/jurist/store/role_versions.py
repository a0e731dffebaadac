"""Which roles took part in each run, and in which versions: read without any schema or task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import msgspec
from sqlalchemy import select

from jurist.store.engine import Store
from jurist.store.tables import DATASETS


def judge_versions(store: Store) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """By run, then judge, its versions; runs begun before versions were kept are not there."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = select(DATASETS.c.run, DATASETS.c.roles).order_by(DATASETS.c.run, DATASETS.c.position)
    with store.read() as connection:
        for row in connection.execute(query):
            roles = _roles.decode(row.roles)
            for judge, version in roles.get("judges", {}).items():
                found[row.run][judge].add(version)
    return {
        run: {judge: frozenset(versions) for judge, versions in judges.items()}
        for run, judges in found.items()
    }


_roles = msgspec.json.Decoder(dict[str, dict[str, str]])
