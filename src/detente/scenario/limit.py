"""The most states that a scenario may have, and the sentence that says which factors to merge when it has more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.problems import DetenteError
from detente.scenario.lookup import distinct

if TYPE_CHECKING:
    from detente.scenario.lookup import Space
    from detente.scenario.model import Scenario

_COUNTED = 200_000  # states looked at to say what a merge would save


@dataclass(frozen=True)
class Limit:
    """Refuses to hold more than ``most`` states of a scenario."""

    scenario: Scenario
    space: Space
    most: int

    def hold(self, codes: np.ndarray) -> None:
        """Nothing, or a DetenteError that names the factors to merge; ``codes`` without repetition."""
        if len(codes) > self.most:
            raise DetenteError(self._sentence(codes))

    def _sentence(self, codes: np.ndarray) -> str:
        sample = codes if len(codes) <= _COUNTED else np.random.default_rng(0).choice(codes, _COUNTED, replace=False)
        found = []
        for factor, stride, size in zip(self.scenario.factors, self.space.strides, self.space.sizes, strict=True):
            level = sample // stride % size
            used, left = len(distinct(level)), len(distinct(sample - level * stride))
            if used > 1:
                found.append((left, factor.name, used))
        found.sort()
        savings = "; ".join(
            f"without {name!r} ({used} levels in use) {left / len(sample):.0%} of them would be left"
            for left, name, used in found[:3]
        )
        return (
            f"More than {self.most:,} states can be reached, too many to solve. Merge levels or factors, or guard the "
            f"steps that combine them. Of the {len(codes):,} states found before stopping: {savings}."
        )
