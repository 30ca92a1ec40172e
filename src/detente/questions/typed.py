"""A change as it is typed: a what-if's name, levels and numbers to set, acts and rules that do not happen."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from detente.problems import DetenteError, did_you_mean
from detente.questions.asked import situation_of
from detente.scenario.model import WhatIf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from detente.scenario.model import Factor, Scenario

TYPED = "what is typed"  # the name of a change that the case does not have


class Typed(TypedDict, total=False):
    """What can be typed of a change; see :func:`change_of`."""

    since: str | None
    settings: Mapping[str, str | float] | None
    never: Sequence[str]
    without: Sequence[str]


def change_of(
    scenario: Scenario,
    name: str | None = None,
    *,
    since: str | None = None,
    settings: Mapping[str, str | float] | None = None,
    never: Sequence[str] = (),
    without: Sequence[str] = (),
) -> WhatIf:
    """The what-if of that name with what is typed besides, or one made of that alone.

    ``settings``: factor -> level, or parameter -> number. ``never``: acts, ``actor.action``. ``without``: chance rules
    by name. ``since``: the situation, by default the what-if's own or the last. DetenteError for what is not known.
    """
    written = named(scenario, name) if name is not None else None
    situation = since or (written.situation if written else situation_of(scenario).name)
    scenario.situation(situation)
    levels, numbers = _settings(scenario, settings or {})
    acts = tuple(_act(scenario, word) for word in never)
    rules = tuple(_rule(scenario, word) for word in without)
    if written is None:
        written = WhatIf(TYPED, situation, {}, {})
    change = replace(
        written,
        situation=situation,
        levels={**written.levels, **levels},
        parameters={**written.parameters, **numbers},
        never=_once((*written.never, *acts)),
        without=_once((*written.without, *rules)),
    )
    _allowed(scenario, change)
    return change


def named(scenario: Scenario, name: str) -> WhatIf:
    """The what-if of that name, or a DetenteError that lists those there are."""
    known = {what_if.name: what_if for what_if in scenario.what_ifs}
    if name not in known:
        raise DetenteError(f"There is no what-if {name!r}. {_hint(name, known, 'The case has none.')}")
    return known[name]


def _settings(scenario: Scenario, settings: Mapping[str, str | float]) -> tuple[dict[int, int], dict[str, float]]:
    factors = {factor.name: f for f, factor in enumerate(scenario.factors)}
    levels, numbers = dict[int, int](), dict[str, float]()
    for word, value in settings.items():
        if word in factors:
            levels[factors[word]] = _level(scenario.factors[factors[word]], str(value))
        elif word in scenario.likely:
            numbers[word] = _number(word, value)
        else:
            hint = did_you_mean(word, [*factors, *scenario.likely]) or (
                f"The factors are {', '.join(factors)}; `detente show` lists factors and parameters."
            )
            raise DetenteError(f"There is no factor or parameter {word!r}. {hint}")
    return levels, numbers


def _level(factor: Factor, word: str) -> int:
    if word not in factor.levels:
        raise DetenteError(f"{factor.name} has no level {word!r}. {_hint(word, factor.levels, '')}")
    return factor.levels.index(word)


def _number(word: str, value: str | float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise DetenteError(f"{word} is a parameter, and {value!r} is no number.")
    return number


def _allowed(scenario: Scenario, change: WhatIf) -> None:
    """Refuse a start that `never` excludes."""
    start = scenario.situation(change.situation).levels
    levels = np.array([change.levels.get(f, level) for f, level in enumerate(start)])
    for formula in scenario.never:
        if bool(formula(levels, {})):
            raise DetenteError(f"The changed start cannot be: `never` excludes it ({formula.text}).")


def _act(scenario: Scenario, word: str) -> int:
    known = {f"{scenario.actors[act.actor].name}.{act.name}": a for a, act in enumerate(scenario.actions)}
    if word not in known:
        raise DetenteError(f"There is no act {word!r}; write actor.action. {_hint(word, known, '')}")
    return known[word]


def _rule(scenario: Scenario, word: str) -> int:
    known = {rule.name: r for r, rule in enumerate(scenario.rules)}
    if word not in known:
        raise DetenteError(f"There is no chance rule {word!r}. {_hint(word, known, 'The case has none.')}")
    return known[word]


def _hint(word: str, known: Iterable[str], nothing: str) -> str:
    names = list(known)
    return did_you_mean(word, names) or (f"There are: {', '.join(names)}." if names else nothing)


def _once(found: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(found))
