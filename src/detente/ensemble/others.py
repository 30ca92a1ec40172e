"""Other equilibria of a case, looked for from many starts: :mod:`detente.equilibrium.others` with its names."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from detente.ensemble.solution import Solution, labels, of_a_solution
from detente.equilibrium.others import Other, Others
from detente.equilibrium.others import other_equilibria as look
from detente.problems import DetenteError

if TYPE_CHECKING:
    import xarray as xr

    from detente.equilibrium.result import Progress

_STABILITY = {True: "stable", False: "unstable", None: "unknown"}


@dataclass(frozen=True, eq=False)
class OtherEquilibria:
    """What many starts led to; number 0 is the solution that there was. Read ``statement`` first."""

    known: Solution = field(repr=False)
    search: Others = field(repr=False)

    def __len__(self) -> int:
        return len(self.search.found)

    @property
    def statement(self) -> str:
        """How many starts led where."""
        return self.search.statement

    @property
    def found(self) -> tuple[Other, ...]:
        """Each equilibrium with the starts that led to it."""
        return self.search.found

    @cached_property
    def data(self) -> xr.Dataset:
        """By equilibrium: ``value`` (equilibrium, state, actor), ``starts`` that led to it, ``stability``, and others.

        ``residual``: payoff a month; ``regret``: payoff; ``apart``: from number 0, in log odds, and ``chances``: in
        chances of choosing.
        """
        import xarray as xr

        found = self.found
        numbers = {
            "starts": np.array([other.count for other in found]),
            "residual": np.array([other.equilibrium.residual for other in found]),
            "regret": np.array([other.equilibrium.regret for other in found]),
            "apart": np.array([other.apart for other in found]),
            "chances": np.array([other.chances for other in found]),
            "stability": np.array([_STABILITY[other.stable] for other in found]),
        }
        value = np.stack([other.equilibrium.value for other in found])
        return xr.Dataset(
            {"value": (("equilibrium", "state", "actor"), value)}
            | {name: ("equilibrium", array) for name, array in numbers.items()},
            coords=labels(self.known.structure) | {"equilibrium": np.arange(len(found))},
            attrs={"statement": self.statement, "lost": len(self.search.lost), "not_tried": self.search.left},
        )

    def solution(self, number: int) -> Solution:
        """One of them as a solution, a start for ``dt.branch`` or ``dt.solve``; DetenteError for a number too high."""
        if not 0 <= number < len(self):
            raise DetenteError(f"There are equilibria 0 to {len(self) - 1}, not {number}.")
        known = self.known
        return Solution(known.scenario, known.numbers, known.structure, self.found[number].equilibrium)

    def __repr__(self) -> str:
        return f"<{len(self)} equilibria of {self.known.scenario.name}: {self.statement}>"


@of_a_solution
def other_equilibria(
    solution: Solution,
    starts: int = 20,
    seed: int = 0,
    *,
    tolerance: float = 1e-8,
    progress: Progress | None = None,
) -> OtherEquilibria:
    """Other equilibria at a solution's numbers, looked for from so many starts: known ones first, then random ones.

    ``tolerance``: largest error of log odds. That none is found is no proof that there is none. DetenteError for a
    solution that was not reached, and for fewer starts than none.
    """
    actors = [actor.name for actor in solution.scenario.actors]
    search = look(
        solution.game, solution.equilibrium, starts, seed, actors=actors, tolerance=tolerance, progress=progress
    )
    return OtherEquilibria(solution, search)
