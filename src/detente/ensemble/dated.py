"""What changes when actors know the dates: backward induction through a scenario's calendar.

In the stationary equilibrium actors expect a dated rule, ``every: 48 months``, as a hazard of 1/48 a month; a forecast
then lets it happen on its date. Here they expect it on its date too, and play changes as a date comes near:
:mod:`detente.equilibrium.dated` with the scenario's rules and dates from a situation on, and the chance of each outcome
under that play (:mod:`detente.outcome.varying`), beside the stationary forecast's. Where the stationary solution is not
stable backwards there is no such answer without an end of time: the statement says 'depends on the horizon'.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.ensemble.chances import labelled, situation_of
from detente.ensemble.solution import labels, of_a_solution
from detente.equilibrium.dated import FARTHEST, Dated
from detente.equilibrium.dated import dated as backwards
from detente.given import months_ahead, number, tolerance_of
from detente.outcome.calendar import schedule
from detente.outcome.chain import Play, chain_of_play
from detente.outcome.dated_rules import dated_rules
from detente.outcome.targets import targets_of
from detente.outcome.varying import varying

if TYPE_CHECKING:
    import xarray as xr

    from detente.ensemble.solution import Solution
    from detente.outcome.process import Chain
    from detente.scenario.model import Situation

PARTS = 2  # values a month: at its start and in its middle


@dataclass(frozen=True, eq=False)
class DatedForecast:
    """Play and chances when actors know the dates, beside the stationary ones. Read ``statement`` first."""

    solution: Solution  # the stationary one
    situation: Situation
    months: int
    found: Dated = field(repr=False)

    @property
    def answered(self) -> bool:
        """Whether there is an answer that does not depend on the horizon."""
        return self.found.converged

    @property
    def statement(self) -> str:
        """How it was found, or why not; and by how much chances differ from the stationary forecast's."""
        if not self.answered:
            return self.found.statement
        told = self.found.statement
        if not self.solution.scenario.outcomes:
            return told
        apart = abs(self.data["by"] - self.data["stationary_by"]).max("month")
        name = str(apart["outcome"].values[int(np.argmax(apart.values))])
        mine, theirs = (100 * float(self.data[which].sel(outcome=name)[-1]) for which in ("by", "stationary_by"))
        return (
            f"{told} Chances by a month differ from the stationary forecast's by up to {100 * float(apart.max()):.2g} "
            f"in 100, most for {name!r}: {mine:.3g} in 100 by month {self.months}, {theirs:.3g} in the stationary one."
        )

    @cached_property
    def data(self) -> xr.Dataset:
        """``by``, ``at`` and ``stationary_by``, ``stationary_at`` (outcome, month); nan where there is no answer."""
        steady = self.solution.chances(self.situation.name, self.months)
        by = at = np.full(steady["by"].shape, np.nan)
        if self.answered:
            structure = self.solution.structure
            dates = schedule(structure.scenario, self.situation, self.months)
            by, at = varying(self._chain, targets_of(structure), structure.index(self.situation), dates)
        arrays = {"by": by, "at": at, "stationary_by": steady["by"].values, "stationary_at": steady["at"].values}
        return labelled(self.solution.scenario, self.situation, arrays)

    @property
    def values(self) -> xr.DataArray:
        """What the future is worth, payoff (month, state, actor), just after what is dated in the month."""
        import xarray as xr

        value = self.found.value[::PARTS]
        coordinates = labels(self.solution.structure) | {"month": np.arange(len(value))}
        return xr.DataArray(value, dims=("month", "state", "actor"), coords=coordinates, name="value")

    def _chain(self, month: int) -> Chain:
        """The process from a month to the next, by the play in its middle."""
        policy, accepted = self.found.play(PARTS * month + 1 if self.months else 0)
        never = [np.zeros(len(column), dtype=bool) for column in policy]
        return chain_of_play(self.solution.scenario, self.solution.game, Play(policy, accepted, never))

    def __repr__(self) -> str:
        return f"<{self.solution.scenario.name} from {self.situation.name} with its dates: {self.found.statement}>"


@of_a_solution
def dated(
    solution: Solution,
    since: str | None = None,
    months: int = 60,
    *,
    beyond: float | None = None,
    tolerance: float = 1e-6,
) -> DatedForecast:
    """A solution's case from a situation (default: the latest) with dated rules expected on their dates.

    ``beyond``: months past the horizon at which backward induction begins with the stationary values; without it,
    until a hundredth of what they differ by is left. ``tolerance``: error of a step, in log odds of play. Where there
    is no answer the statement says so; DetenteError for an unknown situation, months that are not 1 to 1200, and
    ``beyond`` that is not 0 to 1200.
    """
    months, tolerance = months_ahead(months), tolerance_of(tolerance)
    if beyond is not None:
        must = f"Backward induction begins 0 to {FARTHEST:g} months beyond the horizon"
        beyond = number(beyond, must, lambda found: 0.0 <= found <= FARTHEST)
    situation = situation_of(solution.scenario, since)
    rules = dated_rules(solution.structure, solution.numbers, situation)
    found = backwards(solution.game, solution.equilibrium, rules, months, beyond, tolerance, PARTS)
    return DatedForecast(solution, situation, months, found)
