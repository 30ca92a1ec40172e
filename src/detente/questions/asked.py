"""What a question is about: the case solved, the situation, the outcome and the horizon, with their defaults.

Defaults are the case's own, where its ``ask`` section has them; otherwise the last situation, the first outcome and
sixty months.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import case_hash
from detente.ensemble.chances import situation_of
from detente.ensemble.progress import watched
from detente.ensemble.solve import TOLERANCE, ensemble
from detente.outcome.backward import backward, holding
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.ensemble.cache import Cache
    from detente.ensemble.progress import Progress
    from detente.ensemble.solutions import Member, Solved
    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import OutcomeSpec, Scenario, Situation

__all__ = ["Asking", "central_and_draws", "chances", "ends", "months_of", "outcome_of", "provenance", "situation_of"]

MONTHS = 60
QUANTILES = (0.05, 0.95)


@dataclass(frozen=True)
class Asking:
    """How much is solved, and where it is kept: the options that all questions share."""

    draws: int = 20
    seed: int = 0
    progress: Progress | None = None  # by default a line on stderr, where somebody watches
    cache: Cache | None = None
    threads: int | None = None

    def solved(self, scenario: Scenario) -> Ensemble:
        """The case at its likely numbers and at all draws; DetenteError for one that cannot be compiled."""
        return ensemble(scenario, self.draws, self.seed, self.progress or watched(), self.cache, self.threads)


def outcome_of(scenario: Scenario, name: str | None = None) -> OutcomeSpec:
    """The outcome of that name, or the one that the case asks about, or the first; DetenteError where there is none."""
    if not scenario.outcomes:
        raise DetenteError("The scenario has no outcomes to ask about; name some under `outcomes`.")
    wanted = name if name is not None else scenario.ask.outcome
    return scenario.outcomes[0] if wanted is None else scenario.outcome(wanted)


def months_of(scenario: Scenario, months: int | None = None) -> int:
    """The horizon asked for, or the case's own, or 60 months; DetenteError for a senseless one."""
    chosen = months if months is not None else scenario.ask.months or MONTHS
    if not 1 <= chosen <= 1200:
        raise DetenteError(f"The horizon must be 1 to 1200 months, not {chosen}.")
    return chosen


def chances(
    solved: Ensemble,
    outcome: OutcomeSpec,
    since: Situation,
    months: int,
    kind: str = "by",
    members: Sequence[Member] | None = None,
) -> np.ndarray:
    """(M, S) chance of an outcome within so many months of a date, from every state, for each member.

    ``kind``: 'by', that it comes about (1 where it holds); 'at', that it holds at the horizon. The calendar is that of
    the situation. Members: by default the central one, then the draws. Got from the cache where it was found before.
    """
    chosen = central_and_draws(solved) if members is None else members
    work = partial(_from_everywhere, outcome=outcome, since=since, months=months, kind=kind)
    key: dict[str, Any] = {"outcome": outcome.name, "situation": since.name, "months": months, "kind": kind}
    return np.stack([one["chance"] for one in solved.answers("chances", work, chosen, **key)])


def central_and_draws(solved: Ensemble) -> tuple[Member, ...]:
    """The member at the likely numbers, then the draws."""
    return (solved.central, *solved.draws)


def _from_everywhere(
    solved: Solved, outcome: OutcomeSpec, since: Situation, months: int, kind: str
) -> dict[str, np.ndarray]:
    scenario = solved.structure.scenario
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    (target,), dates = targets_of(solved.structure, [outcome]), schedule(scenario, since, months)
    if kind == "by":
        return {"chance": backward(chain, [target], dates).by[:, 0]}
    if target.holds is None:
        raise DetenteError(f"Outcome {outcome.name!r} is an act: it happens, and does not hold in a month.")
    return {"chance": holding(chain, target.holds[:, None].astype(np.float64), dates)[:, 0]}


def ends(drawn: np.ndarray) -> tuple[float, float]:
    """The 5th and 95th percentile over draws (first axis); nan without draws or where one is not known."""
    if not len(drawn):
        return np.nan, np.nan
    low, high = np.quantile(drawn, QUANTILES, axis=0)
    return float(low), float(high)


def provenance(solved: Ensemble, **more: Any) -> dict[str, Any]:
    """How the solved case came about, as text and numbers, with what a question adds."""
    report, scenario = solved.central.report, solved.scenario
    return {
        "title": scenario.title,
        "case": scenario.name,
        "case_hash": case_hash(scenario),
        **more,
        "draws": len(solved.draws),
        "seed": solved.seed,
        "version": VERSION,
        "statement": solved.statement,
        "certified": int(solved.central.certified),
        "draws_certified": int(solved.certified.sum()),
        "method": report.settings.method,
        "tolerance": report.settings.tolerance,
        "draw_tolerance": TOLERANCE,
        "residual": report.residual,
        "regret": report.regret,
        "reached": report.reached,
    }
