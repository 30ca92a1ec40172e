"""What is read off every member's solution, one by one, and kept: answers, before they are put together.

A question asks for readings; it does not matter to it who made them, when, or in which process. What one question has
asked of the central member is known, so that many questions can be asked of a draw that is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detente.ensemble.cache import ANSWERS

if TYPE_CHECKING:
    from detente.ensemble.solutions import Member, Solutions, Solved

Arrays = dict[str, np.ndarray]
Who = Literal["central", "drawn", "all", "draws", "precisions"]


@dataclass(frozen=True)
class Reading:
    """Arrays that one member's solution gives.

    ``what`` names them, ``key`` holds all else on which they depend: the situation, the horizon. ``who`` is asked: the
    central member, that and the draws ('drawn'), half and double precision as well ('all') or instead ('precisions'),
    or the draws alone.
    """

    what: str
    work: Callable[[Solved], Arrays]
    key: Mapping[str, Any]
    who: Who

    @property
    def name(self) -> str:
        """What it is and on what it depends, as text."""
        return f"{self.what} {sorted(self.key.items())}"

    def known(self, solutions: Solutions, member: Member) -> bool:
        """Whether the cache holds it."""
        return solutions.has(member.numbers, self.what, parts=ANSWERS, **self.key)

    def kept(self, solutions: Solutions, member: Member) -> Arrays | None:
        """What the cache holds of it."""
        return solutions.get(member.numbers, self.what, parts=ANSWERS, **self.key)

    def make(self, solutions: Solutions, member: Member, solved: Solved) -> Arrays:
        """Read, and kept."""
        arrays = self.work(solved)
        solutions.put(member.numbers, self.what, arrays, parts=ANSWERS, **self.key)
        return arrays
