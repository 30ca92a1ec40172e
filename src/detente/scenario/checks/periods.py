"""Play in months (``moves: in_turn``, ``simultaneous``): who solves it, and that a game without discount ends.

A discount of 1 gives values only where the game surely ends: from every state that can come about, steps that can
happen lead to one in which nothing is open, no rule can happen and no interest pays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.scenario.lookup import known

if TYPE_CHECKING:
    from detente.problems import Findings
    from detente.scenario.checks.survey import Survey

_SURE = 1e-12  # a discount nearer to 1 counts as 1


def find(survey: Survey, found: Findings) -> None:
    """All findings about play in months."""
    scenario = survey.scenario
    if scenario.moves == "continuous":
        return
    place = scenario.source.place("moves") if scenario.source else None
    found.warning(
        f"With 'moves: {scenario.moves}' play goes in months, and only `detente trace` solves it",
        place,
        "From Python: dt.periods and dt.trace. For forecasts write 'continuous'.",
        "solved-by-trace",
    )
    if survey.damage.lost:
        return
    for actor in scenario.actors:
        if not survey.readable(actor.discount):
            continue
        high = np.asarray(actor.discount.bounds(survey.batch.levels()[:1], survey.ranges)[1], dtype=float)
        if not (high >= 1.0 - _SURE).any():
            continue
        endless = np.flatnonzero(~_ends(survey))
        if len(endless):
            state = dict(enumerate(survey.batch.levels()[endless[0]].tolist()))
            found.error(
                f"The discount of {actor.name} can be 1, and the game never ends where {survey.told(state)}",
                actor.discount.place or actor.place,
                "A discount of 1 needs a state in which nothing is open, nothing happens and nothing is paid.",
                "endless-without-discount",
            )
        return


def _ends(survey: Survey) -> np.ndarray:
    """(S,) whether steps that can happen lead from a state to an end."""
    codes = survey.reach.codes
    over = np.ones(len(codes), dtype=bool)
    for deeds in survey.deeds.values():
        over &= ~deeds.open
    levels = survey.batch.levels()
    for interest in survey.scenario.interests:
        over &= np.asarray(interest.value(levels, survey.likely), dtype=float) == 0.0
    ways = [way for move in survey.reach.moves for way in move.ways(survey.batch)]
    while True:
        ending, reached = codes[over], over.copy()
        for _, before, following in ways:
            reached |= known(codes, np.unique(before[known(following, ending)]))
        if (reached == over).all():
            return over
        over = reached
