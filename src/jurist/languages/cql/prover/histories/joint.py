"""The truths that atoms which share values or events can have together: one dimension.

A funnel looks at the customer's events twice, a comparison of two values at two of them
at once, so the atoms about them are no independent dimensions. Their options are the
combinations of their truths that there would be if each event had followers of its own:
more than there are. Which of them some history has is asked of the solver, each when it
is first needed: on a small history, so that a witness is small, then on one so large that
none larger can show more (`sizes`). A contradiction rules out all options that share it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from jurist.languages.cql.boolean import conjuncts
from jurist.languages.cql.prover.abstraction.atoms import (
    CountAtom,
    EndAtom,
    ModeAtom,
    Slot,
    ValueAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.context import FastPath, Resources, is_on
from jurist.languages.cql.prover.histories.dependencies import tied_atoms
from jurist.languages.cql.prover.histories.encoding import History
from jurist.languages.cql.prover.histories.problem import (
    BoundedAtom,
    NotEncodable,
    Pool,
    Problem,
    pool_of,
)
from jurist.languages.cql.prover.histories.small_model_bound import guessed_sizes, sufficient_sizes
from jurist.languages.cql.prover.limits import NO_EXAMPLE
from jurist.languages.cql.prover.regions.dimensions import (
    Dimension,
    Literal,
    NoModelKnown,
    Options,
    Sample,
    bits,
)
from jurist.languages.effort import OutOfSteps, share_of, spend

_SMALL = 2
_MOST_SOME = 16
"""Items of a pool where no number within reach is enough."""
_MOST_ITEMS = 40
_MOST_OPTIONS = 512
_MOST_KNOWN = 40
_UNBOUNDED = "histories of as many events as these conditions may need"
_SHARE = 0.5
"""Of the steps that are left, for one option."""

RelaxedTruths = Callable[[Sequence[int]], Iterable[frozenset[int]] | None]
"""Combinations of some atoms' truths, more than there are; `None`: too many to list."""


def joint_dimensions(
    sort: Sort,
    numbers: Iterable[int],
    reduced: Iterable[Slot],
    resources: Resources,
    relaxed_truths: RelaxedTruths,
    known: dict[tuple[Sort, tuple[int, ...]], JointDimension],
) -> list[JointDimension]:
    """The dimensions of those atoms of an item that depend on one another.

    Args:
        sort: The sort of items.
        numbers: The atoms that are used of it.
        reduced: Slots that must stay dimensions of their own.
        resources: Shared by the decision.
        relaxed_truths: Combinations of some atoms' truths as if they did not depend on one another.
        known: Those that were found before, at the same moment; what is found is added.
    """
    dimensions: list[JointDimension] = []
    for part in tied_atoms(sort, numbers, set(reduced)):
        joint = known.get((sort, tuple(part)))
        if joint is None:
            with suppress(NotEncodable):
                problem = Problem(sort, part, resources.coercion)
                joint = JointDimension(
                    problem, _likely(problem, relaxed_truths(part) or ()), resources
                )
                if len(known) >= _MOST_KNOWN:
                    del known[next(iter(known))]
                known[sort, tuple(part)] = joint
        if joint is not None:
            dimensions.append(joint)
    return dimensions


