"""What if: the chances with one thing changed, beside those as it is, and the difference.

What is changed is a factor's level at the start, a number, a chance rule that does not happen, or an act that is not
taken (:mod:`detente.questions.changed` says what each means). Both sides have the same draws of all other numbers, so
the difference is taken draw by draw: its range is narrower than the ranges of the two chances, and whether it goes up
or down can be told where they overlap. ``common`` is how much narrower: the standard deviation of the difference over
that of independent draws, 0 to 1 where the two sides go together.

The chance of each outcome is that it comes about by the month; where it holds at one of the two starts, that it holds
in the month.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import xarray as xr

from detente.problems import DetenteError
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, ends, months_of, outcome_of, provenance
from detente.questions.changed import THEN, Pair, idle, kind_of, outside, over_time, paired, told, verdict
from detente.questions.difference import alike, doubt, held, middle, points, points_range, turned, turning, ways
from detente.questions.rehearsal import question
from detente.questions.thesis import Verdict
from detente.questions.thesis import told as verdicts
from detente.questions.typed import TYPED, Typed, change_of
from detente.questions.words import month, percent, span
from detente.scenario.model import WhatIf

if TYPE_CHECKING:
    import altair as alt

    from detente.scenario.model import OutcomeSpec, Scenario

OTHERS = 3  # other outcomes named in the paragraph
AS_IT_IS, CHANGED = "as it is", "changed"


@dataclass(frozen=True, eq=False)
class Whatif(Answer):
    """The answer. ``data``: chances, with dimensions draw, side ('as it is', 'changed'), outcome and month.

    ``chance`` (draw, side, outcome, month), ``central_chance`` (side, outcome, month) at the likely numbers;
    ``difference`` (draw, outcome), ``central_difference`` (outcome), changed less as it is, at the horizon; ``kind``
    (outcome), 'by' or 'at'; ``common`` (outcome), see above, nan where nothing spreads.
    """

    pair: Pair
    outcome: OutcomeSpec
    data: xr.Dataset
    theses: tuple[Verdict, ...]

    @property
    def months(self) -> int:
        """The horizon."""
        return int(self.data.sizes["month"]) - 1

    def differences(self, outcome: str | None = None) -> np.ndarray:
        """(1 + D,) changed less as it is at the horizon: at the likely numbers, then by draw."""
        one = self.data.sel(outcome=outcome or self.outcome.name)
        return np.concatenate([[float(one["central_difference"])], one["difference"].values])

    @cached_property
    def order(self) -> list[str]:
        """All outcomes: the one asked about, then the others by the size of the difference."""
        names = [str(name) for name in self.data["outcome"].values if name != self.outcome.name]
        return [self.outcome.name, *sorted(names, key=lambda name: -abs(self.differences(name)[0]))]

    @property
    def about(self) -> str:
        """What is changed."""
        return told(self.pair.base.scenario, self.pair.change)

    def paragraph(self) -> str:
        """The answer in one plain paragraph."""
        moved = [f"{name} {points(d[0], '')}{f' ({middle(d[1:])})' if len(d) > 1 else ''}"
                 for name in self.order[1:] if abs((d := self.differences(name))[0]) >= 0.0005][:OTHERS]  # fmt: skip
        others = f"Of the other outcomes most: {'; '.join(moved)}, in points." if moved else ""
        said = [
            self._what(),
            outside(self.pair.base.scenario, self.pair.change),
            self._main(),
            others,
            self._unknown(),
            verdicts(list(self.theses)),
        ]
        return " ".join(part for part in (*said, doubt(self.pair.base) or doubt(self.pair.other)) if part)

    def findings(self) -> list[Finding]:
        """The difference in each outcome, the one asked about first; then the theses."""
        found = []
        for name in self.order:
            d = self.differences(name)
            same = alike(d)
            says = self._main() if name == self.outcome.name else f"{name}: {points(d[0])}{self._direction(d)}."
            found.append(Finding(says, float(d[0]), *ends(d[1:]), "chance", int(same.sum()) if len(same) else None,
                                 len(same), self.pair.change.claims))  # fmt: skip
        return [*found, *(verdict.finding() for verdict in self.theses)]

    def table(self) -> Table:
        """Each outcome at the horizon, as it is and changed."""
        rows = []
        for name in self.order:
            one, d = self.data.sel(outcome=name).isel(month=-1), self.differences(name)
            sides = [percent(float(one["central_chance"].sel(side=side))) for side in (AS_IT_IS, CHANGED)]
            label = f"{name} (then)" if str(one["kind"].values) == "at" else name
            ups, downs = (int((ways(d[1:]) == way).sum()) for way in (1, -1))
            rows.append(
                (label, *sides, points(d[0], ""), points_range(*ends(d[1:])), f"{ups} / {downs}" if len(d) > 1 else "—")
            )
        head = ("outcome", AS_IT_IS, CHANGED, "points", "90% of draws", "up / down in")
        then = THEN if (self.data["kind"].values == "at").any() else ""
        note = f"Within {self.months} months of {self.pair.before.name}; the same draws on both sides.{then}"
        return Table(head, tuple(rows), note)

    def chart(self, *, width: int = 640) -> alt.VConcatChart:
        """Both forecasts of the outcome, and the difference in all of them."""
        from detente.questions.whatif_picture import sides_and_differences

        return sides_and_differences(self, width)

    def provenance(self) -> dict[str, Any]:
        """How it was made; what is certified of the changed case beside it."""
        pair = self.pair
        more = {"situation": pair.before.name, "months": self.months, "outcome": self.outcome.name,
                "what_if": pair.change.name, "change": self.about}  # fmt: skip
        made = provenance(pair.base, **more)
        changed = {"changed_statement": pair.other.statement, "changed_certified": int(pair.other.central.certified),
                   "changed_draws_certified": int(pair.other.certified.sum())}  # fmt: skip
        if pair.other is pair.base:
            return made
        both = {name: min(made[name], changed[f"changed_{name}"]) for name in ("certified", "draws_certified")}
        return made | changed | both

    def details(self) -> dict[str, Any]:
        """Both chances of every outcome month by month with their ranges, the difference, what turns it round."""
        found = {}
        for name in self.order:
            one = self.data.sel(outcome=name)
            found[name] = {
                "kind": str(one["kind"].values),
                "common": float(one["common"]),
                **{
                    side: {
                        "central": one["central_chance"].sel(side=side).values,
                        "range": band(one["chance"].sel(side=side).values),
                    }
                    for side in (AS_IT_IS, CHANGED)
                },
            }
        theses = {
            each.thesis.name: {"verdict": each.word, "margin": each.value, "holds": each.holds} for each in self.theses
        }
        return {"outcomes": found, "turns": turning(self.pair.base, alike(self.differences())), "theses": theses}

    def _what(self) -> str:
        change, since = self.pair.change, month(self.pair.before.date)
        what = told(self.pair.base.scenario, change, titled=True)
        if change.name == TYPED:
            return f"What if, from {since}: {what}."
        about = f" ({change.about.strip().rstrip('.')})" if change.about else ""
        return f"What if, from {since}, {change.name!r}{about}: {what}."

    def _main(self) -> str:
        one, d = self.data.sel(outcome=self.outcome.name).isel(month=-1), self.differences()
        before, after = (float(one["central_chance"].sel(side=side)) for side in (AS_IT_IS, CHANGED))
        at = str(one["kind"].values) == "at"
        what = f"that {self.outcome.name} holds {self.months} months later" if at else (
            f"of {self.outcome.name} within {self.months} months")  # fmt: skip
        drawn = [one["chance"].sel(side=side).values for side in (AS_IT_IS, CHANGED)]
        ranges = [f" (draws {span(*ends(side))})" if len(side) else "" for side in drawn]
        turn = turned(self.pair.base, alike(d)) if ways(d)[0] else ""
        return (
            f"The chance {what} is {percent(after)}{ranges[1]} instead of {percent(before)}{ranges[0]}: "
            f"{points(d[0])}{self._direction(d)}{f'; {turn}' if turn else ''}."
        )

    def _direction(self, d: np.ndarray) -> str:
        if len(d) < 2:
            return ""
        way = {1: "higher", -1: "lower", 0: "no change to tell"}[int(ways(d)[0])]
        return f" ({middle(d[1:])}), {way} {held(alike(d))}"

    def _unknown(self) -> str:
        return "Nobody expects that the act does not come; all else is done as if it might." if self.pair.struck else ""


@question
def whatif(
    scenario: Scenario,
    change: str | WhatIf | None = None,
    *,
    known: bool = False,
    outcome: str | None = None,
    months: int | None = None,
    asking: Asking | None = None,
    **typed: Unpack[Typed],
) -> Whatif:
    """The chances of all outcomes with something changed, beside those as it is.

    ``change``: a what-if of the case, by name. What is typed goes on top of it, or stands alone. ``since``: the
    situation, by default the what-if's own or the last. ``settings``: factor -> level at the start, parameter ->
    number. ``never``: acts (``actor.action``) that are not taken; ``known``: all know that. ``without``: chance rules
    that do not happen. ``outcome`` and ``months``: as the case has them, or its first outcome and 60 months.
    DetenteError for what is not known, and for what changes nothing.
    """
    wanted, ahead = outcome_of(scenario, outcome), months_of(scenario, months)
    if not isinstance(change, WhatIf):
        change = change_of(scenario, change, **typed)
    if idle(scenario, change):
        raise DetenteError(f"This changes nothing: it is {change.situation} as it was. Set another level or number.")
    asked = asking or Asking()
    pair = paired(asked.solved(scenario), change, known=known, progress=asked.progress)
    theses = [thesis for thesis in scenario.theses if thesis.what_if == change.name and _as_written(scenario, change)]
    return Whatif(pair, wanted, _data(pair, ahead), tuple(verdict(pair, thesis, ahead) for thesis in theses))


def band(chance: np.ndarray) -> list[list[float]]:
    """5th and 95th percentile over draws by month, from (D, T + 1); empty without draws."""
    return [] if not len(chance) else [list(line) for line in np.quantile(chance, (0.05, 0.95), axis=0)]


def _as_written(scenario: Scenario, change: WhatIf) -> bool:
    return any(change == what_if for what_if in scenario.what_ifs)


def _data(pair: Pair, months: int) -> xr.Dataset:
    scenario = pair.base.scenario
    kinds = [kind_of(pair, outcome) for outcome in scenario.outcomes]
    chance = np.stack(
        [
            np.stack([np.stack([one[kind][k] for k, kind in enumerate(kinds)]) for one in side])
            for side in over_time(pair, months)
        ],
        axis=1,
    )  # (M, 2, K, T + 1)
    difference = chance[:, 1, :, -1] - chance[:, 0, :, -1]
    data = {
        "chance": (("draw", "side", "outcome", "month"), chance[1:]),
        "central_chance": (("side", "outcome", "month"), chance[0]),
        "difference": (("draw", "outcome"), difference[1:]),
        "central_difference": (("outcome",), difference[0]),
        "kind": (("outcome",), kinds),
        "common": (("outcome",), common(chance[1:, :, :, -1])),
    }
    coordinates = {
        "draw": np.arange(len(chance) - 1),
        "side": [AS_IT_IS, CHANGED],
        "outcome": [outcome.name for outcome in scenario.outcomes],
        "month": np.arange(months + 1),
        "date": (("month",), [str(pair.before.date.after(n)) for n in range(months + 1)]),
    }
    return xr.Dataset(data, coords=coordinates)


def common(chance: np.ndarray) -> np.ndarray:
    """(K,) spread of the difference over what it would be with draws of its own on each side, from (D, 2, K)."""
    if len(chance) < 2:
        return np.full(chance.shape[2], np.nan)
    apart = np.sqrt(chance.var(axis=0).sum(axis=0))
    together = (chance[:, 1] - chance[:, 0]).std(axis=0)
    return np.asarray(np.divide(together, apart, out=np.full_like(apart, np.nan), where=apart > 0))
