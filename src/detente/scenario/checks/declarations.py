"""What is declared and never used, or used and never declared: parameters, factors, numbers in formulas.

None of these needs the states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from detente.scenario.formula import Formula
from detente.scenario.inventory import uses

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.scenario.checks.damage import Damage
    from detente.scenario.model import Actor, Factor, OutcomeSpec, Parameter, Scenario

    Named: TypeAlias = Actor | Factor | OutcomeSpec | Parameter

LONGEST = 60  # letters of a title: pictures have no room for more


def find(scenario: Scenario, damage: Damage, found: Findings) -> None:
    """All findings about declarations."""
    numbers = [use.formula for use in uses(scenario) if isinstance(use.formula, Formula)]
    used = damage.words.union(*(formula.parameters for formula in numbers))
    for parameter in scenario.parameters:
        _parameter(parameter, used, damage, found)
    _titles(scenario, found)
    _empty(scenario, found)
    _unread(scenario, damage, found)
    _bare(scenario, found)
    _forces(scenario, found)


def _parameter(parameter: Parameter, used: frozenset[str], damage: Damage, found: Findings) -> None:
    name = parameter.name
    if name not in used:
        found.warning(
            f"Parameter {name!r} is in no formula, so it changes nothing",
            parameter.place, "Use it in a formula, or delete it.", "unused-parameter",
        )  # fmt: skip
    if parameter.low == parameter.high and not damage.touched("parameters", name):
        found.warning(
            f"Parameter {name!r} has no range: low and high are both {parameter.low:g}",
            parameter.place, "How far could it reasonably be from the likely value?", "no-range",
        )  # fmt: skip


def _titles(scenario: Scenario, found: Findings) -> None:
    """Parameters that readers could not tell apart."""
    seen: dict[str, str] = {}
    for parameter in scenario.parameters:
        if len(parameter.label) > LONGEST:
            found.warning(
                f"The title of {parameter.name!r} has {len(parameter.label)} letters", parameter.place,
                f"Tables and pictures have room for {LONGEST}; say more in `note`.", "long-title",
            )  # fmt: skip
        first = seen.setdefault(_plain(parameter.label), parameter.name)
        if first != parameter.name:
            found.warning(
                f"Parameters {first!r} and {parameter.name!r} are both called {parameter.label!r}",
                parameter.place, "Give each a title of its own, so that readers can tell them apart.", "same-title",
            )  # fmt: skip
        elif parameter.title and (other := _named(scenario, parameter)):
            found.warning(
                f"The title of parameter {parameter.name!r}, {parameter.title!r}, is the name of {other}",
                parameter.place, "Give it a title of its own, so that readers can tell them apart.", "same-title",
            )  # fmt: skip
    callings: dict[str, str] = {}
    for actor in scenario.actors:
        first = callings.setdefault(_plain(actor.title or actor.name), actor.name)
        if first != actor.name:
            found.warning(
                f"Actors {first!r} and {actor.name!r} are both called {actor.title or actor.name!r}",
                actor.place, "Give each a name of its own, so that readers can tell them apart.", "same-title",
            )  # fmt: skip


def _named(scenario: Scenario, parameter: Parameter) -> str:
    """What else in the case has the parameter's title for its name; '' if nothing has."""
    groups: tuple[tuple[str, tuple[Named, ...]], ...] = (
        ("another parameter", tuple(one for one in scenario.parameters if one is not parameter)),
        ("an actor", scenario.actors), ("a factor", scenario.factors), ("an outcome", scenario.outcomes),
    )  # fmt: skip
    title = _plain(parameter.title)
    return next((what for what, group in groups if any(_plain(one.name) == title for one in group)), "")


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _empty(scenario: Scenario, found: Findings) -> None:
    """Titles that are written and say nothing."""
    if scenario.source is None:
        return
    written: list[tuple[tuple[str, ...], str]] = [(("title",), "The title of the scenario")]
    written += [(("parameters", one.name, "title"), f"The title of {one.name!r}") for one in scenario.parameters]
    written += [(("actors", one.name, "name"), f"The name of actor {one.name!r}") for one in scenario.actors]
    for steps, what in written:
        mark = scenario.source.values.get(steps)
        if mark is not None and not (mark.text or "").strip():
            place = scenario.source.place(*steps)
            found.warning(f"{what} is empty", place, "Say it in a few plain words, or delete the line.", "empty-title")


def _unread(scenario: Scenario, damage: Damage, found: Findings) -> None:
    """Factors that nothing depends on; an effect on a factor that reads only itself is no use of it."""
    read: set[int] = set()
    for use in uses(scenario):
        own = {use.formula.factor} if not isinstance(use.formula, Formula) else set()
        read |= use.formula.factors - own
    for at, factor in enumerate(scenario.factors):
        if at not in read and factor.name not in damage.words and not damage.touched("factors", factor.name):
            found.warning(
                f"No formula reads the factor {factor.name!r}: nothing depends on it",
                factor.place, "Read it in a guard, an interest or an outcome, or delete it.", "unread-factor",
            )  # fmt: skip


def _bare(scenario: Scenario, found: Findings) -> None:
    """Numbers written into formulas. Guards and effects may hold no parameter, so their numbers are left alone."""
    for use in uses(scenario):
        if isinstance(use.formula, Formula) and not use.structural and use.kind != "branch":
            for value, place in use.formula.literals:
                if value not in (0.0, 1.0):
                    found.warning(
                        f"The number {value:g} in {use.what} has no range and no basis",
                        place or use.formula.place, "Name it under 'parameters'.", "bare-number",
                    )  # fmt: skip


def _forces(scenario: Scenario, found: Findings) -> None:
    """Forces that hold a factor by which an outcome is defined: `why` would explain the outcome by itself."""
    for force, factors in scenario.forces.items():
        for outcome in scenario.outcomes:
            shared = sorted(set(factors) & outcome.when.factors) if outcome.when is not None else []
            if shared:
                names = " and ".join(repr(scenario.factors[factor].name) for factor in shared)
                found.warning(
                    f"Force {force!r} holds {names}, by which the outcome {outcome.name!r} is defined; "
                    f"'why' cannot explain that outcome with it",
                    scenario.source.key_place("forces", force) if scenario.source else outcome.place,
                    "Take the factor out of the force, or ask 'why' about other outcomes.", "force-defines-outcome",
                )  # fmt: skip
