"""Pairs of queries that look alike and are not, or do not and are: with the relation that is right.

Each line is `relation: reference | candidate`, under its topic; with `?` after the relation no
proof reaches it yet. Where one side is always empty,
several relations are right; the line then says the closest. `# dialect` changes the dialect of the
lines that follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DDL = """
CREATE TABLE person (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL,
  boss INTEGER REFERENCES person(id), pay INTEGER, grade TEXT CHECK (grade IN ('a', 'b', 'c')));
CREATE TABLE visit (person_id INTEGER NOT NULL REFERENCES person(id), day INTEGER NOT NULL,
  room TEXT, PRIMARY KEY (person_id, day));
CREATE TABLE score (who TEXT, points INTEGER, weight REAL);
"""


@dataclass(frozen=True, slots=True)
class Trap:
    """A pair, and how the reference relates to the candidate."""

    topic: str
    dialect: str
    relation: str
    is_reached: bool
    """Whether a verdict must say so; else it may know less, and nothing wrong."""
    reference: str
    candidate: str


_TRAPS = """
## missing values in conditions
contains: SELECT id FROM person | SELECT id FROM person WHERE pay = pay
equivalent: SELECT id FROM person WHERE pay IS NOT NULL | SELECT id FROM person WHERE pay = pay
equivalent: SELECT id FROM person WHERE NOT pay > 5 | SELECT id FROM person WHERE pay <= 5
contains: SELECT id FROM person WHERE (pay > 5) IS NOT TRUE | SELECT id FROM person WHERE pay <= 5
equivalent: SELECT id FROM person WHERE pay NOT IN (5) | SELECT id FROM person WHERE pay <> 5
equivalent: SELECT id FROM person WHERE pay IN (1, NULL) | SELECT id FROM person WHERE pay = 1
equivalent: SELECT id FROM person WHERE pay NOT IN (1, NULL) | SELECT id FROM person WHERE 1 = 0
equivalent: SELECT id FROM person WHERE COALESCE(pay, 0) = 0 | SELECT id FROM person WHERE pay = 0 OR pay IS NULL
equivalent: SELECT id FROM person WHERE NULLIF(pay, 0) IS NULL | SELECT id FROM person WHERE pay = 0 OR pay IS NULL
different: SELECT CASE WHEN pay > 5 THEN 'hi' ELSE 'lo' END FROM person | SELECT CASE WHEN pay <= 5 THEN 'lo' ELSE 'hi' END FROM person
contained: SELECT person_id FROM visit WHERE room NOT LIKE 'a%' | SELECT person_id FROM visit WHERE room IS NULL OR room NOT LIKE 'a%'
equivalent: SELECT name || NULL FROM person | SELECT NULL FROM person

## missing values in aggregates
equivalent?: SELECT COUNT(pay) FROM person | SELECT COUNT(*) FROM person WHERE pay IS NOT NULL
different: SELECT SUM(pay) FROM person | SELECT SUM(COALESCE(pay, 0)) FROM person
different: SELECT AVG(pay) FROM person | SELECT AVG(COALESCE(pay, 0)) FROM person
equivalent?: SELECT SUM(points) FROM score WHERE who = 'x' | SELECT SUM(CASE WHEN who = 'x' THEN points END) FROM score
different: SELECT SUM(points) FROM score WHERE who = 'x' | SELECT SUM(CASE WHEN who = 'x' THEN points ELSE 0 END) FROM score
different: SELECT COUNT(DISTINCT who) FROM score | SELECT COUNT(*) FROM (SELECT DISTINCT who FROM score) AS d
equivalent?: SELECT COUNT(DISTINCT who) FROM score | SELECT COUNT(*) FROM (SELECT DISTINCT who FROM score WHERE who IS NOT NULL) AS d

## NOT IN with NULL
contained?: SELECT id FROM person WHERE id NOT IN (SELECT boss FROM person) | SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM person q WHERE q.boss = p.id)
equivalent: SELECT id FROM person WHERE id NOT IN (SELECT boss FROM person WHERE boss IS NOT NULL) | SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM person q WHERE q.boss = p.id)
equivalent: SELECT id FROM person WHERE id NOT IN (SELECT person_id FROM visit) | SELECT id FROM person EXCEPT SELECT person_id FROM visit
different: SELECT name FROM person WHERE name NOT IN (SELECT who FROM score) | SELECT name FROM person EXCEPT SELECT who FROM score

