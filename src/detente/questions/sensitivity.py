r"""What does it rest on: which numbers, and which claims behind them, move an answer.

The answer is the chance p of an outcome by a horizon from a situation. Three things are told of every parameter x_i:

    slope    dp/dx_i, exact: actors' answers to the new number included (:mod:`detente.ensemble.derivatives`)
    rank     Spearman's correlation of x_i with p over the draws; without effect it lies within 2 / sqrt(draws - 1)
    share    of the variance of p, first order: what knowing x_i would take away

Shares come from slopes unless there are draws enough for them (:mod:`detente.questions.shares`). From slopes, log odds
are taken as additive in the parameters,

    logit p(x) = logit p + sum_i g_i (x_i - likely_i),    g_i = slope_i / (p (1 - p)),    share_i = g_i^2 var_i / sum,

and how well that tells the draws that were solved is reported beside them (R^2): where it is low, shares and what
follows from them are rough. The same reading gives p with one parameter at either end of its range, the bars of the
picture, and what would be left of the range if a claim were settled: in every draw the parameters that rest on the
claim are put at their likely values. That need not be less: the likely value of a skewed range is not its middle, so
the draws move as a whole, and odds move a chance most near one half. Slopes may mislead so far from where they were
taken: with one of the parameters that are named at either end of its range the case is solved, and a chance that is by
slope alone is said to be so.

Claims overlap, since a number may rest on several, so their shares are not summed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr
from scipy.special import expit, logit

from detente.ensemble.draws import variance
from detente.ensemble.progress import watched
from detente.ensemble.solution import Solution
from detente.problems import DetenteError
from detente.questions import sensitivity_words as words
from detente.questions.answer import Answer
from detente.questions.asked import Asking, chances, ends, months_of, outcome_of, provenance, situation_of
from detente.questions.rehearsal import question
from detente.questions.sensitivity_solved import must_be_solved, solved_at
from detente.questions.sensitivity_turn_words import turning
from detente.questions.sensitivity_turns import all_at_once, details, further, points
from detente.questions.sensitivity_words import JUDGED
from detente.questions.shares import ENOUGH, first_order, rank_correlation

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    from detente.ensemble.solutions import Solved
    from detente.ensemble.solve import Ensemble
    from detente.questions.answer import Finding, Table
    from detente.questions.sensitivity_solved import Point, There
    from detente.scenario.model import OutcomeSpec, Scenario, Situation

_ROOM = 1e-9  # of a chance from 0 and 1, for log odds


@dataclass(frozen=True, eq=False)
class Sensitivity(Answer):
    """The answer. ``data``: by parameter and by group (a claim, or the numbers that are judged).

    - ``slope`` (parameter): change of the chance per unit; ``at_low``, ``at_high``: chance with it at its range's ends,
      an estimate from the slope; ``there`` has what was solved
    - ``rank``, ``share`` (parameter); ``group_share``, ``left_low``, ``left_high`` (group): the range left if settled
    - ``chance`` (draw), ``told`` (draw): solved, and as slopes tell it
    """

    data: xr.Dataset
    ensemble: Ensemble
    situation: Situation
    outcome: OutcomeSpec
    months: int
    there: Mapping[Point, There] = field(default_factory=dict)  # the chance elsewhere, solved

    @property
    def central(self) -> float:
        """The chance at the likely numbers."""
        return float(self.data.attrs["chance"])

    @property
    def fit(self) -> float:
        """R^2 of the slopes' telling of the draws; nan below three draws."""
        return float(self.data.attrs["fit"])

    @property
    def now(self) -> tuple[float, float]:
        """The range of the chance over draws; nan without draws."""
        return ends(self.data["chance"].values)

    def left(self, g: int) -> tuple[float, float]:
        """What would by slopes be left of it with group ``g`` settled; it need not be narrower."""
        return float(self.data["left_low"][g]), float(self.data["left_high"][g])

    def order(self) -> np.ndarray:
        """Parameters, the largest share first."""
        return np.argsort(-np.nan_to_num(self.data["share"].values), kind="stable")

    def groups(self) -> np.ndarray:
        """Groups, the largest share first."""
        return np.argsort(-np.nan_to_num(self.data["group_share"].values), kind="stable")

    def end(self, i: int, name: str) -> Point:
        """Parameter ``i`` at its 'low' or 'high' end, all else at likely numbers."""
        return ((str(self.data["parameter"].values[i]), float(self.data[name][i])),)

    def at_ends(self) -> list[Point]:
        """Both ends of the parameters that are named: where the case is solved."""
        return [self.end(int(i), name) for i in self.order()[: words.NAMED] for name in ("low", "high")]

    def paragraph(self) -> str:
        """What moves the answer most, what range would be left, and how rough that is."""
        return words.summary(self)

    def turns(self) -> str:
        """What would carry the chance across one half and the base rate, and whether a draw does."""
        return turning(self)

    def findings(self) -> list[Finding]:
        """The parameters with the largest shares, then the claims."""
        return words.findings(self)

    def table(self) -> Table:
        """A row a parameter, the largest share first."""
        return words.table(self)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """A tornado: the chance with one parameter at either end of its range."""
        from detente.questions.sensitivity_picture import tornado

        return tornado(self, width)

    def provenance(self) -> Mapping[str, Any]:
        """How it was made."""
        return provenance(
            self.ensemble, situation=self.situation.name, since=str(self.situation.date), months=self.months,
            outcome=self.outcome.name, shares_from=self.data.attrs["from"], fit=self.fit,
        )  # fmt: skip

    def details(self) -> dict[str, Any]:
        """Every parameter and every group."""
        names = {"slope": "slope", "at_low_by_slope": "at_low", "at_high_by_slope": "at_high", "rank": "rank",
                 "share": "share", "low": "low", "high": "high"}  # fmt: skip
        return {
            "chance": self.central,
            "range": self.now,
            "parameters": {one.name: {"title": one.title}
                           | {said: self.data[name].values[i] for said, name in names.items()}
                           | {f"at_{end}_solved": words.end_solved(self, i, end) for end in ("low", "high")}
                           for i, one in enumerate(self.ensemble.scenario.parameters)},
            "turns": details(self),
            "groups": {str(one): {"group_share": self.data["group_share"].values[g]}
                       | dict(zip(("left_low", "left_high"), self.left(g), strict=True))
                       | dict(zip(("now_low", "now_high"), self.now, strict=True))
                       | {"narrows": words.narrows(self, g) if len(self.data["chance"]) else None}
                       for g, one in enumerate(self.data["group"].values)},
        }  # fmt: skip


