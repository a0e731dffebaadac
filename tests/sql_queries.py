"""Schemas and queries of our own from which the stress of mutants is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema


@dataclass(frozen=True)
class World:
    """A schema with queries that it allows."""

    schema: SqlSchema
    queries: tuple[str, ...]


@cache
def worlds() -> dict[str, World]:
    """By the schema's name."""
    return {name: World(_schema(name, ddl), queries) for name, (ddl, queries) in _WORLDS.items()}


def _schema(name: str, ddl: str) -> SqlSchema:
    document = {"name": name, "language": "sql", "dialect": "sqlite", "ddl": ddl}
    return load_schema(document, where=name)


_FESTIVAL = """
CREATE TABLE band (
  id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, genre TEXT, founded INTEGER, country TEXT
);
CREATE TABLE stage (
  id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE, capacity INTEGER NOT NULL
);
CREATE TABLE gig (
  id INTEGER PRIMARY KEY NOT NULL, band_id INTEGER NOT NULL REFERENCES band(id),
  stage_id INTEGER REFERENCES stage(id), day DATE NOT NULL, fee INTEGER, audience INTEGER NOT NULL
);
CREATE TABLE ticket (
  holder TEXT NOT NULL, day DATE NOT NULL, price REAL NOT NULL, PRIMARY KEY (holder, day)
);
CREATE TABLE refund (
  holder TEXT NOT NULL, day DATE NOT NULL, amount REAL,
  FOREIGN KEY (holder, day) REFERENCES ticket(holder, day)
);
"""

