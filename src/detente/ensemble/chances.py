"""The chance of each outcome by and at each month from a situation, in one solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import outlook
from detente.outcome.targets import targets_of
from detente.problems import DetenteError

if TYPE_CHECKING:
    import xarray as xr

    from detente.equilibrium.result import Equilibrium
    from detente.game.arrays import Game
    from detente.game.structure import Structure
    from detente.scenario.model import Scenario, Situation


def situation_of(scenario: Scenario, since: str | None = None) -> Situation:
    """The situation of that name; None: that which the case asks from, or the latest. DetenteError without one."""
    wanted = since or scenario.ask.since
    if wanted is not None:
        return scenario.situation(wanted)
    if not scenario.situations:
        raise DetenteError("The scenario has no situation to start from; write one under `situations`.")
    return max(reversed(scenario.situations), key=lambda situation: situation.date.ordinal)


def chances(
    structure: Structure, game: Game, equilibrium: Equilibrium, situation: Situation, months: int
) -> xr.Dataset:
    """``by`` and ``at`` (outcome, month): that it has come about by the month, that it holds in it (nan: an action)."""
    scenario = structure.scenario
    dates, state = schedule(scenario, situation, months), structure.index(situation)
    found = outlook(chain_of(structure, game, equilibrium), targets_of(structure), state, dates)
    return labelled(scenario, situation, {"by": found.by, "at": found.at})


def labelled(scenario: Scenario, situation: Situation, arrays: dict[str, np.ndarray]) -> xr.Dataset:
    """Arrays (K, T + 1) by name with outcomes, months and dates."""
    import xarray as xr

    months = np.arange(next(iter(arrays.values())).shape[1])
    coordinates = {
        "outcome": [outcome.name for outcome in scenario.outcomes],
        "month": months,
        "date": ("month", [str(situation.date.after(int(month))) for month in months]),
    }
    return xr.Dataset(
        {name: (("outcome", "month"), array) for name, array in arrays.items()},
        coords=coordinates,
        attrs={"case": scenario.name, "situation": situation.name},
    )