@question
def sensitivity(
    scenario: Scenario,
    outcome: str | None = None,
    since: str | None = None,
    months: int | None = None,
    *,
    asking: Asking | None = None,
) -> Sensitivity:
    """What an outcome's chance by a horizon rests on; at the horizon where it holds at the start.

    DetenteError for unknown names, and for a case without parameters or whose play was not reached.
    """
    spec, situation, horizon = outcome_of(scenario, outcome), situation_of(scenario, since), months_of(scenario, months)
    if not scenario.parameters:
        raise DetenteError("The case has no parameters, so its answers rest on no uncertain number.")
    how = asking or Asking()
    solved = how.solved(scenario)
    must_be_solved(solved)
    state = solved.solutions.structure.index(situation)
    holds = spec.when is not None and bool(spec.when(np.array(situation.levels), {}))
    kind: Literal["by", "at"] = "at" if holds else "by"
    drawn = chances(solved, spec, situation, horizon, kind)[1:, state]
    key: dict[str, Any] = {"outcome": spec.name, "situation": situation.name, "months": horizon, "kind": kind}

    def slopes(one: Solved) -> dict[str, np.ndarray]:
        """(P,) slopes and the chance, of one member."""
        from detente.ensemble.derivatives import derivatives  # starts JAX, which slopes that are kept need not

        at = Solution(scenario, one.numbers, one.structure, one.equilibrium)
        found = derivatives(at, spec.name, since=situation.name, months=horizon, kind=kind)
        return {"slope": found["slope"].values, "chance": np.array(found.attrs["answer"])}

    (at_likely,) = solved.answers("slopes", slopes, "central", **key)
    data = _data(scenario, solved.numbers, drawn, at_likely["slope"], float(at_likely["chance"]))
    data.attrs["kind"] = kind
    answer, asked = Sensitivity(data, solved, situation, spec, horizon), (spec, situation, horizon, kind)
    for wanted in () if how.alone else (lambda at: [*points(at), *at.at_ends()], further, all_at_once):
        where = [point for point in dict.fromkeys(wanted(answer)) if point not in answer.there]
        found = solved_at(solved, where, asked, how.progress or watched()) if where else {}
        answer = replace(answer, there={**answer.there, **found})
    return answer


