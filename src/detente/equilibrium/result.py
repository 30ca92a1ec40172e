"""What a solver hands back: the solution, how good it is, how it was reached, and one sentence about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Level = Literal["none", "index", "full"]
LEVELS: tuple[Level, ...] = get_args(Level)
Progress = Callable[[float, str], None]  # (share done from 0 to 1, what is being done)


@dataclass(frozen=True)
class Settings:
    """How an equilibrium was asked for."""

    tolerance: float = 1e-8  # largest error of the log odds of play, and of values relative to their size
    certify: Level = "full"
    first_step: float = 0.25  # in t, along the ray from default play
    least_step: float = 1e-5
    most_sweeps: int = 10_000  # a sweep: one evaluation of everybody's response, or one product with its derivative
    round_folds: bool = False  # of the branch from default play, by arclength
    method: str = "Newton-Krylov along the ray from default play"


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A stationary equilibrium, or the best that was reached; read ``statement`` first.

    ``value[s, i]`` payoff units; ``policy[c][s]`` the chance that the mover, at its move, chooses column c's action;
    ``accepted[c][s]`` the chance that all whose consent it needs agree. ``residual`` is the largest |G|, payoff a
    month; ``regret`` is defined in :mod:`detente.equilibrium.regret`. ``rightmost`` are the eigenvalues, per month, of
    the backward operator nearest to instability, those of constant values (-rho) left out.
    """

    value: Floats
    policy: tuple[Floats, ...]
    accepted: tuple[Floats, ...]
    residual: float
    regret: float
    sweeps: int
    rightmost: tuple[complex, ...]
    reached: float  # t: the share of the game's precisions at which this is a solution
    converged: bool
    certified: bool
    statement: str
    settings: Settings
    turned: bool = False  # not converged: the branch from default play was seen to turn back where it ends


def usable(start: Equilibrium | Floats | None, shape: tuple[int, int]) -> Floats | None:
    """The values to start from, if they are numbers and as many as the game has."""
    if start is None:
        return None
    value = np.array(start.value if isinstance(start, Equilibrium) else start, dtype=np.float64)
    return value if value.shape == shape and np.isfinite(value).all() else None
