"""What a source holds, beside what the case says: borne out, against, or undecided.

A thesis names what should be greater: one side's part in a change than another's, or the chance after a change than
before. In each draw it comes out, by enough to be told, or it does not. In at least 90 of 100 draws: borne out by the
case; in at most 10: against it; otherwise undecided. Rival theses stand side by side; nothing is averaged over them. It
is the case that speaks, with its numbers as stated, so that a thesis is borne out does not make it true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.questions.answer import Finding
from detente.questions.asked import ends
from detente.questions.difference import NOTHING, points, ways

if TYPE_CHECKING:
    from detente.scenario.inquiry import Thesis

MOST, LEAST = 0.9, 0.1  # share of draws from which, and up to which, it is decided


@dataclass(frozen=True)
class Verdict:
    """A thesis and by how much it comes out, as a difference of chances; above zero it does."""

    thesis: Thesis
    value: float  # at the likely numbers
    low: float  # 5th percentile over draws
    high: float  # 95th
    holds: int  # in how many draws
    draws: int

    @property
    def word(self) -> str:
        """'borne out', 'against' or 'undecided'; without draws only how it is at the likely numbers."""
        if not self.draws:
            return "so at the likely numbers" if self.value >= NOTHING else "not so at the likely numbers"
        share = self.holds / self.draws
        return "borne out" if share >= MOST else "against" if share <= LEAST else "undecided"

    @property
    def about(self) -> str:
        """Of what it speaks: 'crisis, 2018-03 to 2022-12, 24 months'."""
        one = self.thesis
        parts = [one.outcome, " to ".join(one.between or ()), f"{one.months} months" if one.months else ""]
        return ", ".join(part for part in parts if part)

    @property
    def sentence(self) -> str:
        """The verdict on it in one clause."""
        about = [", ".join(self.thesis.claims), self.about]
        cited = f" ({'; '.join(part for part in about if part)})"
        draws = f" in {self.holds} of {self.draws} draws," if self.draws else ""
        return f"{self.thesis.name!r}{cited} {self.word},{draws} by {points(self.value)}"

    def finding(self) -> Finding:
        """The same for machines."""
        says = f"{self.thesis.says.strip().rstrip('.')} ({self.about}): {self.word}."
        holds = self.holds if self.draws else None
        return Finding(says, self.value, self.low, self.high, "chance", holds, self.draws, self.thesis.claims)


def judged(thesis: Thesis, margin: np.ndarray) -> Verdict:
    """The verdict, from the margins (1 + D,): at the likely numbers, then by draw."""
    drawn = margin[1:]
    return Verdict(thesis, float(margin[0]), *ends(drawn), int((ways(drawn) > 0).sum()), len(drawn))


def told(verdicts: list[Verdict]) -> str:
    """All of them in a sentence; '' where there are none."""
    return f"What the sources hold: {'; '.join(verdict.sentence for verdict in verdicts)}." if verdicts else ""