def _data(scenario: Scenario, numbers: np.ndarray, drawn: np.ndarray, slope: np.ndarray, p: float) -> xr.Dataset:
    """All of it: draws (D, P), their chances (D,), and at the likely numbers slopes (P,) of the chance p."""
    parameters = scenario.parameters
    likely, low, high = (np.array([getattr(x, end) for x in parameters]) for end in ("likely", "low", "high"))
    steep = slope / max(p * (1.0 - p), _ROOM)
    start = logit(np.clip(p, _ROOM, 1 - _ROOM))
    told = start + (numbers - likely) @ steep
    spread = steep**2 * np.array([variance(each) for each in parameters])
    enough = len(drawn) >= ENOUGH
    share = first_order(numbers, drawn) if enough else spread / spread.sum() if spread.any() else np.zeros(len(spread))
    names, members = _groups(scenario)
    solved_odds = logit(np.clip(drawn, _ROOM, 1 - _ROOM))
    left = np.array([ends(expit(solved_odds - ((numbers - likely) * steep)[:, one].sum(axis=1))) for one in members])
    return xr.Dataset(
        {
            "slope": ("parameter", slope),
            "low": ("parameter", low),
            "high": ("parameter", high),
            "at_low": ("parameter", expit(start + steep * (low - likely))),
            "at_high": ("parameter", expit(start + steep * (high - likely))),
            "rank": ("parameter", rank_correlation(numbers, drawn)),
            "share": ("parameter", share),
            "group_share": ("group", np.array([share[one].sum() for one in members])),
            "left_low": ("group", left.reshape(-1, 2)[:, 0]),
            "left_high": ("group", left.reshape(-1, 2)[:, 1]),
            "chance": ("draw", drawn),
            "told": ("draw", expit(told)),
        },
        coords={"parameter": [x.name for x in parameters], "group": names},
        attrs={"chance": p, "from": "draws" if enough else "slopes", "fit": _fit(solved_odds, told)},
    )


def _groups(scenario: Scenario) -> tuple[list[str], list[list[int]]]:
    """Claims with the parameters that rest on each, then the parameters that rest on judgement or estimate alone."""
    found: dict[str, list[int]] = {}
    for i, parameter in enumerate(scenario.parameters):
        for name in parameter.basis or (JUDGED,):
            found.setdefault(name, []).append(i)
    return list(found), list(found.values())


def _fit(solved: np.ndarray, told: np.ndarray) -> float:
    """R^2 of log odds as slopes tell them, an offset apart: that the mean is off does not touch shares."""
    if len(solved) < 3 or np.ptp(solved) == 0.0:
        return np.nan
    rest = (solved - solved.mean()) - (told - told.mean())
    return float(1.0 - np.var(rest) / np.var(solved))