_FESTIVAL_QUERIES = (
    "SELECT name FROM band WHERE country = 'Norway' AND founded > 1990",
    "SELECT DISTINCT country FROM band WHERE genre IS NOT NULL",
    "SELECT b.name, g.day FROM band AS b JOIN gig AS g ON g.band_id = b.id WHERE g.fee >= 1000",
    "SELECT b.name FROM band AS b LEFT JOIN gig AS g ON g.band_id = b.id WHERE g.id IS NULL",
    "SELECT b.name, COUNT(*) FROM band AS b JOIN gig AS g ON g.band_id = b.id "
    "GROUP BY b.id, b.name HAVING COUNT(*) >= 2",
    "SELECT b.name, COUNT(g.id) FROM band AS b LEFT JOIN gig AS g ON g.band_id = b.id AND "
    "g.audience > 100 GROUP BY b.id, b.name",
    "SELECT name FROM band WHERE id IN (SELECT band_id FROM gig WHERE fee > 500)",
    "SELECT name FROM band WHERE id NOT IN (SELECT band_id FROM gig)",
    "SELECT name FROM stage WHERE id NOT IN (SELECT stage_id FROM gig)",
    "SELECT s.name FROM stage AS s WHERE EXISTS (SELECT 1 FROM gig AS g WHERE g.stage_id = s.id "
    "AND g.audience >= s.capacity)",
    "SELECT s.name FROM stage AS s WHERE NOT EXISTS (SELECT 1 FROM gig AS g "
    "WHERE g.stage_id = s.id)",
    "SELECT name FROM stage ORDER BY capacity DESC LIMIT 3",
    "SELECT name FROM stage WHERE capacity = (SELECT MAX(capacity) FROM stage)",
    "SELECT genre, AVG(founded) FROM band GROUP BY genre ORDER BY genre",
    "SELECT COUNT(DISTINCT country) FROM band WHERE founded BETWEEN 1980 AND 1999",
    "SELECT name FROM band WHERE country IN ('Norway', 'Sweden', 'Finland')",
    "SELECT name FROM band WHERE name LIKE 'The %' OR genre = 'jazz'",
    "SELECT genre FROM band WHERE country = 'Norway' INTERSECT "
    "SELECT genre FROM band WHERE country = 'Sweden'",
    "SELECT name FROM band UNION SELECT name FROM stage",
    "SELECT name FROM band EXCEPT SELECT name FROM stage",
    "SELECT id FROM band EXCEPT SELECT band_id FROM gig",
    "SELECT CASE WHEN fee > 1000 THEN 'high' WHEN fee > 100 THEN 'low' ELSE 'none' END FROM gig",
    "SELECT SUM(CASE WHEN fee IS NULL THEN 0 ELSE fee END) FROM gig WHERE band_id = 1",
    "SELECT COALESCE(genre, 'unknown'), COUNT(*) FROM band GROUP BY COALESCE(genre, 'unknown')",
    "SELECT t.holder FROM ticket AS t JOIN refund AS r ON r.holder = t.holder AND r.day = t.day "
    "WHERE r.amount < t.price",
    "SELECT day, SUM(price) FROM ticket GROUP BY day HAVING SUM(price) > 100 ORDER BY day",
    "SELECT holder, COUNT(*) FROM ticket GROUP BY holder ORDER BY COUNT(*) DESC, holder LIMIT 1",
    "SELECT band_id, MAX(fee), MIN(fee) FROM gig WHERE day >= '2024-07-01' GROUP BY band_id",
    "SELECT x.band_id FROM (SELECT band_id, SUM(audience) AS total FROM gig GROUP BY band_id) "
    "AS x WHERE x.total > 1000",
    "WITH big AS (SELECT id FROM stage WHERE capacity >= 500) "
    "SELECT g.id FROM gig AS g JOIN big ON g.stage_id = big.id",
    "SELECT a.name, b.name FROM band AS a JOIN band AS b ON a.country = b.country "
    "WHERE a.id < b.id",
    "SELECT name FROM band WHERE NOT (country = 'Norway' AND genre = 'metal')",
    "SELECT b.name FROM band AS b, gig AS g, stage AS s WHERE b.id = g.band_id AND "
    "s.id = g.stage_id AND s.name = 'Main'",
    "SELECT g.id, g.fee - (SELECT AVG(fee) FROM gig) FROM gig AS g WHERE g.fee IS NOT NULL",
    "SELECT id FROM gig WHERE fee >= 10 AND fee <= 20 AND NOT audience > 100",
    "SELECT day, COUNT(id), COUNT(fee) FROM gig GROUP BY day",
    "SELECT genre FROM band GROUP BY genre",
    "SELECT s.name, g.day FROM stage AS s LEFT JOIN gig AS g ON g.stage_id = s.id "
    "WHERE g.audience > 50",
    "SELECT s.name, SUM(g.fee) FROM stage AS s LEFT JOIN gig AS g ON g.stage_id = s.id AND "
    "g.fee BETWEEN 1 AND 9 GROUP BY s.id, s.name",
    "SELECT x.name FROM (SELECT name, country FROM band WHERE founded IN (1990, 2000, 2010)) AS x "
    "WHERE x.country = 'Norway'",
    "WITH early AS (SELECT * FROM band WHERE founded < 1970) SELECT name FROM early WHERE genre "
    "LIKE '%rock%'",
    "SELECT g.id FROM gig AS g, stage AS s WHERE s.id = g.stage_id AND g.audience > s.capacity / 2",
    "SELECT name, founded FROM band ORDER BY founded DESC, name",
    "SELECT DISTINCT b.country FROM band AS b WHERE b.id IN (SELECT g.band_id FROM gig AS g)",
    "SELECT COUNT(*), SUM(fee), AVG(fee) FROM gig WHERE stage_id IS NULL OR fee IS NULL",
    "SELECT band_id FROM gig WHERE stage_id = 1 UNION ALL SELECT band_id FROM gig WHERE fee > 5",
)

_CLINIC = """
CREATE TABLE ward (code TEXT PRIMARY KEY NOT NULL, floor INTEGER NOT NULL, beds INTEGER);
CREATE TABLE nurse (
  id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, ward TEXT REFERENCES ward(code),
  head INTEGER REFERENCES nurse(id), wage REAL NOT NULL, kind TEXT NOT NULL
    CHECK (kind IN ('day', 'night'))
);
CREATE TABLE shift (
  nurse_id INTEGER NOT NULL REFERENCES nurse(id), day DATE NOT NULL, hours INTEGER NOT NULL
    CHECK (hours > 0), ward TEXT REFERENCES ward(code), PRIMARY KEY (nurse_id, day)
);
CREATE TABLE badge (nurse_id INTEGER UNIQUE REFERENCES nurse(id), number INTEGER NOT NULL UNIQUE);
"""

