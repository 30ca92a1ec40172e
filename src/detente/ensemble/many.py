"""Many sets of numbers of one case solved in one call, on a CPU or on a GPU where there is one.

:mod:`detente.equilibrium.batch` with a scenario's draws: all are continued from the central solution together, and
those that do not get there are solved one after another (``finish``). In single precision every draw is corrected once
in double precision and tells its error. On a processor the draws of ``dt.forecast``, several processes at once, are as
quick; a batch is for a GPU, or for very many draws of a small case, where compiling takes longer than solving.

Games are made as they are solved, so that memory holds one chunk of them; play is computed from values when asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from detente.ensemble.draws import draw, named
from detente.ensemble.play import game_at
from detente.ensemble.solution import Solution, labels, solve
from detente.equilibrium.batch import Batch, Precision, finish, solve_batch
from detente.equilibrium.batch_games import Drawn, stack
from detente.equilibrium.from_values import Told, equilibrium_from_values
from detente.given import array_of, tolerance_of, whole
from detente.problems import DetenteError
from detente.scenario.given import numbers_of, of_a_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from detente.equilibrium.result import Progress
    from detente.game.arrays import Game
    from detente.scenario.model import Scenario


@dataclass(frozen=True, eq=False)
class Many:
    """A case solved at many sets of numbers. Read ``statement`` first."""

    central: Solution = field(repr=False)  # from which they were continued
    numbers: tuple[Mapping[str, float], ...] = field(repr=False)
    batch: Batch = field(repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def statement(self) -> str:
        """What was reached, the largest error, on what it ran."""
        return self.batch.statement

    @cached_property
    def data(self) -> xr.Dataset:
        """``value`` (draw, state, actor), ``numbers`` (draw, parameter), ``converged``, ``error``, ``residual`` (draw).

        ``error``: estimated, in log odds of play; ``residual``: payoff a month. Values of draws that did not converge
        are nan.
        """
        import xarray as xr

        value = np.where(self.batch.converged[:, None, None], self.batch.value, np.nan)
        names = [parameter.name for parameter in self.central.scenario.parameters]
        numbers = np.array([[each[name] for name in names] for each in self.numbers]).reshape(len(self), len(names))
        return xr.Dataset(
            {
                "value": (("draw", "state", "actor"), value),
                "numbers": (("draw", "parameter"), numbers),
                "converged": ("draw", self.batch.converged),
                "error": ("draw", self.batch.error),
                "residual": ("draw", self.batch.residual),
            },
            coords=labels(self.central.structure) | {"draw": np.arange(len(self)), "parameter": names},
            attrs={"statement": self.statement, "precision": self.batch.precision, "device": self.batch.device},
        )

    def solution(self, draw: int) -> Solution:
        """One draw as a solution, its play computed; DetenteError for one that there is not, or was not reached."""
        if not 0 <= draw < len(self):
            raise DetenteError(f"There are draws 0 to {len(self) - 1}, not {draw}.")
        structure, numbers, batch = self.central.structure, self.numbers[draw], self.batch
        if not batch.converged[draw]:
            raise DetenteError(
                f"Draw {draw} has no solution: {self.statement} dt.solve at its numbers says where its branch ends."
            )
        told = Told(
            f"One of a batch of {len(self)}, to an error of {batch.error[draw]:.1e} in log odds; not certified.",
            f"batched Newton-Krylov, {batch.precision} on {batch.device}",
            float(batch.error[draw]),
        )
        found = equilibrium_from_values(game_at(structure, numbers), batch.value[draw], told)
        return Solution(self.central.scenario, numbers, structure, found)

    def __repr__(self) -> str:
        return f"<{len(self)} solutions of {self.central.scenario.name}: {self.statement}>"


@of_a_case
def solve_many(
    scenario: Scenario,
    numbers: int | Sequence[Mapping[str, float]] | np.ndarray,
    *,
    start: Solution | None = None,
    seed: int = 0,
    tolerance: float = 1e-6,
    precision: Precision = "float64",
    device: str | None = None,
    progress: Progress | None = None,
) -> Many:
    """The stationary equilibria of a case at many sets of numbers, each continued from one solution.

    ``numbers``: how many draws of all parameters (of this ``seed``, the same as a forecast's); or mappings of those
    that are not likely; or an array (draws, parameters) in file order. ``start``: the solution to continue from, by
    default the case at its likely numbers. ``tolerance``: largest error of log odds. ``precision``: 'float64', or
    'float32', which is corrected once and tells an error of up to 0.001. ``device``: 'cpu', 'gpu', or JAX's default.
    Draws that did not converge together are then solved one by one. DetenteError for numbers that make no sense, a
    device that there is not, and a start of another case or not reached.
    """
    wanted, tolerance = _wanted(scenario, numbers, seed), tolerance_of(tolerance)
    if start is None:
        start = solve(scenario, certify="index")
    if not isinstance(start, Solution):
        raise DetenteError(f"start is a {type(start).__name__}; give a solution of this case, as solve gives.")
    start.must_be_of(scenario)
    if not start.reached:
        raise DetenteError(f"There is no solution to continue the draws from. {start.statement}")
    structure = start.structure

    def made(first: int, last: int) -> Game:
        return stack([game_at(structure, each) for each in wanted[first:last]])

    games, value, centre = Drawn(len(wanted), made), start.equilibrium.value, start.game
    batch = solve_batch(
        games,
        value,
        tolerance=tolerance,
        precision=precision,
        device=_device(device),
        neighbour=centre,
        progress=progress,
    )
    return Many(start, tuple(wanted), finish(batch, games, value, centre, progress))


def _wanted(
    scenario: Scenario, numbers: int | Sequence[Mapping[str, float]] | np.ndarray, seed: int
) -> list[dict[str, float]]:
    """All numbers of each draw."""
    if isinstance(numbers, (int, np.integer)):
        count = whole(numbers, "There must be one draw at least", 1)
        return [named(scenario, row) for row in draw(scenario, count, seed)]
    if isinstance(numbers, np.ndarray):
        count = len(scenario.parameters)
        if numbers.ndim != 2 or numbers.shape[1] != count or not len(numbers):
            raise DetenteError(f"Numbers have the shape {numbers.shape}; it should be (draws, {count} parameters).")
        return [named(scenario, row) for row in array_of(numbers, "Numbers must be real numbers")]
    given = list(numbers) if isinstance(numbers, Iterable) else []
    if not given or not all(isinstance(each, Mapping) for each in given):
        raise DetenteError("Numbers are a count of draws, or one mapping of parameters to values for each draw.")
    return [numbers_of(scenario, each) for each in given]


def _device(name: str | None) -> Any:
    if name is None:
        return None
    try:
        return jax.devices(name)[0]
    except (RuntimeError, AttributeError):
        there = ", ".join(sorted({device.platform for device in jax.devices()}))
        raise DetenteError(f"JAX finds no device {name!r} here; it has: {there}.") from None
