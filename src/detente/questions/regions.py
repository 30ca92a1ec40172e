"""A map in two parameters: the chance of an outcome, and where there is more than one way to play.

For each of a few values of the one parameter the other is swept up and down again (:mod:`detente.ensemble.along`).
Where the two ways differ at a point there are at least two equilibria, and play depends on where it came from. So the
map shows the regions that a slow change can lead into; an equilibrium that neither way reaches is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from detente.ensemble.along import sweep
from detente.ensemble.progress import Stage
from detente.problems import DetenteError
from detente.questions.swept import BRANCHED, of_sweep

if TYPE_CHECKING:
    from detente.ensemble.progress import Progress
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.followed import About
    from detente.scenario.model import Parameter

ROWS, STEPS = 9, 12  # values of the other parameter, steps of each sweep


@dataclass(frozen=True, eq=False)
class Regions:
    """R values of the other parameter (rows), G of the one swept."""

    along: Parameter
    other: Parameter
    across: np.ndarray  # (G,)
    down: np.ndarray  # (R,)
    chance: np.ndarray  # (R, G) on the way up
    back: np.ndarray  # (R, G) on the way down
    several: np.ndarray  # (R, G) bool: up and down differ
    tips: np.ndarray  # (R,) the first jump of the way up, in the parameter swept; nan: none


def regions(
    solved: Ensemble,
    along: Parameter,
    other: Parameter,
    span: tuple[float, float],
    about: About,
    progress: Progress | None,
) -> Regions:
    """The map, at the likely numbers of all else; DetenteError for a case too large for it."""
    small_enough(len(solved.solutions.structure.states))
    down = np.linspace(other.low, other.high, ROWS)
    watch, rows = Stage(progress, "map", ROWS), []
    for value in down:
        work = partial(_row, name=along.name, span=span, numbers={other.name: float(value)}, about=about)
        key = {**about.key, "along": along.name, "span": list(span), "other": other.name, "value": float(value)}
        rows.append(solved.answers("map", work, "central", steps=STEPS, **key)[0])
        watch.step()
    first = [min((last for last, _, way in row["jumps"] if way > 0), default=np.nan) for row in rows]
    chance, back, several = (np.stack([row[name] for row in rows]) for name in ("up", "down", "differ"))
    return Regions(along, other, rows[0]["grid"], down, chance, back, several, np.array(first))


def small_enough(states: int) -> None:
    """DetenteError for a case too large for a map."""
    if states > BRANCHED:
        raise DetenteError(
            f"With {states:,} states a map of {ROWS} sweeps would take hours; up to {BRANCHED:,} it is drawn. "
            "Freeze factors (`--freeze NAME`, once for each) to map the case reduced to the others."
        )


def _row(
    one: Solved, name: str, span: tuple[float, float], numbers: dict[str, float], about: About
) -> dict[str, np.ndarray]:
    return of_sweep(sweep(one.structure.scenario, name, *span, numbers=numbers, steps=STEPS), about)
