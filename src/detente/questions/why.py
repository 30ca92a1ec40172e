"""Why now, and not before: how much each force contributed to the change of a chance between two situations.

The change is split by Shapley value over the forces that differ (:mod:`detente.questions.split`): the parts sum to it
exactly. The head line sets leaders against structure: the force named `leaders`, where the case has one that differs,
against all others but the calendar; else the largest force against the rest. Beside it stand the theses of the sources
that speak of forces: one side's forces contributed more than another's to the change of that outcome, in its direction
at the likely numbers. Each is borne out, against, or undecided by the share of draws in which it comes out so.

A share says what the case's numbers imply. It is no evidence of what moved history.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.problems import DetenteError
from detente.questions import why_words as words
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, ends, months_of, outcome_of, provenance
from detente.questions.difference import alike, turning
from detente.questions.rehearsal import question
from detente.questions.split import CALENDAR, LEADERS, Split, split
from detente.questions.thesis import Verdict, judged

if TYPE_CHECKING:
    import altair as alt
    import xarray as xr

    from detente.ensemble.solve import Ensemble
    from detente.scenario.inquiry import Thesis
    from detente.scenario.model import Scenario, Situation


@dataclass(frozen=True, eq=False)
class Why(Answer):
    """The answer. ``data``, chances throughout:

    - ``share`` (draw, force), ``central_share`` (force): parts of the change; ``excluded`` (force): the part of each
      share's weight in which mixtures enter that cannot be
    - ``chance`` (draw, end), ``central_chance`` (end): at the first and at the second situation
    - ``worth`` (draw, mixture), ``central_worth`` (mixture): bit i of ``mixture`` says that force i is as in the
      second; ``exists`` (mixture): it is a state, and not scored by the rule
    """

    ensemble: Ensemble
    split: Split
    theses: tuple[Verdict, ...]

    @cached_property
    def data(self) -> xr.Dataset:
        """Labelled arrays; dimensions draw, force, end, mixture."""
        import xarray as xr

        one, made = self.split, self.provenance()
        ends_of = one.worth[:, [0, -1]]
        data = {
            "share": (("draw", "force"), one.shares[1:]),
            "central_share": (("force",), one.shares[0]),
            "excluded": (("force",), one.excluded),
            "chance": (("draw", "end"), ends_of[1:]),
            "central_chance": (("end",), ends_of[0]),
            "worth": (("draw", "mixture"), one.worth[1:]),
            "central_worth": (("mixture",), one.worth[0]),
            "exists": (("mixture",), one.exists),
        }
        coordinates = {
            "draw": np.arange(len(one.worth) - 1),
            "force": list(one.forces),
            "end": [one.first.name, one.second.name],
            "mixture": np.arange(one.worth.shape[1]),
        }
        return xr.Dataset(data, coords=coordinates, attrs=made)

    @property
    def order(self) -> list[int]:
        """The forces, largest share first."""
        return [int(n) for n in np.argsort(-np.abs(self.split.shares[0]), kind="stable")]

    @cached_property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who is set against whom: leaders, or the largest force; and all others but the calendar."""
        forces = [name for name in self.split.forces if name != CALENDAR]
        ranked = [self.split.forces[n] for n in self.order if self.split.forces[n] != CALENDAR]
        one = LEADERS if LEADERS in forces else ranked[0] if ranked else ""
        return (one,) if one else (), tuple(name for name in forces if name != one)

    @cached_property
    def lead(self) -> np.ndarray:
        """(M,) what the first side contributes to the change less what the other does; one member, then the draws."""
        return np.asarray(self.split.part(self.sides[0]) - self.split.part(self.sides[1]))

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        return words.paragraph(self)

    def findings(self) -> list[Finding]:
        """The change, who leads, each force's share, each thesis."""
        return words.found(self)

    def table(self) -> Table:
        """From the one chance to the other, force by force."""
        return words.table(self)

    def chart(self, *, width: int = 640) -> alt.LayerChart:
        """A waterfall from the one chance to the other, with ranges."""
        from detente.questions.why_picture import waterfall

        return waterfall(self, width)

    @property
    def draws(self) -> int:
        """How many draws."""
        return len(self.split.worth) - 1

    def alike(self, values: np.ndarray) -> np.ndarray:
        """(D,) in which draws a number has the sign that it has at the likely numbers."""
        return alike(values)

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        one = self.split
        more = {"between": f"{one.first.name} and {one.second.name}", "months": one.months,
                "outcome": one.outcome.name, "chance": one.kind}  # fmt: skip
        return provenance(self.ensemble, **more)

    def details(self) -> dict[str, Any]:
        """Shares, the factors behind them, theses, what turns the head line round."""
        one = self.split
        rows = {
            name: {
                "differs": self.differs(n),
                "share": one.shares[0, n],
                "range": ends(one.shares[1:, n]),
                "excluded": one.excluded[n],
            }
            for n, name in enumerate(one.forces)
        }
        ends_of = {end.name: {"chance": chance[0], "range": ends(chance[1:])} for end, chance in
                   ((one.first, one.worth[:, 0]), (one.second, one.worth[:, -1]))}  # fmt: skip
        theses = {
            each.thesis.name: {"says": each.thesis.says, "claims": each.thesis.claims, "verdict": each.word,
                               "margin": each.value, "range": (each.low, each.high), "holds": each.holds}
            for each in self.theses
        }  # fmt: skip
        return {
            "chances": ends_of,
            "forces": rows,
            "theses": theses,
            "turns": turning(self.ensemble, self.alike(self.lead)),
            "mixtures": {"all": len(one.exists), "excluded": int((~one.exists).sum())},
        }

    def differs(self, force: int) -> str:
        """'deterrent regional to icbm, ...'."""
        one, factors = self.split, self.ensemble.scenario.factors
        if one.forces[force] == CALENDAR:
            return f"dates ahead as in {one.first.name} or {one.second.name}"
        told = [
            f"{factors[f].name} {factors[f].levels[one.first.levels[f]]} to {factors[f].levels[one.second.levels[f]]}"
            for f in one.factors[force]
        ]
        return ", ".join(told)