def _likely(problem: Problem, among: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The combinations without a most frequent value that too few items have."""
    implied = list(_implied_by_modes(problem.root, problem.streams(problem.root)))
    return [
        true for true in among if all(mode not in true or least in true for mode, least in implied)
    ]


def _implied_by_modes(
    root: Sort, streams: Sequence[tuple[int, BoundedAtom]]
) -> Iterator[tuple[int, int]]:
    """Facts about a most frequent value, each with what is true if it is.

    It is the most frequent one also where it has to be less often; and so many items have it.
    """
    for number, mode in streams:
        if not isinstance(mode, ModeAtom):
            continue
        atoms, asked = root.groups[mode.group].atoms, conjuncts(mode.members)
        for other, atom in streams:
            if atom.group != mode.group or isinstance(atom, EndAtom) or atom.least > mode.least:
                continue
            is_lower = atom == mode._replace(least=atom.least)
            is_often = isinstance(atom, CountAtom) and all(
                isinstance(part, int) and atoms[part] == ValueAtom(mode.slot, mode.fact)
                for part in conjuncts(atom.members) - asked
            )
            if is_lower or is_often:
                yield number, other


class JointDimension:
    """One dimension for several atoms; each of its options is confirmed or refuted when asked.

    Args:
        problem: What the atoms say.
        among: Combinations of their truths, more than there are.
        resources: Shared by the decision.

    Raises:
        NotEncodable: Where there are no combinations, or too many.
    """

    width = 1

    def __init__(
        self, problem: Problem, among: Iterable[frozenset[int]], resources: Resources
    ) -> None:
        self._options = list(among)
        if not 0 < len(self._options) <= _MOST_OPTIONS:
            raise NotEncodable
        self.atoms = frozenset(problem.numbers)
        self._resources = resources
        self._problem = problem
        self._histories = [History(problem, dict.fromkeys(problem.arrays, _SMALL), resources)]
        """From the smallest to the largest."""
        self.dimension = Dimension(
            len(self._options),
            {n: bits([i for i, true in enumerate(self._options) if n in true]) for n in self.atoms},
            over_approximates=bool(self._histories[0].left_open),
        )
        self._beyond: dict[str, None] = {}
        self._verdicts: dict[int, tuple[Literal, ...] | None] = {}
        self._samples: dict[int, Sample] = {}
        self._late: dict[int, int] = {}
        """Options that could not be asked about in the steps left, with the decision in which."""

    @property
    def left_open(self) -> dict[str, None]:
        """Where more is allowed than there is."""
        return self._histories[0].left_open

    @property
    def beyond(self) -> tuple[str, ...]:
        """What was met so far that is not looked into, or not in the steps left."""
        late = () if self.is_settled else (_UNBOUNDED,)
        return tuple(dict.fromkeys((*self._beyond, *late)))

    @property
    def is_settled(self) -> bool:
        """Whether more steps would not show more, as far as was asked in this decision."""
        return self._resources.decision not in self._late.values()

    def conflict(self, options: Options) -> tuple[Literal, ...] | None:
        """Why no history has these truths; `None` where one has, or that is not known."""
        (option,) = options
        if option not in self._verdicts:
            if self._late.get(option) == self._resources.decision:
                return None
            try:
                with share_of(_SHARE):
                    core = self._asked(option)
            except OutOfSteps:
                self._late[option] = self._resources.decision
                spend()
                return None
            self._late.pop(option, None)
            if core is None:
                self._verdicts[option] = None
            else:
                shared = is_on(FastPath.SHARED_REFUTATIONS)
                refuted = self._sharing(core) if shared else [option]
                self._verdicts.update(dict.fromkeys(refuted, (Literal(0, bits(refuted)),)))
        return self._verdicts[option]

    def sample(self, options: Options) -> Sample:
        """An item that takes an option.

        Raises:
            NoModelKnown: Where none can be written down.
        """
        self.conflict(options)
        if options[0] not in self._samples:
            raise NoModelKnown
        return self._samples[options[0]]

    def _asked(self, option: int) -> dict[int, bool] | None:
        """Atoms whose truths contradict one another; `None` where a history may have them all."""
        true = self._options[option]
        bound = sufficient_sizes(self._problem, true, self._resources.now)
        if bound is not None and sum(bound.values()) > _MOST_ITEMS:
            bound = None
        enough = bound or guessed_sizes(self._problem, _MOST_SOME)
        few = {pool: min(size, enough[pool]) for pool, size in self._few(true).items()}
        is_smaller = any(size > few[pool] for pool, size in enough.items())
        tries_few = is_smaller and is_on(FastPath.SMALL_HISTORIES)
        if tries_few and self._confirms(option, *self._history(few, true)):
            return None
        history, asked = self._history(enough, true)
        if self._confirms(option, history, asked):
            return None
        if history.solver.check(asked):
            self._beyond |= dict.fromkeys(history.ruled_out)
            return None
        blamed = set(history.solver.core(asked))
        # atoms that say the same have one name
        truths = {(name, number in true): number for number, name in history.names.items()}
        core = {number: pair[1] for pair, number in truths.items() if pair in blamed}
        if bound is not None or self._is_enough(core, enough):
            return core
        self._beyond[_UNBOUNDED] = None
        return None

    def _history(
        self, bound: Mapping[Pool, int], true: frozenset[int]
    ) -> tuple[History, list[tuple[str, bool]]]:
        """The smallest history known that is large enough; and, of it, some truths, and a bound."""
        for history in self._histories:
            if all(len(history.pools[pool]) >= size for pool, size in bound.items()):
                break
        else:
            history = History(self._problem, bound, self._resources)
            self._histories.append(history)
            self._histories.sort(key=lambda known: sum(map(len, known.pools.values())))
        asked = [(name, number in true) for number, name in history.names.items()]
        empty = [
            (items[bound[pool]].exists, False)
            for pool, items in history.pools.items()
            if len(items) > bound[pool]
        ]
        return history, asked + empty

    def _few(self, true: frozenset[int]) -> dict[Pool, int]:
        """Sizes that may do: what the truths ask for of each pool, if not of different items."""
        few = dict.fromkeys(self._problem.arrays, _SMALL)
        root = self._problem.root
        for number, atom in self._problem.streams(root):
            if number in true and not isinstance(atom, EndAtom):
                pool = pool_of(root.groups[atom.group])
                few[pool] = max(few[pool], atom.least)
        return few

    def _confirms(self, option: int, history: History, asked: list[tuple[str, bool]]) -> bool:
        """Whether the history takes an option; who does is kept, where it can be written down."""
        if not history.has_sample(asked):
            return False
        sample = history.sample()
        if sample is not None:
            self._samples[option] = sample
        else:
            self._beyond[NO_EXAMPLE] = None
        return True

    def _is_enough(self, core: Mapping[int, bool], tried: Mapping[Pool, int]) -> bool:
        """Whether what contradicts itself here does so in histories of any size.

        Fewer atoms need fewer witnesses, and may have a bound where all together have none.
        """
        root, coercion = self._problem.root, self._problem.coercion
        true = [number for number, truth in core.items() if truth]
        problem = Problem(root, list(core), coercion)
        bound = sufficient_sizes(problem, true, self._resources.now)
        return bound is not None and all(size <= tried[pool] for pool, size in bound.items())

    def _sharing(self, core: Mapping[int, bool]) -> list[int]:
        """The options with some truths: none of them needs larger histories for these."""
        return [
            i
            for i, true in enumerate(self._options)
            if all((number in true) is truth for number, truth in core.items())
        ]
