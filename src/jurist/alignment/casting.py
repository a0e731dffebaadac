"""Who the judges and generators of a run are: models, families, samples, orders, members.

Read from the study that the run keeps, so no model, key or file is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

import msgspec

from jurist.store.runs import DatasetRecord, RunRecord

_FAMILIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "anthropic": r"claude",
        "openai": r"gpt|chatgpt|davinci|\bo[1345]\b",
        "google": r"gemini|gemma|palm",
        "meta": r"llama",
        "qwen": r"qwen|qwq",
        "mistral": r"mistral|mixtral|ministral|magistral|codestral|devstral|pixtral",
        "deepseek": r"deepseek",
        "cohere": r"command|\baya\b",
        "xai": r"grok",
        "microsoft": r"\bphi\b|\bphi-?\d",
        "amazon": r"\bnova\b|titan",
        "zhipu": r"\bglm\b|chatglm",
        "moonshot": r"kimi",
        "ibm": r"granite",
        "nvidia": r"nemotron",
    }
)


def families_of(model: str) -> frozenset[str]:
    """The families that a model string names; a distilled model may have two, none is unknown."""
    name = model.rsplit("#", 1)[-1].lower()
    name = name.split(":", 1)[-1] if "://" not in name else name
    return frozenset(family for family, seen in _FAMILIES.items() if re.search(seen, name))


@dataclass(frozen=True, slots=True)
class Player:
    """A judge or generator as its study describes it.

    `models` are all that take part in it, its members' too; `families` theirs. `orders` is 2
    where the judge is asked with reference and candidate both ways round.
    """

    name: str
    kind: str
    models: tuple[str, ...] = ()
    samples: int = 1
    orders: int = 1
    members: tuple[Player, ...] = ()
    described: Mapping[str, object] | str = ""
    """The study's own words."""

    @property
    def families(self) -> frozenset[str]:
        """Families of its models; empty where there is no model, or none is known."""
        return frozenset(family for model in self.models for family in families_of(model))

    def everyone(self) -> Iterator[Player]:
        """It and all its members, at any depth."""
        yield self
        for member in self.members:
            yield from member.everyone()


def proofs_of(players: Mapping[str, Player]) -> frozenset[str]:
    """Names of the judges that prove."""
    return frozenset({"proof", *(n for n, player in players.items() if player.kind == "proof")})


def judges_of(run: RunRecord, datasets: Sequence[DatasetRecord]) -> dict[str, Player]:
    """The run's judges by name, members of panels and cascades included."""
    top = _players(run, datasets, "judges", "judge")
    return {player.name: player for each in reversed(top) for player in each.everyone()}


def generators_of(run: RunRecord, datasets: Sequence[DatasetRecord]) -> dict[str, Player]:
    """The run's generators by name."""
    return {player.name: player for player in _players(run, datasets, "generators", "generator")}


def related(judge: Player, generator: Player) -> bool | None:
    """Whether they share a model family; `None` where a model's family is not known."""
    if not judge.models or not generator.models:
        return False
    if judge.families & generator.families:
        return True
    unknown = any(not families_of(model) for model in (*judge.models, *generator.models))
    return None if unknown else False


def _players(
    run: RunRecord, datasets: Sequence[DatasetRecord], section: str, kind: str
) -> list[Player]:
    study = msgspec.json.decode(run.study, type=dict[str, object])
    given = cast("Sequence[object]", study.get(section, ()))
    names = list(datasets[0].roles.get(section, {})) if datasets else []
    style = kind == "judge"
    if len(names) == len(given):
        return [_player(spec, name, style=style) for spec, name in zip(given, names, strict=True)]
    return [_player(spec, None, style=style) for spec in given]  # a run of an older Jurist


def _player(given: object, name: str | None, *, style: bool) -> Player:
    if isinstance(given, str):
        return Player(name or given, given, described=given)
    spec = cast("Mapping[str, object]", given)
    called = name or (str(spec["name"]) if "name" in spec else None)
    for kind in ("panel", "cascade"):
        if kind in spec:
            inner = cast("Sequence[object]", spec[kind])
            members = tuple(_player(each, None, style=style) for each in inner)
            names = [member.name for member in members]
            default = " > ".join(names) if kind == "cascade" else f"panel({', '.join(names)})"
            models = tuple(model for member in members for model in member.models)
            return Player(called or default, kind, models, members=members, described=spec)
    if "llm" in spec:
        from jurist.roles.llm.making import default_name

        model = str(spec["llm"])
        usual = default_name(model, str(spec.get("style", "plain")) if style else "")
        return Player(
            called or usual,
            "llm",
            (model,),
            samples=int(cast("int", spec.get("samples", 1))),
            orders=2 if spec.get("both_orders") is True else 1,
            described=spec,
        )
    kind = next((key for key in spec if key != "name"), "")
    return Player(called or kind, kind, described=spec)
