"""Whether a run is good enough to ship, against a baseline and absolute limits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jurist.alignment.choosing import choose_names
from jurist.alignment.comparison.comparable import versions_of
from jurist.alignment.comparison.comparing import read_tables
from jurist.alignment.comparison.corrected_pairs import (
    RunLabels,
    labelled_pair,
    labels_of_runs,
    refusals,
    unanswered,
)
from jurist.alignment.gate.challenges import Challenged, judge_criteria, require_challenged
from jurist.alignment.gate.drifting import drift_criterion
from jurist.alignment.gate.fresh import fresh_tables
from jurist.analysis.estimands import DROP, About, Looks, Needed, anchored_words
from jurist.analysis.gating import Criterion, Decision, at_least, corrected_at_least, decide
from jurist.analysis.levels import CONFIDENCE
from jurist.analysis.pairing import System, gaps_of, pair_up, rights_of, rule_of
from jurist.analysis.scores import ScoreTable
from jurist.errors import InputError
from jurist.plurals import counted
from jurist.provenance import ordered
from jurist.records import Origin
from jurist.runs.study import Gate
from jurist.store import Store


@dataclass(frozen=True, slots=True)
class Limits:
    """What has to hold; `None`: not asked.

    `max_drop` in points of mean score, the others as shares from 0 to 1.
    """

    max_drop: float | None = None
    min_proved_right: float | None = None
    max_worst_operator: float | None = None
    max_drift: float | None = None
    """How well the questions of the last week may be told from the run's, as an AUROC."""

    def or_else(self, said: Gate) -> Limits:
        """These limits, and those of a study's section `gate` where there is none."""
        worst = self.max_worst_operator
        return Limits(
            said.max_drop if self.max_drop is None else self.max_drop,
            said.min_proved_right if self.min_proved_right is None else self.min_proved_right,
            said.max_worst_operator if worst is None else worst,
            said.max_drift if self.max_drift is None else self.max_drift,
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Of what the limits have to hold, and how it is looked at."""

    about: About = About.REQUESTS
    looks: Looks = Looks.ONCE
    need: Needed = Needed.EVERY
    """Which of the generators must pass."""
    origin: str | None = None
    """Whose questions decide, as `jurist.provenance` calls them; `None`: real ones where there
    are any, else authored ones, and what a system anchors last."""
    system: str = ""
    """The feature in production whose questions are held against the run's; all, if empty."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a run may pass, and what that follows from."""

    decision: Decision
    criteria: tuple[Criterion, ...]
    terms: Terms
    """With the origin of the questions that decided."""
    confidence: float
    """Of the criteria's intervals."""
    notes: tuple[str, ...]
    """What differs between the runs although they are compared, and what is left out."""


def decide_gate(
    store: Store,
    run: str,
    baseline: str,
    limits: Limits,
    *,
    terms: Terms | None = None,
    challenges: Sequence[Challenged] = (),
    generators: Sequence[str] = (),
    judges: Sequence[str] = (),
    allow_different: bool = False,
) -> GateResult:
    """Decide whether a change may pass; what `jurist gate` does.

    Args:
        store: Where both runs are kept.
        run: The run that wants to pass: its id, how it begins, or its study's name.
        baseline: The run that it is held against.
        limits: What has to hold; see `Limits.or_else` for a study's.
        terms: Of what it has to hold; `None`: of requests like these, looked at once, every
            generator.
        challenges: Of the judges, where the worst operator is limited: `ChallengeResult`s, or from
            `read_challenge`.
        generators: Who must pass; all of the run where none is named.
        judges: Under whose scores; all that both runs have where none is named.
        allow_different: Decide although judges or data differ, and note what does.

    Raises:
        InputError: Nothing is limited, a challenge is missing or of another judge, or the runs
            are not comparable.
    """
    terms = terms or Terms()
    refuse_undecidable(limits, terms, challenges)
    read = read_tables(store, [baseline, run], allow_different=allow_different)
    (base, before), (identity, after) = read.tables.items()
    if not allow_different:
        require_challenged(challenges, versions_of(store, identity))
    chosen = choose_names(generators, after.generators, "generator")
    for name in chosen:
        if limits.max_drop is not None and name not in before.generators:
            raise InputError(
                f"the baseline has no generator {name!r}",
                expected=f"one of {', '.join(before.generators)}",
                fix="name the same generators in both studies, or say --generator",
            )
    shared = [name for name in after.judges if name in before.judges]
    notes = list(read.notes)
    labels = labels_of_runs(store, (base, identity))
    if terms.looks is Looks.DAILY:
        fresh = fresh_tables(store, base, identity, chosen)
        before, after = fresh.baseline, fresh.run
        notes += fresh.notes
    terms = replace(terms, origin=terms.origin or _first_origin(after))
    criteria = criteria_of(
        limits,
        after,
        before,
        terms=terms,
        generators=chosen,
        judges=choose_names(judges, shared, "judge"),
        challenges=challenges,
        people={"baseline": labels[base], "run": labels[identity]},
    )
    if limits.max_drift is not None:
        asked = read.tables[identity]
        criteria = (*criteria, drift_criterion(store, limits.max_drift, asked, terms.system))
    criteria, decision = decide(criteria, terms.need)
    notes += _left_out(after, terms)
    notes += anchored_words(terms.origin or "", chosen)
    return GateResult(
        decision, criteria, terms, _confidence(_ways_to_pass(terms, chosen)), tuple(notes)
    )


def refuse_undecidable(limits: Limits, terms: Terms, challenges: Sequence[Challenged]) -> None:
    """Raise `InputError` where nothing is limited, or a challenge is missing or unfinished."""
    if limits == Limits():
        raise InputError(
            "no criterion is set, so everything would pass",
            expected="max_drop, min_proved_right, max_worst_operator or max_drift",
            fix="say --max-drop 0.2, or name a study with a section `gate` by --study",
        )
    if terms.about is About.CASES and terms.looks is Looks.DAILY:
        raise InputError(
            "looking daily counts fresh cases as draws from what people ask, and `about: cases` "
            "is about no draws",
            expected="about: requests, or looks: once",
            fix="leave one of the two out",
        )
    if limits.max_worst_operator is not None and not challenges:
        raise InputError(
            "max_worst_operator needs the result of a challenge",
            expected="a file that `jurist challenge --out` wrote",
            fix="jurist challenge ... --out challenge.json, then --challenge challenge.json",
        )
    for challenge in challenges:
        if challenge.open:
            raise InputError(
                f"the challenge of {challenge.judge!r} was interrupted, {challenge.open} items "
                "are open",
                expected="a challenge that was run to its end",
                fix="run the same challenge again: it goes on where it was",
            )
        if limits.max_worst_operator is not None and not challenge.operators:
            raise InputError(
                f"the challenge of {challenge.judge!r} has no item that the judge was asked",
                expected="a challenge with items",
                fix="challenge it on more references, or a model by itself and not a cascade",
            )


def criteria_of(
    limits: Limits,
    run: ScoreTable,
    baseline: ScoreTable,
    *,
    generators: Sequence[str],
    judges: Sequence[str],
    terms: Terms | None = None,
    challenges: Sequence[Challenged] = (),
    people: RunLabels | None = None,
) -> tuple[Criterion, ...]:
    """Decide every criterion by itself; `decide` corrects them and decides over all.

    Args:
        limits: What has to hold.
        run: Scores of the run that wants to pass.
        baseline: Scores of the run that it is held against.
        generators: Who must pass; each must be in both runs.
        judges: Under whose scores.
        terms: Of what it has to hold; see `decide_gate`.
        challenges: Results of challenging the judges.
        people: What they said of the answers of `baseline` and `run`, by task: where there are
            labels enough of both, they correct the change of the score.
    """
    terms = terms or Terms()
    passes = _ways_to_pass(terms, generators)
    worst = limits.max_worst_operator
    return (
        *_drops(limits, run, baseline, generators, judges, terms, passes, people or {}),
        *_proved(limits, run, generators, judges, terms, passes),
        *(() if worst is None else judge_criteria(worst, challenges)),
    )


def _drops(
    limits: Limits,
    run: ScoreTable,
    baseline: ScoreTable,
    generators: Sequence[str],
    judges: Sequence[str],
    terms: Terms,
    passes: int,
    people: RunLabels,
) -> Iterator[Criterion]:
    if limits.max_drop is None:
        return
    tables = {"baseline": baseline, "run": run}
    origin = terms.origin or _first_origin(run)
    for judge in judges:
        for name in generators:
            systems = System("baseline", name), System("run", name)
            pair = pair_up(tables, *systems, judge, origin)
            raw = at_least(
                -limits.max_drop,
                gaps_of(pair, terms.about),
                rule_of(terms.about, terms.looks, repeated=pair.repeated),
                best=0.0,
                name=DROP,
                subject=f"{name}, by {judge}",
                generator=name,
                passes=passes,
            )
            if any(people.values()) and (terms.about, terms.looks) == (About.REQUESTS, Looks.ONCE):
                yield _by_people(raw, tables, people, systems, judge, origin, passes)
            else:
                yield raw


def _by_people(
    raw: Criterion,
    tables: Mapping[str, ScoreTable],
    people: RunLabels,
    systems: tuple[System, System],
    judge: str,
    origin: str,
    passes: int,
) -> Criterion:
    """A change of the score as labels correct it; the judge's own where they cannot.

    Refused where they speak against it: where the judge is shown to err otherwise on one of the
    systems than on others, its own difference decides nothing; and no correction covers questions
    that the run failed to answer, so with such it does not pass.
    """
    labels = labelled_pair(tables, people, *systems, judge, origin)
    corrected = labels.difference(claimed=raw.limit, confidence=_confidence(passes))
    if corrected is None:
        refused = refusals(tables, people, systems, judge, origin, claimed=abs(raw.limit))
        if not refused:
            return raw
        return replace(raw, decision=Decision.NOT_ENOUGH_DATA, p_fail=1.0, note="; ".join(refused))
    alone = f"the judge alone says {raw.estimate.low:+.2f} to {raw.estimate.high:+.2f}"
    criterion = replace(
        corrected_at_least(
            raw.limit,
            corrected,
            name=raw.name,
            subject=raw.subject,
            generator=raw.generator,
            passes=passes,
        ),
        note=alone,
    )
    silent = unanswered(tables, systems, judge, origin)
    if not silent:
        return criterion
    told = f"{counted(silent, 'question')} that the run failed to answer are in no correction"
    decision = criterion.decision
    return replace(
        criterion,
        decision=Decision.NOT_ENOUGH_DATA if decision is Decision.PASS else decision,
        note=f"{alone}; {told}",
    )


def _proved(
    limits: Limits,
    table: ScoreTable,
    generators: Sequence[str],
    judges: Sequence[str],
    terms: Terms,
    passes: int,
) -> Iterator[Criterion]:
    if limits.min_proved_right is None:
        return
    origin = terms.origin or _first_origin(table)
    for name in generators:
        sample, repeated = rights_of(table, name, judges, origin, terms.about)
        yield at_least(
            limits.min_proved_right,
            sample,
            rule_of(terms.about, terms.looks, repeated=repeated),
            best=1.0,
            name="share proved right",
            subject=name,
            generator=name,
            passes=passes,
        )


def _first_origin(table: ScoreTable) -> str:
    return next(iter(ordered(table.origins)), Origin.REAL.value)


def _ways_to_pass(terms: Terms, generators: Collection[str]) -> int:
    """Over how many criteria a pass is corrected: any of the generators may give it, or none."""
    return len(generators) if terms.need is Needed.ANY else 1


def _confidence(passes: int) -> float:
    return 1 - (1 - CONFIDENCE) / passes


def _left_out(table: ScoreTable, terms: Terms) -> Iterator[str]:
    for origin in ordered(table.origins):
        number = sum(item.origin == origin for item in table.items)
        if origin != terms.origin:
            yield (
                f"{counted(number, f'{origin} question')} of the run decide nothing here: "
                f"only {terms.origin} ones do (--origin, --anchored-by)"
            )