## empty tables
different: SELECT MIN(pay) FROM person | SELECT pay FROM person ORDER BY pay LIMIT 1
contains?: SELECT COUNT(*) FROM score | SELECT COUNT(*) FROM score HAVING COUNT(*) > 0
contained?: SELECT MAX(pay) FROM person HAVING MAX(pay) > 3 | SELECT MAX(pay) FROM person WHERE pay > 3
equivalent?: SELECT COUNT(*) FROM score WHERE 1 = 0 | SELECT 0
different: SELECT COUNT(*) FROM score | SELECT COUNT(*) FROM score GROUP BY who
equivalent: SELECT id FROM person WHERE EXISTS (SELECT COUNT(*) FROM visit WHERE person_id = person.id) | SELECT id FROM person
equivalent?: SELECT id FROM person p WHERE (SELECT COUNT(*) FROM visit v WHERE v.person_id = p.id) = 0 | SELECT id FROM person p WHERE NOT EXISTS (SELECT 1 FROM visit v WHERE v.person_id = p.id)
equivalent: SELECT id FROM person LIMIT 0 | SELECT id FROM person WHERE 1 = 0
equivalent: SELECT who FROM score EXCEPT SELECT who FROM score | SELECT who FROM score WHERE 1 = 0

## duplicates by joins
contains?: SELECT p.id FROM person p JOIN visit v ON v.person_id = p.id | SELECT id FROM person WHERE id IN (SELECT person_id FROM visit)
equivalent: SELECT p.id FROM person p JOIN visit v ON v.person_id = p.id WHERE v.day = 1 | SELECT id FROM person WHERE id IN (SELECT person_id FROM visit WHERE day = 1)
contained?: SELECT DISTINCT p.name FROM person p JOIN visit v ON v.person_id = p.id | SELECT p.name FROM person p WHERE EXISTS (SELECT 1 FROM visit v WHERE v.person_id = p.id)
equivalent: SELECT v.room FROM visit v JOIN person p ON p.id = v.person_id | SELECT room FROM visit
different: SELECT SUM(p.pay) FROM person p JOIN visit v ON v.person_id = p.id | SELECT SUM(pay) FROM person WHERE id IN (SELECT person_id FROM visit)
equivalent?: SELECT COUNT(DISTINCT p.id) FROM person p JOIN visit v ON v.person_id = p.id | SELECT COUNT(*) FROM person p WHERE EXISTS (SELECT 1 FROM visit v WHERE v.person_id = p.id)
different: SELECT s.who FROM score s JOIN score t ON s.who = t.who | SELECT who FROM score
equivalent: SELECT a.id FROM person a JOIN person b ON a.id = b.id | SELECT id FROM person
different: SELECT SUM(DISTINCT points) FROM score | SELECT SUM(points) FROM score

## keys, declared and not
equivalent: SELECT DISTINCT id FROM person | SELECT id FROM person
contained: SELECT DISTINCT who FROM score | SELECT who FROM score
equivalent: SELECT id, name FROM person GROUP BY id | SELECT id, name FROM person
different: SELECT name, COUNT(*) FROM person GROUP BY id | SELECT name, COUNT(*) FROM person GROUP BY name
equivalent: SELECT name, COUNT(*) FROM person GROUP BY id | SELECT name, COUNT(*) FROM person GROUP BY id, name
refines?: SELECT who, points FROM score GROUP BY who | SELECT who, MAX(points) FROM score GROUP BY who
equivalent: SELECT COUNT(DISTINCT id) FROM person | SELECT COUNT(*) FROM person
equivalent: SELECT id FROM person WHERE id IN (3) LIMIT 1 | SELECT id FROM person WHERE id = 3
equivalent: SELECT id FROM person WHERE id IN (SELECT 3) | SELECT id FROM person WHERE id = 3

## values that are checked
equivalent: SELECT id FROM person WHERE grade IN ('a', 'b', 'c') | SELECT id FROM person WHERE grade IS NOT NULL
equivalent: SELECT id FROM person WHERE grade = 'd' | SELECT id FROM person WHERE 1 = 0
equivalent: SELECT id FROM person WHERE grade <> 'a' | SELECT id FROM person WHERE grade IN ('b', 'c')
equivalent: SELECT id FROM person WHERE pay > 4 | SELECT id FROM person WHERE pay >= 5
contains: SELECT who FROM score WHERE weight > 4 | SELECT who FROM score WHERE weight >= 5

## integers and reals
equivalent: SELECT id FROM person WHERE pay / 2 = 1 | SELECT id FROM person WHERE pay BETWEEN 2 AND 3
contained: SELECT id FROM person WHERE pay / 2 > 1 | SELECT id FROM person WHERE pay > 2
different: SELECT points / 2 FROM score | SELECT points / 2.0 FROM score
equivalent: SELECT points * 0.5 FROM score | SELECT points / 2.0 FROM score
equivalent: SELECT pay / 0 FROM person | SELECT NULL FROM person
contained: SELECT id FROM person WHERE pay % 2 = 1 | SELECT id FROM person WHERE pay % 2 <> 0
different: SELECT AVG(points) FROM score | SELECT SUM(points) / COUNT(points) FROM score

