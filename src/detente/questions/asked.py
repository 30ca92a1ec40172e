"""What a question is about: the case solved, the situation, the outcome and the horizon, with their defaults.

Defaults are the case's own, where its ``ask`` section has them; otherwise the latest situation, the first outcome and
sixty months.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.ensemble.cache import case_hash, case_key, shared
from detente.ensemble.chances import situation_of
from detente.ensemble.processes import Processes
from detente.ensemble.progress import watched
from detente.ensemble.solve import TOLERANCE, ensemble
from detente.given import months_ahead
from detente.outcome.backward import backward, holding
from detente.outcome.calendar import schedule
from detente.outcome.struck import chain_without
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.ensemble.cache import Cache
    from detente.ensemble.progress import Progress
    from detente.ensemble.readings import Reading, Who
    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import OutcomeSpec, Scenario, Situation

__all__ = [
    "Asking", "ahead", "chances", "ends", "months_of", "outcome_of", "over_time", "passed", "provenance",
    "situation_of",
]  # fmt: skip

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
    pool: Processes | None = field(default=None, repr=False)  # for many questions: processes that stay
    usual: Callable[[Asking, Scenario], None] | None = field(default=None, repr=False)  # to ask where draws are solved
    before: Callable[[Ensemble, Reading], None] | None = field(default=None, repr=False)  # called before draws are read
    known: list[Ensemble] = field(default_factory=list, repr=False, compare=False)  # what has been solved
    alone: bool = False  # a rehearsal: what matters is what is asked of the draws

    def solved(self, scenario: Scenario) -> Ensemble:
        """The case at its likely numbers and at all draws, once; DetenteError for one that cannot be compiled."""
        for known in self.known:
            if known.scenario is scenario and (len(known.draws), known.seed) == (self.draws, self.seed):
                break
        else:
            known = self._solved(scenario, self.progress or watched())
            self.known.append(known)
        return replace(known, before=self.before)

    def _solved(self, scenario: Scenario, told: Progress | None) -> Ensemble:
        """Solved, and where draws of a large case had to be, asked what is usual while their processes are there."""
        if self.usual is None or self.pool is not None:
            return ensemble(scenario, self.draws, self.seed, told, self.cache, self.threads, self.pool)
        cache = shared(self.cache)
        with Processes(cache, self.threads) as pool:
            known = ensemble(scenario, self.draws, self.seed, told, cache, self.threads, pool)
            if pool.begun:
                self.usual(replace(self, progress=told, cache=cache, pool=pool, known=[]), scenario)
        return replace(known, pool=None)

    def readings(self, scenario: Scenario) -> list[Reading]:
        """All that was asked of the members of a case."""
        return [one for known in self.known if case_key(known.scenario) == case_key(scenario)
                for one in known.readings]  # fmt: skip


def outcome_of(scenario: Scenario, name: str | None = None) -> OutcomeSpec:
    """The outcome of that name, or the one that the case asks about, or the first; DetenteError where there is none."""
    if not scenario.outcomes:
        raise DetenteError("The scenario has no outcomes to ask about; name some under `outcomes`.")
    wanted = name if name is not None else scenario.ask.outcome
    return scenario.outcomes[0] if wanted is None else scenario.outcome(wanted)


def months_of(scenario: Scenario, months: int | None = None) -> int:
    """The horizon asked for, or the case's own, or 60 months; DetenteError for a senseless one."""
    return months_ahead(months if months is not None else scenario.ask.months or MONTHS)


def chances(
    solved: Ensemble,
    outcome: OutcomeSpec,
    since: Situation,
    months: int,
    kind: str = "by",
    who: Who = "drawn",
    struck: tuple[int, ...] = (),
) -> np.ndarray:
    """(M, S) chance of an outcome within so many months of a date, from every state, for each member.

    ``kind``: 'by', that it comes about (1 where it holds); 'at', that it holds at the horizon. The calendar is that of
    the situation. ``struck``: acts that do not happen, though nobody knows it. Got from the cache where it was found
    before.
    """
    work = partial(_chance, outcome=outcome, since=since, months=months, kind=kind, struck=struck)
    key: dict[str, Any] = {"outcome": outcome.name, "situation": since.name, "months": months, "kind": kind,
                           "struck": list(struck)}  # fmt: skip
    return np.stack([one["chance"] for one in solved.answers("chances", work, who, **key)])


def _chance(solved: Solved, **asked: Any) -> dict[str, np.ndarray]:
    return {"chance": from_everywhere(solved, **asked)}


def from_everywhere(
    solved: Solved, outcome: OutcomeSpec, since: Situation, months: int, kind: str, struck: tuple[int, ...] = ()
) -> np.ndarray:
    """(S,) chance of an outcome in one solution, as :func:`chances` has it."""
    structure = solved.structure
    chain = chain_without(structure, solved.game, solved.equilibrium, struck) if struck else solved.chain
    (target,), dates = targets_of(structure, [outcome]), schedule(structure.scenario, since, months)
    if kind == "by":
        return backward(chain, [target], dates).by[:, 0]
    if target.holds is None:
        raise DetenteError(f"Outcome {outcome.name!r} is an act: it happens, and does not hold in a month.")
    return holding(chain, target.holds[:, None].astype(np.float64), dates)[:, 0]


def ahead(solved: Ensemble, since: Situation, months: int) -> tuple[np.ndarray, np.ndarray]:
    """(M, K) chances of all outcomes within so many months of a situation, and whether each holds there, bool (K,).

    Of what holds there: that it holds at the horizon.
    """
    found = over_time(solved, since, months)
    holds = found[0]["by"][:, 0] == 1.0
    return np.stack([np.where(holds, one["at"][:, -1], one["by"][:, -1]) for one in found]), holds


def over_time(solved: Ensemble, since: Situation, months: int) -> list[dict[str, np.ndarray]]:
    """Chances of all outcomes month by month from a start, for each member: ``by`` and ``at`` (K, months + 1).

    One pass forward serves all horizons up to the usual one.
    """
    found = passed(solved, since, max(months, MONTHS), "drawn")
    return [{kind: one[kind][:, : months + 1] for kind in ("by", "at")} for one in found]


def passed(
    solved: Ensemble, since: Situation, months: int, who: Who, progress: Progress | None = None
) -> list[dict[str, np.ndarray]]:
    """By member ``by`` and ``at`` (K, months + 1), as :func:`over_time` has them, and ``error``, the mass cut off."""
    key: dict[str, Any] = {"situation": since.name, "levels": list(since.levels), "months": months}
    return solved.answers("chances ahead", partial(_ahead, since=since, months=months), who, progress, **key)


def _ahead(solved: Solved, since: Situation, months: int) -> dict[str, np.ndarray]:
    found = solved.outlook(since, months)
    return {"by": found.by, "at": found.at, "error": np.array(found.error)}


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
        "converged": int(report.converged),
        "draws_converged": sum(member.report.converged for member in solved.draws),
    }
