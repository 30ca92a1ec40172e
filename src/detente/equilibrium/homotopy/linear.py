"""What Newton's method asks of the equations at a place: their derivative with one more row, factored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from detente.equilibrium.homotopy.direction import Direction
    from detente.game.stochastic import Floats

Narrow = Any  # a direction, or the unknowns of one alone, as a walker has it
WHOLE = 64  # unknowns up to which a matrix is kept


class Linear(Protocol):
    """The bordered derivative at a place."""

    @property
    def matrix(self) -> Floats | None:
        """It itself, without references and closed actions; None beyond WHOLE, or where it is factored by blocks."""

    @property
    def sign(self) -> float:
        """Of the determinant."""

    @property
    def log(self) -> float:
        """Of the size of the determinant."""

    @property
    def rounding(self) -> float:
        """How large the rounding errors of log odds are."""

    def step(self) -> Narrow:
        """Newton's step towards a zero of the equations, across the row."""

    def tangent(self) -> Direction:
        """The direction of the branch, of length one along the row."""

    def solve(self, odds: Floats, values: Floats, along: float) -> Direction:
        """For right sides (S, L), (S, N) and that of the row."""

    def direction(self, x: Floats) -> Direction:
        """A vector in the order of the matrix as a direction."""


class Determined(ABC):
    """What has a determinant, computed when its sign or size is first asked for."""

    @cached_property
    @abstractmethod
    def _determinant(self) -> tuple[float, float]:
        """Its sign and the logarithm of its size."""

    @property
    def sign(self) -> float:
        """Of the determinant."""
        return self._determinant[0]

    @property
    def log(self) -> float:
        """Of the size of the determinant."""
        return self._determinant[1]