## text, numbers and patterns
equivalent: SELECT who FROM score WHERE points = '5' | SELECT who FROM score WHERE points = 5
equivalent: SELECT points FROM score WHERE who = 5 | SELECT points FROM score WHERE who = '5'
different: SELECT '5' FROM person | SELECT 5 FROM person
different: SELECT points FROM score WHERE who > '5' | SELECT points FROM score WHERE CAST(who AS INTEGER) > 5
contains: SELECT id FROM person WHERE name LIKE 'ann' | SELECT id FROM person WHERE name = 'ann'
equivalent: SELECT id FROM person WHERE name LIKE 'a%' | SELECT id FROM person WHERE name LIKE 'A%'
equivalent: SELECT person_id FROM visit WHERE room LIKE '%' | SELECT person_id FROM visit WHERE room IS NOT NULL
contains: SELECT id FROM person WHERE name LIKE '%a' | SELECT id FROM person WHERE name LIKE '_a'
equivalent: SELECT id FROM person WHERE name = "ann" | SELECT id FROM person WHERE name = 'ann'
disjoint?: SELECT id FROM person WHERE name = 'ANN' | SELECT id FROM person WHERE name = 'ann'

## order and ties
refines: SELECT name FROM person ORDER BY pay DESC LIMIT 1 | SELECT name FROM person ORDER BY pay DESC, id LIMIT 1
different: SELECT name FROM person ORDER BY pay DESC, id LIMIT 1 | SELECT name FROM person ORDER BY pay DESC LIMIT 1
equivalent?: SELECT id FROM person ORDER BY id LIMIT 1 | SELECT id FROM person WHERE id = (SELECT MIN(id) FROM person)
different: SELECT id FROM person ORDER BY pay | SELECT id FROM person ORDER BY pay DESC
equivalent: SELECT id FROM person | SELECT id FROM person ORDER BY pay
different: SELECT id FROM person ORDER BY id | SELECT id FROM person
equivalent: SELECT name FROM person ORDER BY id, pay | SELECT name FROM person ORDER BY id
refines: SELECT name FROM person ORDER BY pay | SELECT name FROM person ORDER BY pay, name
different: SELECT id FROM person ORDER BY pay NULLS LAST | SELECT id FROM person ORDER BY pay
refines: SELECT id FROM person LIMIT 1 | SELECT id FROM person ORDER BY pay LIMIT 1
different: SELECT id FROM person ORDER BY pay LIMIT 1 | SELECT id FROM person LIMIT 1
different: SELECT id FROM person WHERE pay = (SELECT MAX(pay) FROM person) | SELECT id FROM person ORDER BY pay DESC LIMIT 1
different: SELECT id FROM person ORDER BY id LIMIT 1 OFFSET 1 | SELECT id FROM person ORDER BY id DESC LIMIT 1

## outer joins
contains: SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id AND v.day = 1 | SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id WHERE v.day = 1
contained?: SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id WHERE v.day = 1 OR v.day IS NULL | SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id AND v.day = 1
contains?: SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id AND p.pay > 5 | SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id WHERE p.pay > 5
equivalent: SELECT p.id FROM person p LEFT JOIN visit v ON v.person_id = p.id JOIN person b ON b.id = v.person_id | SELECT p.id FROM person p JOIN visit v ON v.person_id = p.id
equivalent: SELECT p.id, v.day FROM person p LEFT JOIN visit v ON v.person_id = p.id | SELECT p.id, v.day FROM visit v RIGHT JOIN person p ON v.person_id = p.id
equivalent?: SELECT p.id FROM person p LEFT JOIN person b ON p.boss = b.id WHERE b.id IS NULL | SELECT id FROM person WHERE boss IS NULL
contained: SELECT id FROM person WHERE boss IS NULL | SELECT p.id FROM person p LEFT JOIN person b ON p.boss = b.id WHERE b.pay IS NULL
different: SELECT p.id, COUNT(*) FROM person p LEFT JOIN visit v ON v.person_id = p.id GROUP BY p.id | SELECT p.id, COUNT(v.day) FROM person p LEFT JOIN visit v ON v.person_id = p.id GROUP BY p.id

