"""The chance with a few numbers elsewhere, solved, where slopes would only estimate it.

Slopes at the likely numbers tell the chance with a number at an end of its range, and where a chance would cross a line
(:mod:`detente.questions.sensitivity_turns`). Either may be far from where they were taken, so the case is solved there:
at the likely numbers but for those named, continued from the central solution as draws are, and kept as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from detente.ensemble.solutions import Numbers
from detente.ensemble.solve import TOLERANCE, members
from detente.problems import DetenteError
from detente.questions.asked import chances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.ensemble.progress import Progress
    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import OutcomeSpec, Situation

Point: TypeAlias = tuple[tuple[str, float], ...]  # parameters that are elsewhere than at their likely numbers


@dataclass(frozen=True)
class There:
    """What came out at a point. ``chance``: nan where the case has no solution there."""

    chance: float
    certified: bool


def must_be_solved(base: Ensemble) -> None:
    """DetenteError, with what the solver says, where the likely numbers have no solution and so no slopes."""
    report = base.central.report
    if not report.converged:
        raise DetenteError(
            "No equilibrium was reached at the likely numbers, and what an answer rests on is told by slopes at a "
            f"solution. Of the likely numbers the solver says: {report.statement}"
        )


def solved_at(
    base: Ensemble,
    points: Sequence[Point],
    asked: tuple[OutcomeSpec, Situation, int, str],
    progress: Progress | None = None,
) -> dict[Point, There]:
    """The chance at each point; ``asked``: outcome, situation, months ahead, and 'by' or 'at'."""
    outcome, since, months, kind = asked
    wanted = [
        Numbers(
            f"likely numbers but for {', '.join(name for name, _ in point)}",
            {**base.scenario.likely, **dict(point)},
            how="continued",
            tolerance=TOLERANCE,
        )
        for point in points
    ]
    found = members(base.solutions, wanted, base.central, (progress, "numbers elsewhere"), base.threads, base.pool)
    reached = tuple(member for member in found if member.report.converged)
    there = replace(base, draws=reached, readings=[], before=None)
    state = base.solutions.structure.index(since)
    chance = iter(chances(there, outcome, since, months, kind)[1:, state])
    return {
        point: There(float(next(chance)) if member.report.converged else np.nan, member.certified)
        for point, member in zip(points, found, strict=True)
    }
