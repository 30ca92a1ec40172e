r"""Where does it tip: slow change in one quantity, sudden change in behaviour.

Two things can change slowly. A **parameter** is swept over its range, everything else at its likely number: the
equilibria along it, their folds, what happens on the way up and on the way back (:mod:`detente.questions.swept`). A
**factor** has levels, not folds: it is stepped, all else as in the situation (:mod:`detente.questions.stepped`).

*Slow below and sudden above* is said to be shown along a parameter where play has to jump within the range, or where a
tenth of the range brings at least half of all change, nine times what it brings elsewhere; and along a factor where one
step is at least three times as steep as the others. Each must move the chance by at least two points.

With the case's name alone both are asked: the parameter is the one that the case names (``ask: along``), otherwise the
one whose slope times range moves the outcome most, and on a case too large for slopes the first by which actors'
precision is written. The factor is, among the ordered ones that the parameter is about, the one that changes most
rarely.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from detente.ensemble.progress import watched
from detente.game.structure import compile as compiled
from detente.problems import DetenteError
from detente.questions import tipping_details as details
from detente.questions import tipping_words as words
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, months_of, outcome_of, provenance, situation_of
from detente.questions.followed import About
from detente.questions.frozen import frozen
from detente.questions.regions import regions, small_enough
from detente.questions.rehearsal import question
from detente.questions.stepped import slow_factor, states_of, stepped
from detente.questions.swept import BRANCHED, swept
from detente.questions.varied import Ways, apart, matters, quantity, range_of, second_of, sensible, within

if TYPE_CHECKING:
    import altair as alt
    import xarray as xr

    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.regions import Regions
    from detente.questions.stepped import Stepped
    from detente.questions.swept import Swept
    from detente.scenario.model import OutcomeSpec, Parameter, Scenario, Situation


@dataclass(frozen=True, eq=False)
class Tipping(Answer):
    """The answer: along a parameter (``swept``), a factor (``stepped``), in two parameters (``regions``)."""

    ensemble: Ensemble
    about: About
    swept: Swept | None
    stepped: Stepped | None
    regions: Regions | None
    because: str  # why this parameter, and this factor, where they were not asked for
    frozen: tuple[str, ...] = ()

    @property
    def data(self) -> xr.Dataset:
        """All numbers: by ``p`` (sweep), ``point`` (branch), ``draw``, ``level`` and ``action``, and by ``row`` (map).

        - ``up``, ``down``, ``differ`` (p), ``drawn_up`` (draw, p): the chance on the way up and down
        - ``branch_chance``, ``branch_p``, ``kind``, ``stability`` (point)
        - ``chance`` (level), ``drawn_chance`` (draw, level), ``rates`` (level, action)
        - ``map_chance``, ``several`` (other, across)
        """
        import xarray as xr

        return xr.Dataset(details.arrays(self), attrs={"case": self.ensemble.scenario.name, **self.provenance()})

    def paragraph(self) -> str:
        """Where it tips, or that it does not; how steep, how far from today; what each step of the factor does."""
        return words.summary(self)

    def findings(self) -> list[Finding]:
        """The tipping point or its absence, the steepness, each step, and whether slow below means sudden above."""
        return words.findings(self)

    def table(self) -> Table:
        """A row a value of the parameter, then a row a level of the factor."""
        return words.table(self)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """The chance against the parameter, stable and unstable, and by level of the factor."""
        from detente.questions.tipping_picture import picture

        return picture(self, width)

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        made = provenance(
            self.ensemble, situation=self.about.situation.name, since=str(self.about.situation.date),
            months=self.about.months, outcome=self.about.outcome.name, chance=self.about.kind,
        )  # fmt: skip
        return made | ({"frozen": ", ".join(self.frozen)} if self.frozen else {})

    def details(self) -> dict[str, Any]:
        """Tipping points, curves, levels, map."""
        return details.details(self)


@question
def tipping(
    scenario: Scenario,
    along: str | None = None,
    outcome: str | None = None,
    since: str | None = None,
    months: int | None = None,
    *,
    asking: Asking | None = None,
    **ways: Unpack[Ways],
) -> Tipping:
    """Where an outcome tips along a parameter or an ordered factor; by default along one of each.

    ``ways``: another range, a map, frozen factors; see :class:`Ways`. DetenteError for unknown names, a range that is
    none or leads out of bounds, a map of a case too large, a case with nothing to vary.
    """
    spec, situation, horizon = outcome_of(scenario, outcome), situation_of(scenario, since), months_of(scenario, months)
    freeze = tuple(ways.get("freeze", ()))
    if freeze:
        scenario = frozen(scenario, freeze, situation, spec)
    parameter, factor = quantity(scenario, along)
    second = second_of(scenario, ways.get("across"), parameter, factor)
    sensible(scenario, parameter, factor, ways)
    if second is not None:
        small_enough(len(compiled(scenario).states))
    how = asking or Asking()
    progress, solved = how.progress or watched(), how.solved(scenario)
    about, because = _about(spec, situation, horizon), ""
    if along is None:
        parameter, because = _chosen(solved, about)
        factor = _slow(solved, about, parameter)
    found = drawn = None
    if parameter is not None:
        ends = range_of(parameter, ways)
        within(scenario, parameter, *ends)
        found = swept(solved, parameter, *ends, about, points=ways.get("points"), progress=progress)
        if second is not None:
            apart(parameter, second)
            drawn = regions(solved, parameter, second, ends, about, progress)
    steps = None if factor is None else stepped(solved, factor, _at_levels(solved, factor, about))
    if steps is not None and len(steps.levels) < 2:
        _refuse(steps, along)
        steps = None
    if found is None and steps is None:
        raise DetenteError("The case has no number with a range and no factor to step, so nothing can change slowly.")
    return Tipping(solved, about, found, steps, drawn, because, freeze)


def _about(spec: OutcomeSpec, situation: Situation, months: int) -> About:
    holds = spec.when is not None and bool(spec.when(np.array(situation.levels), {}))
    return About(spec, situation, months, "at" if holds else "by")


def _at_levels(solved: Ensemble, factor: int, about: About) -> About:
    """The chance at the horizon where the outcome holds at one of the levels already."""
    states = [state for state in states_of(solved, factor, about.situation) if state >= 0]
    when, levels = about.outcome.when, solved.solutions.structure.states.levels
    holds = when is not None and bool(np.any(when(levels[states].astype(int), {})))
    return replace(about, kind="at") if holds else about


def _chosen(solved: Ensemble, about: About) -> tuple[Parameter | None, str]:
    """The parameter to sweep where none is named, and why that one."""
    scenario = solved.scenario
    free = [one for one in scenario.parameters if one.low < one.high]
    structure = solved.solutions.structure
    named = next((one for one in free if one.name == scenario.ask.along and matters(structure, one)), None)
    if named is not None or not free:
        return named, f"{named.said} is what the case asks about" if named else ""
    if len(solved.solutions.structure.states) <= BRANCHED:
        across = _slopes(solved, about)
        best = max(free, key=lambda one: across[scenario.parameters.index(one)])
        return best, f"{best.said} moves the outcome most over its range, by its slope"
    sharp = {name for actor in scenario.actors for name in actor.precision.parameters}
    best = next((one for one in free if one.name in sharp), free[0])
    return best, f"{best.said} is how closely actors follow their interests; slopes were not taken on so large a case"


def _slopes(solved: Ensemble, about: About) -> np.ndarray:
    """(P,) change of the chance over each parameter's range, as its slope has it, without sign."""
    from detente.ensemble.derivatives import derivatives
    from detente.ensemble.solution import Solution

    def work(one: Solved) -> dict[str, np.ndarray]:
        at = Solution(solved.scenario, one.numbers, one.structure, one.equilibrium)
        found = derivatives(at, about.outcome.name, since=about.situation.name, months=about.months,
                            kind="at" if about.kind == "at" else "by")  # fmt: skip
        return {"across": np.abs(found["across"].values)}

    return solved.answers("slopes to choose by", work, "central", **about.key)[0]["across"]


def _slow(solved: Ensemble, about: About, parameter: Parameter | None) -> int | None:
    """The factor to step where none is named: the one under ``ask: along``, or a slow one."""
    factors = solved.scenario.factors
    written = next((f for f, factor in enumerate(factors) if factor.name == solved.scenario.ask.along), None)
    return slow_factor(solved, about, _speaks_to(solved.scenario, parameter)) if written is None else written


def _speaks_to(scenario: Scenario, parameter: Parameter | None) -> frozenset[int]:
    """The factors that stand beside a parameter in an interest."""
    name = "" if parameter is None else parameter.name
    return frozenset(f for one in scenario.interests if name in one.value.parameters for f in one.value.factors)


def _refuse(steps: Stepped, along: str | None) -> None:
    """A factor of which only one level can be: nothing to step, and an error where it was asked for."""
    if along is not None:
        raise DetenteError(
            f"{steps.factor.name} cannot be stepped: with all else as in the situation only "
            f"{', '.join(steps.names) or 'none'} of its levels can come about. Choose another situation by --from."
        )