## subqueries
equivalent?: SELECT id FROM person p WHERE pay = (SELECT MAX(pay) FROM person q WHERE q.grade = p.grade) | SELECT id FROM person WHERE (grade, pay) IN (SELECT grade, MAX(pay) FROM person GROUP BY grade)
equivalent: SELECT id FROM person WHERE id IN (SELECT id FROM visit) | SELECT id FROM person WHERE EXISTS (SELECT 1 FROM visit)
equivalent?: SELECT id, (SELECT COUNT(*) FROM visit v WHERE v.person_id = p.id) FROM person p | SELECT p.id, COUNT(v.day) FROM person p LEFT JOIN visit v ON v.person_id = p.id GROUP BY p.id
different: SELECT id FROM person WHERE pay = (SELECT points FROM score) | SELECT id FROM person WHERE pay IN (SELECT points FROM score)
equivalent?: SELECT id FROM person WHERE pay > (SELECT AVG(pay) FROM person) | SELECT id FROM person p, (SELECT AVG(pay) AS mean FROM person) AS d WHERE p.pay > d.mean

## set operations
equivalent: SELECT who FROM score UNION SELECT who FROM score | SELECT DISTINCT who FROM score
contains: SELECT who FROM score UNION ALL SELECT who FROM score | SELECT who FROM score
equivalent?: SELECT id FROM person WHERE pay > 5 UNION SELECT id FROM person WHERE pay <= 5 | SELECT id FROM person WHERE pay > 5 UNION ALL SELECT id FROM person WHERE pay <= 5
equivalent?: SELECT id FROM person WHERE pay IS NOT NULL | SELECT id FROM person WHERE pay > 5 UNION ALL SELECT id FROM person WHERE pay <= 5
equivalent: SELECT who FROM score INTERSECT SELECT name FROM person | SELECT DISTINCT who FROM score WHERE who IN (SELECT name FROM person)
contains: SELECT room FROM visit INTERSECT SELECT who FROM score | SELECT DISTINCT room FROM visit WHERE room IN (SELECT who FROM score)

## columns and groups
columns: SELECT id FROM person | SELECT id, name FROM person
different: SELECT id, pay FROM person | SELECT pay, id FROM person
equivalent: SELECT * FROM score | SELECT who AS a, points AS b, weight AS c FROM score
equivalent: SELECT grade, COUNT(*) FROM person GROUP BY grade | SELECT grade, COUNT(1) FROM person GROUP BY 1
different: SELECT COUNT(*) FROM person GROUP BY grade | SELECT COUNT(*) FROM person GROUP BY grade, id
equivalent?: SELECT grade FROM person GROUP BY grade HAVING COUNT(*) > 0 | SELECT DISTINCT grade FROM person
equivalent: SELECT grade, SUM(n) FROM (SELECT grade, pay, COUNT(*) AS n FROM person GROUP BY grade, pay) AS d GROUP BY grade | SELECT grade, COUNT(*) FROM person GROUP BY grade

# postgresql
## PostgreSQL
equivalent: SELECT id FROM person WHERE name LIKE 'ann' | SELECT id FROM person WHERE name = 'ann'
equivalent: SELECT id FROM person ORDER BY pay NULLS LAST | SELECT id FROM person ORDER BY pay
equivalent: SELECT id FROM person WHERE pay / 2 = 1 | SELECT id FROM person WHERE pay BETWEEN 2 AND 3

# duckdb
## DuckDB
equivalent: SELECT id FROM person WHERE name LIKE 'ann' | SELECT id FROM person WHERE name = 'ann'
disjoint?: SELECT id FROM person WHERE name LIKE 'a%' | SELECT id FROM person WHERE name LIKE 'A%'
equivalent: SELECT points / 2 FROM score | SELECT points / 2.0 FROM score
equivalent: SELECT points // 2 FROM score WHERE points >= 0 | SELECT (points - points % 2) // 2 FROM score WHERE points >= 0
equivalent: SELECT id FROM person ORDER BY pay | SELECT id FROM person ORDER BY pay NULLS LAST
different: SELECT AVG(pay) FROM person | SELECT AVG(COALESCE(pay, 0)) FROM person

# mysql
## MySQL
equivalent: SELECT id FROM person WHERE name = 'ANN' | SELECT id FROM person WHERE name = 'ann'
equivalent: SELECT id FROM person WHERE name = "ann" | SELECT id FROM person WHERE name = 'ann'
equivalent: SELECT points / 2 FROM score | SELECT points / 2.0 FROM score
"""  # noqa: E501 - a pair a line


def traps() -> Iterator[Trap]:
    """All pairs."""
    dialect, topic = "sqlite", ""
    for line in filter(None, _TRAPS.splitlines()):
        if line.startswith("## "):
            topic = line[3:]
        elif line.startswith("# "):
            dialect = line[2:]
        else:
            relation, _, pair = line.partition(": ")
            reference, candidate = pair.split(" | ")
            is_reached = not relation.endswith("?")
            yield Trap(topic, dialect, relation.rstrip("?"), is_reached, reference, candidate)
