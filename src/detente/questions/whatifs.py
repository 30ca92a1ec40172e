"""What if, for every what-if of the case: how far each moves one outcome, and what the sources hold of it.

Each what-if is set beside the case as it is with the same draws on both sides (:mod:`detente.questions.changed`), from
its own situation. Those that change the starting state alone are looked up. Theses that a what-if moves an outcome up
or down stand beside the numbers, each borne out, against, or undecided by the share of draws in which it does so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.problems import DetenteError
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, ends, months_of, outcome_of, provenance
from detente.questions.changed import THEN, Pair, UnsolvedError, at_horizon, paired, told, verdict
from detente.questions.difference import alike, doubt, held, middle, points, points_range, turned, turning, ways
from detente.questions.rehearsal import question
from detente.questions.thesis import Verdict
from detente.questions.thesis import told as verdicts
from detente.questions.words import listed, percent

if TYPE_CHECKING:
    import altair as alt

    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import OutcomeSpec, Scenario

MOST_SAID = 3  # what-ifs in the first sentence


@dataclass(frozen=True, eq=False)
class Whatifs(Answer):
    """The answer. ``data``: ``chance`` (draw, side, change) and ``central_chance`` (side, change) of the outcome at the
    horizon, sides 'as it is' and 'changed'; ``difference`` (draw, change), ``central_difference`` (change); ``kind``
    (change), 'by', or 'at' where the outcome holds at one of the two starts.
    """

    ensemble: Ensemble
    outcome: OutcomeSpec
    months: int
    pairs: tuple[Pair, ...]
    data: xr.Dataset
    theses: tuple[Verdict, ...]
    unsolved: dict[str, str] = field(default_factory=dict)  # a what-if that has no number -> why

    def differences(self, name: str) -> np.ndarray:
        """(1 + D,) what a what-if changes: at the likely numbers, then by draw."""
        one = self.data.sel(change=name)
        return np.concatenate([[float(one["central_difference"])], one["difference"].values])

    @cached_property
    def order(self) -> list[str]:
        """The what-ifs, the largest rise first."""
        return sorted((pair.change.name for pair in self.pairs), key=lambda name: -self.differences(name)[0])

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        says = [self._says(name) for name in sorted(self.order, key=lambda name: -abs(self.differences(name)[0]))]
        most, rest = says[:MOST_SAID], says[MOST_SAID:]
        head = f"The chance of {self.outcome.name} within {self.months} months moves"
        doubts = [doubt(self.ensemble), *(doubt(pair.other) for pair in self.pairs if pair.other is not self.ensemble)]
        return " ".join(
            part
            for part in (
                f"{head}{' most' if rest else ''} by {'; '.join(most)}.",
                f"Less by {'; '.join(rest)}." if rest else "",
                self._turning(),
                verdicts(list(self.theses)),
                *(f"Left out: {name!r}. {why}" for name, why in self.unsolved.items()),
                *dict.fromkeys(doubts),
            )
            if part
        )

    def findings(self) -> list[Finding]:
        """The difference that each what-if makes, the largest first; then the theses."""
        found = []
        for name in sorted(self.order, key=lambda name: -abs(self.differences(name)[0])):
            d = self.differences(name)
            same = alike(d)
            claims = next(pair.change.claims for pair in self.pairs if pair.change.name == name)
            found.append(Finding(f"{self._says(name)}.", float(d[0]), *ends(d[1:]), "chance",
                                 int(same.sum()) if len(same) else None, len(same), claims))  # fmt: skip
        return [*found, *(verdict.finding() for verdict in self.theses)]

    def table(self) -> Table:
        """A what-if a row, the largest rise first."""
        rows = []
        for name in self.order:
            one, d = self.data.sel(change=name), self.differences(name)
            pair = next(pair for pair in self.pairs if pair.change.name == name)
            sides = [percent(float(chance)) for chance in one["central_chance"].values]
            since = f"{pair.before.name} (then)" if str(one["kind"].values) == "at" else pair.before.name
            ups, downs = (int((ways(d[1:]) == way).sum()) for way in (1, -1))
            rows.append((name, since, *sides, points(d[0], ""), points_range(*ends(d[1:])), f"{ups} / {downs}"))
        head = ("what if", "from", "as it is", "changed", "points", "90% of draws", "up / down in")
        then = THEN if (self.data["kind"].values == "at").any() else ""
        note = f"Chance of {self.outcome.name} within {self.months} months; the same draws on both sides.{then}"
        return Table(head, tuple(rows), note, 2)

    def chart(self, *, width: int = 640) -> alt.LayerChart:
        """The differences as bars, with ranges."""
        from detente.questions.whatif_picture import all_differences

        return all_differences(self, width)

    def provenance(self) -> dict[str, Any]:
        """How it was made."""
        return provenance(self.ensemble, months=self.months, outcome=self.outcome.name)

    def details(self) -> dict[str, Any]:
        """What each what-if changes, both chances, the difference; the theses."""
        found = {}
        for pair in self.pairs:
            one, d = self.data.sel(change=pair.change.name), self.differences(pair.change.name)
            found[pair.change.name] = {
                "situation": pair.before.name,
                "changes": told(self.ensemble.scenario, pair.change),
                "chances": one["central_chance"].values,
                "difference": d[0],
                "range": ends(d[1:]),
                "certified": pair.other.central.certified,
                "turns": turning(self.ensemble, alike(d)),
            }
        theses = {
            each.thesis.name: {"says": each.thesis.says, "verdict": each.word, "margin": each.value,
                               "range": (each.low, each.high), "holds": each.holds}
            for each in self.theses
        }  # fmt: skip
        return {"what_ifs": found, "unsolved": self.unsolved, "theses": theses}

    def _turning(self) -> str:
        """Which way each moves it: what turns that round, what-ifs of which the same is to be said together."""
        said: dict[str, list[str]] = {}
        for name in sorted(self.order, key=lambda name: -abs(self.differences(name)[0])):
            d = self.differences(name)
            if len(d) > 1 and ways(d)[0]:
                said.setdefault(turned(self.ensemble, alike(d)), []).append(repr(name))
        if len(said) == 1 and len(*said.values()) > 1:
            return f"Which way it moves, of each of them: {next(iter(said))}."
        told = [f"with {listed(names)}, {what}" for what, names in said.items()]
        return f"Which way it moves: {'; '.join(told)}." if told else ""

    def _says(self, name: str) -> str:
        d = self.differences(name)
        way = {1: "up", -1: "down", 0: "no change to tell"}[int(ways(d)[0])]
        drawn = f" ({middle(d[1:])}; {way} {held(alike(d))})" if len(d) > 1 else ""
        return f"{points(d[0])} with {name!r}{drawn}"


@question
def whatifs(
    scenario: Scenario,
    *,
    known: bool = False,
    outcome: str | None = None,
    months: int | None = None,
    asking: Asking | None = None,
) -> Whatifs:
    """How far each what-if of the case moves an outcome.

    ``known``: all know which acts are struck out. ``outcome`` and ``months``: as the case has them, or its first
    outcome and 60 months. One at which the case cannot be solved is left out, with the reason. DetenteError for a case
    without what-ifs, and where none can be solved.
    """
    wanted, ahead = outcome_of(scenario, outcome), months_of(scenario, months)
    if not scenario.what_ifs:
        raise DetenteError("The case has no what-ifs; write some under `what_if`, or say what to change.")
    asked = asking or Asking()
    solved = asked.solved(scenario)
    pairs, unsolved = list[Pair](), dict[str, str]()
    for change in scenario.what_ifs:
        try:
            pairs.append(paired(solved, change, known=known, progress=asked.progress))
        except UnsolvedError as reason:
            unsolved[change.name] = str(reason)
    if not pairs:
        raise DetenteError(" ".join(f"{name!r}: {why}" for name, why in unsolved.items()))
    found = [at_horizon(pair, wanted, ahead) for pair in pairs]
    chance = np.stack([both.T for both, _ in found], axis=2)  # (M, 2, changes)
    difference = chance[:, 1] - chance[:, 0]
    data = {
        "chance": (("draw", "side", "change"), chance[1:]),
        "central_chance": (("side", "change"), chance[0]),
        "difference": (("draw", "change"), difference[1:]),
        "central_difference": (("change",), difference[0]),
        "kind": (("change",), [kind for _, kind in found]),
    }
    coordinates = {"draw": np.arange(len(chance) - 1), "side": ["as it is", "changed"],
                   "change": [pair.change.name for pair in pairs]}  # fmt: skip
    by_name = {pair.change.name: pair for pair in pairs}
    theses = tuple(verdict(by_name[thesis.what_if], thesis, ahead)
                   for thesis in scenario.theses if thesis.what_if in by_name)  # fmt: skip
    return Whatifs(solved, wanted, ahead, tuple(pairs), xr.Dataset(data, coords=coordinates), theses, unsolved)
