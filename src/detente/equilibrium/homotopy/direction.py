"""A place on a branch, or a direction: log odds u, values V and the precision lam, kept as one vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detente.game.stochastic import Floats


class Direction:
    """A direction, or a place, in (u, V, lam): ``x`` holds u (S, L), V (S, N) and lam one after another."""

    __slots__ = ("shape", "x")

    def __init__(self, u: Floats, value: Floats, lam: float):
        self.shape = (u.shape[0], u.shape[1], value.shape[1])
        self.x: Floats = np.concatenate([u.ravel(), value.ravel(), [lam]])

    @classmethod
    def flat(cls, x: Floats, shape: tuple[int, int, int]) -> Direction:
        """From the vector; ``shape`` is (S, L, N)."""
        made = cls.__new__(cls)
        made.x, made.shape = x, shape
        return made

    @property
    def u(self) -> Floats:
        """(S, L) log odds."""
        states, count, _ = self.shape
        return self.x[: states * count].reshape(states, count)

    @property
    def value(self) -> Floats:
        """(S, N) values."""
        states, count, players = self.shape
        return self.x[states * count : -1].reshape(states, players)

    @property
    def lam(self) -> float:
        """The precision."""
        return float(self.x[-1])

    def __add__(self, other: Direction) -> Direction:
        return Direction.flat(self.x + other.x, self.shape)

    def __sub__(self, other: Direction) -> Direction:
        return Direction.flat(self.x - other.x, self.shape)

    def __mul__(self, by: float) -> Direction:
        return Direction.flat(by * self.x, self.shape)
