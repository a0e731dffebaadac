"""From what a study says to the roles that need no model.

questions: {generator: {realizer: null, name: realizer}, styles: [terse, indirect]}
generators:
  - rules
  - {nearest: null, name: neighbours, similarity: 0.5}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from jurist.errors import StudyError
from jurist.languages.capabilities import Style
from jurist.languages.sources import source_digest
from jurist.records import Case
from jurist.roles.offline import realizer
from jurist.roles.offline.realizer import RealizerQuestions
from jurist.roles.spec import Means, RoleSpec, digest_of, nearest_hint

if TYPE_CHECKING:
    from jurist.roles.offline.nearest import NearestGenerator
    from jurist.roles.offline.rules import RulesGenerator

_HERE: Final = "jurist.roles.offline"


def make_realizer(spec: RoleSpec, means: Means) -> RealizerQuestions:
    """The question generator that `realizer` names.

    Raises:
        StudyError: It has no such option or style.
    """
    spec.take_only("styles", "per_case")
    styles = _styles(spec.options.get("styles", ("conversational",)))
    per_case = int(spec.number("per_case", 1, least=1, most=100))
    name = spec.name or "realizer"
    return RealizerQuestions(name, styles, per_case, means.seed, means.english_version)


def make_rules(spec: RoleSpec, means: Means) -> RulesGenerator:
    """The generator that `rules` names."""
    from jurist.roles.offline.rules import RulesGenerator

    spec.take_only()
    code = source_digest(f"{_HERE}:rules.py")
    return RulesGenerator(spec.name or "rules", digest_of(code, means.english_version))


def make_nearest(spec: RoleSpec, means: Means) -> NearestGenerator:
    """The generator that `nearest` names, with the dataset for its memory.

    Raises:
        StudyError: It has no such option, or its similarity is no share.
    """
    from jurist.roles.offline.nearest import CLOSE_ENOUGH, Library, NearestGenerator

    spec.take_only("similarity")
    similarity = spec.number("similarity", CLOSE_ENOUGH, least=0, most=1)
    code = source_digest(f"{_HERE}:nearest.py", realizer.CODE)
    version = digest_of(
        code, means.english_version, similarity, means.seed, _remembered(means.memory)
    )
    return NearestGenerator(
        spec.name or "nearest", version, Library(means.memory, means.seed), similarity
    )


def _remembered(memory: Iterable[Case]) -> list[tuple[str, str | None, list[str]]]:
    return [(case.id, case.reference, [q.text for q in case.questions]) for case in memory]


def _styles(given: object) -> tuple[Style, ...]:
    named = cast("Sequence[object]", given) if isinstance(given, list | tuple) else [given]
    styles = tuple(dict.fromkeys(str(each) for each in named))
    for style in styles:
        if style not in {*Style}:
            raise StudyError(
                f"the realizer has no style {style!r}"[:200],
                expected=f"among {', '.join(Style)}",
                fix=nearest_hint(style, tuple(map(str, Style))),
            )
    if not styles:
        raise StudyError("no style is given", expected=f"one or more of {', '.join(Style)}")
    return tuple(map(Style, styles))
