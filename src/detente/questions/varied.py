"""What is varied slowly: the number that is swept and its range, the factor that is stepped; and what makes no sense.

A range may be the parameter's own, another, or its own so many times as wide about its middle. At its ends every
chance, rate and weight must stay within its bounds. All is refused before anything is solved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from detente.game.structure import compile as compiled
from detente.given import number
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.game.structure import Structure
    from detente.scenario.model import Parameter, Scenario


MOST_POINTS = 10_000  # of a branch: at ten seconds a point, as on a large case, more than a day


class Ways(TypedDict, total=False):
    """What else may be said of how to look.

    ``low``, ``high``: another range than the parameter's. ``beyond``: the range so many times as wide. ``across``: a
    second parameter, for a map. ``freeze``: factors that stand still, for a smaller case. ``points``: follow the branch
    with at most so many points though the case is large.
    """

    low: float | None
    high: float | None
    beyond: float | None
    across: str | None
    freeze: Sequence[str]
    points: int | None


def sensible(scenario: Scenario, parameter: Parameter | None, factor: int | None, ways: Ways) -> None:
    """Refuse what makes no sense before anything is solved."""
    points = ways.get("points")
    if points is not None and points < 2:
        raise DetenteError(f"A branch needs at least 2 points, not {points}.")
    if points is not None and points > MOST_POINTS:
        raise DetenteError(
            f"A branch is followed for at most {MOST_POINTS:,} points (--points), not {points:,}; where those do not "
            "reach, a narrower range does (--low, --high)."
        )
    if factor is not None and any(ways.get(name) is not None for name in ("low", "high", "beyond", "points")):
        name = scenario.factors[factor].name
        raise DetenteError(f"{name!r} is a factor: it has levels, and no range. Leave the range out, or name a number.")
    if parameter is not None:
        within(scenario, parameter, *range_of(parameter, ways))
        if parameter.low < parameter.high and not matters(compiled(scenario), parameter):
            raise DetenteError(f"Nothing that can happen depends on {parameter.name}, so there is nothing to sweep.")


def matters(structure: Structure, parameter: Parameter) -> bool:
    """Whether the game is another one at the two ends of a parameter's range."""
    ends = (structure.game({parameter.name: end}).numbers for end in (parameter.low, parameter.high))
    return any(not np.array_equal(one, other) for one, other in zip(*ends, strict=True))


def quantity(scenario: Scenario, name: str | None) -> tuple[Parameter | None, int | None]:
    """The parameter or the ordered factor of that name; None for both where none is given."""
    if name is None:
        return None, None
    parameters = {one.name: one for one in scenario.parameters}
    factors = {one.name: f for f, one in enumerate(scenario.factors)}
    if name in parameters:
        return parameters[name], None
    if name not in factors:
        hint = did_you_mean(name, [*parameters, *factors]) or "`detente show` lists parameters and factors."
        raise DetenteError(f"There is no parameter or factor {name!r}. {hint}")
    if not scenario.factors[factors[name]].ordered:
        raise DetenteError(f"The factor {name!r} has kinds, which have no order to step through. Name one with levels.")
    return None, factors[name]


def second_of(
    scenario: Scenario, name: str | None, parameter: Parameter | None, factor: int | None
) -> Parameter | None:
    """The second parameter of a map; None where none is asked for."""
    if name is None:
        return None
    second, _ = quantity(scenario, name)
    if second is None or factor is not None:
        raise DetenteError("A map is drawn in two parameters; factors have levels, and are stepped.")
    if not second.low < second.high:
        raise DetenteError(f"{name} has no range ({second.low:g} to {second.high:g}) to draw a map over.")
    if parameter is not None:
        apart(parameter, second)
    return second


def apart(parameter: Parameter, second: Parameter) -> None:
    """Refuse a map in one parameter and itself."""
    if parameter.name == second.name:
        raise DetenteError(f"A map needs two different parameters, not {second.name} twice.")


def range_of(parameter: Parameter, ways: Ways) -> tuple[float, float]:
    """The range swept: the parameter's own, so many times as wide about its middle, not past zero; or what is given."""
    low, high = ways.get("low"), ways.get("high")
    given, must = ways.get("beyond"), "The range can be made so many times as wide as a number above 0 says"
    beyond = 1.0 if given is None else number(given, must, lambda found: 0.0 < found < np.inf)
    middle, half = (parameter.low + parameter.high) / 2, beyond * (parameter.high - parameter.low) / 2
    bottom, top = (parameter.low, parameter.high) if beyond == 1.0 else (middle - half, middle + half)
    if parameter.low >= 0.0:
        bottom = max(bottom, parameter.low / max(beyond, 1.0))
    if parameter.high <= 0.0:
        top = min(top, parameter.high / max(beyond, 1.0))
    bottom = bottom if low is None else number(low, f"The low end of {parameter.name} is a number")
    top = top if high is None else number(high, f"The high end of {parameter.name} is a number")
    if not bottom < top:
        raise DetenteError(
            f"{parameter.name} cannot run from {bottom:g} to {top:g}: its low end must lie below its high end. "
            f"Its own range is {parameter.low:g} to {parameter.high:g}; give another with --low and --high."
        )
    return bottom, top


def within(scenario: Scenario, parameter: Parameter, low: float, high: float) -> None:
    """Refuse a range at whose ends a chance, rate or weight leaves its bounds."""
    if low >= parameter.low and high <= parameter.high:
        return
    structure = compiled(scenario)
    for end in (low, high):
        try:
            structure.game({parameter.name: end})
        except DetenteError as error:
            raise DetenteError(f"{parameter.name} cannot run to {end:g}. {error}") from error