_CLINIC_QUERIES = (
    "SELECT name FROM nurse WHERE kind = 'day' OR kind = 'night'",
    "SELECT n.name FROM nurse AS n JOIN ward AS w ON n.ward = w.code WHERE w.floor = 2",
    "SELECT n.name, h.name FROM nurse AS n LEFT JOIN nurse AS h ON n.head = h.id",
    "SELECT n.name FROM nurse AS n JOIN badge AS b ON b.nurse_id = n.id",
    "SELECT w.code, SUM(s.hours) FROM ward AS w JOIN shift AS s ON s.ward = w.code "
    "GROUP BY w.code HAVING SUM(s.hours) > 40",
    "SELECT nurse_id FROM shift GROUP BY nurse_id HAVING COUNT(DISTINCT ward) > 1",
    "SELECT nurse_id, day FROM shift WHERE hours > 8 AND hours <= 12",
    "SELECT name FROM nurse WHERE wage > (SELECT AVG(wage) FROM nurse)",
    "SELECT name FROM nurse WHERE head IS NULL AND ward IS NOT NULL",
    "SELECT COUNT(*), COUNT(ward), COUNT(DISTINCT ward) FROM nurse",
    "SELECT code FROM ward WHERE beds > 5 OR beds IS NULL",
    "SELECT code FROM ward WHERE code NOT IN (SELECT ward FROM nurse WHERE ward IS NOT NULL)",
    "SELECT w.code FROM ward AS w WHERE NOT EXISTS "
    "(SELECT 1 FROM nurse AS n WHERE n.ward = w.code AND n.kind = 'night')",
    "SELECT DISTINCT n.name FROM nurse AS n JOIN shift AS s ON s.nurse_id = n.id "
    "WHERE s.day BETWEEN '2024-01-01' AND '2024-01-31'",
    "SELECT ward, kind, COUNT(*) FROM nurse GROUP BY ward, kind",
    "SELECT MAX(wage) - MIN(wage) FROM nurse WHERE ward = 'A'",
    "SELECT name FROM nurse ORDER BY wage DESC, name LIMIT 5",
    "SELECT n.name FROM nurse AS n JOIN shift AS s ON s.nurse_id = n.id AND s.ward <> n.ward",
    "SELECT ward FROM nurse UNION SELECT ward FROM shift",
    "SELECT code FROM ward EXCEPT SELECT ward FROM shift",
    "SELECT floor, SUM(beds) FROM ward GROUP BY floor ORDER BY SUM(beds) DESC LIMIT 1",
    "SELECT CASE kind WHEN 'day' THEN wage ELSE wage * 2 END FROM nurse",
    "SELECT kind, SUM(hours) FROM nurse AS n JOIN shift AS s ON s.nurse_id = n.id GROUP BY kind",
    "SELECT d.nurse_id FROM (SELECT nurse_id, MAX(hours) AS most FROM shift GROUP BY nurse_id) "
    "AS d WHERE d.most >= 10",
    "SELECT a.name FROM nurse AS a WHERE a.wage >= (SELECT MAX(b.wage) FROM nurse AS b "
    "WHERE b.ward = a.ward)",
)

_LOG = """
CREATE TABLE entry (who TEXT, what TEXT, score INTEGER, at TEXT);
CREATE TABLE person (who TEXT, age INTEGER);
"""

_LOG_QUERIES = (
    "SELECT who FROM entry WHERE score > 10",
    "SELECT DISTINCT who, what FROM entry",
    "SELECT who, SUM(score) FROM entry GROUP BY who",
    "SELECT e.what FROM entry AS e JOIN person AS p ON p.who = e.who WHERE p.age < 18",
    "SELECT who FROM entry WHERE who IN (SELECT who FROM person)",
    "SELECT who FROM person WHERE who NOT IN (SELECT who FROM entry)",
    "SELECT who FROM entry UNION ALL SELECT who FROM person",
    "SELECT who FROM entry INTERSECT SELECT who FROM person",
    "SELECT MAX(score) FROM entry WHERE what = 'login' OR what = 'logout'",
    "SELECT COUNT(*) FROM entry WHERE score IS NULL",
    "SELECT what, COUNT(DISTINCT who) FROM entry GROUP BY what HAVING MAX(score) >= 5",
    "SELECT who FROM entry ORDER BY score LIMIT 2 OFFSET 1",
    "SELECT score + 1, score * 2 FROM entry WHERE score <> 0",
    "SELECT p.who, COALESCE(SUM(e.score), 0) FROM person AS p LEFT JOIN entry AS e "
    "ON e.who = p.who GROUP BY p.who",
)

_WORLDS = {
    "festival": (_FESTIVAL, _FESTIVAL_QUERIES),
    "clinic": (_CLINIC, _CLINIC_QUERIES),
    "log": (_LOG, _LOG_QUERIES),
}
