"""What a function is given where it wants a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.given import plain
from detente.problems import DetenteError, did_you_mean, takes
from detente.scenario.model import Scenario

of_a_case = takes(Scenario, "get one by case('korea') or load('border.yaml')")


def numbers_of(scenario: Scenario, given: Any, others: Mapping[str, float] | None = None) -> dict[str, float]:
    """All parameters of a case: those given, and the ``others``, by default at their likely values.

    DetenteError for an unknown name and for what is no number; nan and infinity are told by what they spoil.
    """
    found = {**scenario.likely, **(others or {})}
    if not isinstance(given, Mapping | None):
        raise DetenteError(f"Numbers are given as {{parameter: value}}, not as {given!r:.60}.")
    for name, value in (given or {}).items():
        if name not in found:
            factor = any(each.name == name for each in scenario.factors)
            hint = "It is a factor: it has levels." if factor else did_you_mean(name, found)
            raise DetenteError(f"There is no parameter {name!r}. {hint or '`detente show` lists the parameters.'}")
        as_float = plain(value)
        if as_float is None:
            raise DetenteError(f"The parameter {name} is a number, not {value!r:.60}.")
        found[name] = as_float
    return found


def in_months(scenario: Scenario) -> str:
    """Why a question is not asked of a case that moves in months, and which is."""
    return (
        f"With `moves: {scenario.moves}` play goes in months, and this is not asked of it. Ask: detente trace "
        f"{scenario.name} (or its file), which tells what each does; from Python: found = dt.periods(dt.case("
        f"{scenario.name!r})); dt.trace(found.game, found.precision, noise=found.noise). "
        "A case without `moves` goes in continuous time, and all questions are asked of that."
    )
