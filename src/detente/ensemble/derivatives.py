"""What moves an answer: its derivative by every parameter of a case at once.

The answer is an outcome's chance by or at a month from a situation (:mod:`detente.outcome.gradient`), or what the
future is worth to an actor there (:mod:`detente.equilibrium.sensitivity`). The equilibrium's own change is part of it:
everybody's play answers to the new number. One linear system serves all parameters.

A slope is that at the solution's numbers. ``across`` is the slope times the width of the parameter's range, the change
over the whole range if the slope stayed as it is: it makes parameters of different units comparable, and is no forecast
of what the ends of the range would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.ensemble.chances import situation_of
from detente.ensemble.solution import of_a_solution
from detente.equilibrium.sensitivity import TOLERANCE, Worth, gradient
from detente.given import months_ahead, tolerance_of
from detente.outcome.calendar import schedule
from detente.outcome.gradient import Kind, chance_gradient
from detente.outcome.targets import targets_of
from detente.problems import DetenteError, did_you_mean

if TYPE_CHECKING:
    import xarray as xr

    from detente.ensemble.solution import Solution
    from detente.scenario.model import Scenario


@of_a_solution
def derivatives(
    solution: Solution,
    outcome: str | None = None,
    *,
    actor: str | None = None,
    since: str | None = None,
    months: int = 60,
    kind: Kind = "by",
    tolerance: float = TOLERANCE,
) -> xr.Dataset:
    """``slope``, per unit of each parameter, and ``across``, its range times that; all by parameter.

    Of an ``outcome``'s chance ``by`` (or ``at``) so many months after a situation, by default the latest; or of the
    value, payoff, that the future has for an ``actor`` in that situation: give one of the two. Coordinates ``unit``,
    ``at``, ``low`` and ``high`` tell where each parameter stands, and its range; ``attrs['answer']`` is the chance or
    value itself. ``tolerance``: of the linear system, relative. DetenteError for an unknown name, both or neither of
    outcome and actor, ``kind='at'`` of an action, and a solution that was not reached.
    """
    import xarray as xr

    months, tolerance = months_ahead(months), tolerance_of(tolerance)
    if (outcome is None) == (actor is None):
        raise DetenteError("Give an outcome or an actor, one of the two: derivatives(solution, 'agreement').")
    if kind not in ("by", "at"):
        raise DetenteError(f"The kind is 'by' or 'at', not {kind!r}.")
    scenario, structure = solution.scenario, solution.structure
    situation = situation_of(scenario, since)
    state = structure.index(situation)
    told = {"case": scenario.name, "situation": situation.name}
    if outcome is not None:
        (target,) = targets_of(structure, [scenario.outcome(outcome)])
        dates = schedule(scenario, situation, months)
        answer, slopes = chance_gradient(
            structure, solution.numbers, solution.equilibrium, target, state, dates, kind=kind, tolerance=tolerance
        )
        told |= {"of": f"chance of {outcome} {kind} month {months}"}
    else:
        of = Worth.of(solution.equilibrium.value.shape, state, _actor(scenario, str(actor)))
        answer, slopes = gradient(structure, solution.numbers, solution.equilibrium, of, tolerance)
        told |= {"of": f"value to {actor}, payoff"}
    parameters = scenario.parameters
    slope = np.array([slopes[parameter.name] for parameter in parameters])
    low, high = (np.array([getattr(each, end) for each in parameters], dtype=float) for end in ("low", "high"))
    return xr.Dataset(
        {"slope": ("parameter", slope), "across": ("parameter", slope * (high - low))},
        coords={
            "parameter": [parameter.name for parameter in parameters],
            "unit": ("parameter", np.array([parameter.unit for parameter in parameters], dtype=str)),
            "at": ("parameter", np.array([solution.numbers[parameter.name] for parameter in parameters], dtype=float)),
            "low": ("parameter", low),
            "high": ("parameter", high),
        },
        attrs={**told, "answer": float(answer)},
    )


def _actor(scenario: Scenario, name: str) -> int:
    names = [actor.name for actor in scenario.actors]
    if name not in names:
        hint = did_you_mean(name, names) or f"There are: {', '.join(names)}."
        raise DetenteError(f"There is no actor {name!r}. {hint}")
    return names.index(name)
