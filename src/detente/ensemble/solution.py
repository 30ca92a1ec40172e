"""One solution of a case by itself: solved, kept in one file with all that it was made from, read, started from.

The file (.npz) holds the scenario and its claims as text, the numbers, the settings, the values and policies, and what
the solver said. Reading it needs nothing else, and solving it again gives the same arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import case_key
from detente.ensemble.chances import chances, situation_of
from detente.ensemble.play import game_at
from detente.ensemble.record import equilibrium_from, to_arrays
from detente.equilibrium.result import Settings
from detente.equilibrium.stationary import solve as solve_game
from detente.game.structure import Structure, compile  # noqa: A004
from detente.given import months_ahead
from detente.kept import keep, kept
from detente.problems import DetenteError, takes
from detente.scenario.given import numbers_of, of_a_case
from detente.scenario.load import load_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from detente.equilibrium.result import Equilibrium, Level, Progress
    from detente.game.arrays import Game
    from detente.scenario.model import Scenario

KIND = "solution"
_TAKEN = {  # names in labelled arrays; a factor of such a name gets an underscore after it
    "actor", "apart", "arc", "chances", "converged", "differ", "draw", "equilibrium", "error", "kind", "month",
    "numbers", "p", "parameter", "point", "regret", "residual", "rightmost", "stability", "starts", "state",
    "value", "way",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Solution:
    """A case solved at given numbers. ``equilibrium`` has the arrays, and how far they can be trusted."""

    scenario: Scenario = field(repr=False)
    numbers: Mapping[str, float] = field(repr=False)  # parameter -> value
    structure: Structure = field(repr=False)
    equilibrium: Equilibrium = field(repr=False)

    @property
    def statement(self) -> str:
        """What the solver says of it, in a sentence or two."""
        return self.equilibrium.statement

    @cached_property
    def game(self) -> Game:
        """The game that it solves."""
        return game_at(self.structure, self.numbers)

    @property
    def values(self) -> xr.DataArray:
        """What the future is worth to each actor in each state, payoff (state, actor); a coordinate for each factor.

        nan where the solution was not reached: ``equilibrium`` has how far the solver came, and ``statement`` says why.
        """
        import xarray as xr

        found = self.equilibrium.value if self.reached else np.full_like(self.equilibrium.value, np.nan)
        return xr.DataArray(
            found,
            dims=("state", "actor"),
            coords=labels(self.structure),
            name="value",
            attrs={"unit": "payoff", "statement": self.statement},
        )

    @property
    def reached(self) -> bool:
        """Whether it is a solution at its own precisions; ``equilibrium.certified`` says how sure that is."""
        return self.equilibrium.converged and self.equilibrium.reached == 1.0

    def chances(self, since: str | None = None, months: int = 60) -> xr.Dataset:
        """``by`` and ``at`` (outcome, month): each outcome's chance in the months after a situation, or the latest.

        ``by``: that it has come about by the month; ``at``: that it holds in it, nan for an action. DetenteError for
        an unknown situation, for months that are not 1 to 1200, and where the solution was not reached.
        """
        if not self.reached:
            raise DetenteError(f"There is no solution to tell chances from. {self.statement}")
        months = months_ahead(months)
        return chances(self.structure, self.game, self.equilibrium, situation_of(self.scenario, since), months)

    def __repr__(self) -> str:
        found = self.equilibrium
        size = " x ".join(f"{n:,}" for n in found.value.shape)
        return f"<Solution of {self.scenario.name}: {size} values, regret {found.regret:.1e}. {found.statement}>"

    def must_be_of(self, scenario: Scenario) -> None:
        """DetenteError if this is a solution of another case."""
        if self.scenario is not scenario and case_key(self.scenario) != case_key(scenario):
            raise DetenteError("The start is a solution of another case; solve this one without it.")

    def save(self, path: Path | str) -> None:
        """Keep it in one file, whole or not at all; DetenteError otherwise."""
        told = {
            "name": self.scenario.name,
            "scenario": self.scenario.text,
            "claims": self.scenario.claims.text,
            "numbers": {name: float(value).hex() for name, value in self.numbers.items()},
        }
        keep(path, KIND, told, to_arrays(self.equilibrium))

    @classmethod
    def load(cls, path: Path | str) -> Solution:
        """Read back what was kept; DetenteError for another file or none."""
        return kept(path, KIND, cls._from)

    @classmethod
    def _from(cls, told: dict[str, Any], arrays: dict[str, np.ndarray]) -> Solution:
        found = equilibrium_from(arrays)
        if found is None:
            raise ValueError("it lacks some of its arrays")
        numbers = {name: float.fromhex(value) for name, value in told["numbers"].items()}
        scenario = load_text(told["scenario"], told["name"], told["claims"])
        return cls(scenario, numbers, compile(scenario), found)


@of_a_case
def solve(
    scenario: Scenario,
    numbers: Mapping[str, float] | None = None,
    *,
    start: Solution | None = None,
    tolerance: float = 1e-8,
    certify: bool | Level = True,
    progress: Progress | None = None,
    round_folds: bool = False,
) -> Solution:
    """The stationary equilibrium of a case, at its likely numbers but for those given.

    ``start``: a solution of the same case at other numbers, from which this one is continued. ``tolerance``: largest
    error of log odds. ``certify``: 'full' tries other starts, 'index' counts eigenvalues only, 'none'; True is 'full',
    or 'index' from a start. ``round_folds``: where the branch from default play turns back, follow it round.
    DetenteError for an unknown parameter, or a start of another case.
    """
    if start is not None:
        if not isinstance(start, Solution):
            raise DetenteError(f"start is a {type(start).__name__}; give a solution of this case, as solve gives.")
        start.must_be_of(scenario)
    structure = compile(scenario) if start is None else start.structure
    wanted = numbers_of(scenario, numbers)
    game = game_at(structure, wanted)
    near = None if start is None else start.game
    found = solve_game(
        game,
        start=None if start is None else start.equilibrium,
        neighbour=near,
        tolerance=tolerance,
        certify=certify,
        progress=progress,
        settings=Settings(round_folds=round_folds),
    )
    return Solution(scenario, wanted, structure, found)


of_a_solution = takes(Solution, "get one by solve(case)")


def labels(structure: Structure) -> dict[str, Any]:
    """Coordinates of arrays over states and actors: the actors' names, and each factor's level in each state."""
    scenario, levels = structure.scenario, structure.states.levels
    named = {
        factor.name + "_" * (factor.name in _TAKEN): ("state", np.array(factor.levels)[levels[:, f]])
        for f, factor in enumerate(scenario.factors)
    }
    return {"actor": [actor.name for actor in scenario.actors], **named}