@question
def why(
    scenario: Scenario,
    first: str | None = None,
    second: str | None = None,
    outcome: str | None = None,
    months: int | None = None,
    *,
    asking: Asking | None = None,
) -> Why:
    """What moved an outcome's chance between two situations.

    ``first`` and ``second``: by default those that the case asks about, or the last two by date. ``outcome`` and
    ``months``: as the case has them, or its first outcome and 60 months. DetenteError for unknown names, for one
    situation twice, and where nothing differs.
    """
    pair, wanted, ahead = between(scenario, first, second), outcome_of(scenario, outcome), months_of(scenario, months)
    solved = (asking or Asking()).solved(scenario)
    found = split(solved, wanted, *pair, ahead)
    if not found.forces:
        raise DetenteError(f"{pair[0].name} and {pair[1].name} are alike in all that the case tells apart.")
    speaking = [thesis for thesis in scenario.theses if thesis.what_if is None and thesis.more]
    return Why(solved, found, tuple(_judged(solved, thesis, found) for thesis in speaking))


def between(scenario: Scenario, first: str | None, second: str | None) -> tuple[Situation, Situation]:
    """The two situations; DetenteError where there are not two, or they are one."""
    if len(scenario.situations) < 2:
        raise DetenteError("`why` compares two situations; the case has only one. Write another under `situations`.")
    dated = sorted(scenario.situations, key=lambda situation: situation.date.ordinal)
    default = scenario.ask.between or (dated[-2].name, dated[-1].name)
    one, other = first or default[0], second or default[1]
    if one == other:
        raise DetenteError(f"{one!r} is one situation, not two; name another with --between.")
    return scenario.situation(one), scenario.situation(other)


def _judged(solved: Ensemble, thesis: Thesis, asked: Split) -> Verdict:
    """The verdict on a thesis about forces; what it does not say it takes from the question."""
    scenario = solved.scenario
    first, second = thesis.between or (asked.first.name, asked.second.name)
    outcome, months = scenario.outcome(thesis.outcome), thesis.months or asked.months
    same = (outcome.name, months, first, second) == (
        asked.outcome.name, asked.months, asked.first.name, asked.second.name)  # fmt: skip
    found = asked if same else split(solved, outcome, scenario.situation(first), scenario.situation(second), months)
    return judged(thesis, found.part(thesis.more) - found.part(thesis.than))
