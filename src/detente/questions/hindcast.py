"""What the case would have said at each of its earlier situations, and what happened.

For every situation and every outcome in the case's ``record``: the chance within some months as the case gives it, its
range over the draws, the plain base rate as it stood then (:mod:`detente.questions.base_rates`), and what came. An
outcome that holds at the situation is asked whether it still holds at the end. Chances are scored by the mean of
(chance - what happened)^2 (Brier 1950): 0 is perfect, 0.25 is always saying one half.

This is no proof of foresight. The case was written later, by people who knew what had happened, and its numbers rest
in part on the same events. A case that failed here would be wrong; one that passes may still be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.given import months_ahead
from detente.problems import DetenteError
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, ahead, ends, provenance
from detente.questions.base_rates import base_rate, came_about
from detente.questions.rehearsal import question
from detente.questions.words import listed, month, percent, span

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    from detente.ensemble.solve import Ensemble
    from detente.scenario.model import OutcomeSpec, Scenario, Situation

MONTHS = 24
SAID = {1: "yes", 0: "no"}


@dataclass(frozen=True, eq=False)
class Hindcast(Answer):
    """The answer. ``data``: ``chance`` (situation, outcome), ``drawn`` (draw, situation, outcome), ``base``,
    ``base_low``, ``base_high``, ``happened`` (1, 0, nan: not recorded or not over), ``holding`` (asked whether it
    still holds), all (situation, outcome).
    """

    data: xr.Dataset
    ensemble: Ensemble
    months: int

    def known(self) -> list[tuple[int, int]]:
        """(situation, outcome) pairs of which it is known what happened, in order of time."""
        return [(int(s), int(k)) for s, k in np.argwhere(~np.isnan(self.data["happened"].values))]

    def scores(self) -> tuple[float, float, float, int]:
        """Mean squared error of the case, of the base rate, of always saying one half; over so many questions.

        Only questions for which there is a base rate, so that all three are asked the same.
        """
        data = self.data
        happened, chance, base = (data[name].values for name in ("happened", "chance", "base"))
        asked = ~np.isnan(happened) & ~np.isnan(base)
        off = [
            float(np.mean((said[asked] - happened[asked]) ** 2)) if asked.any() else np.nan for said in (chance, base)
        ]
        return off[0], off[1], 0.25, int(asked.sum())

    def paragraph(self) -> str:
        """How it fared, where it was furthest off, and what that is worth."""
        case, base, half, count = self.scores()
        if not count:
            return "The record has no months before these situations to take a base rate from, so nothing is scored."
        happened, chance = self.data["happened"].values, self.data["chance"].values
        worst = sorted(self.known(), key=lambda at: -abs(chance[at] - happened[at]))
        worst = worst[: min(3, max(count // 2, 1))]
        names, dates = self.data["outcome"].values, self.data["situation"].values
        missed = [
            f"{names[k]} from {dates[s]} ({percent(chance[s, k])}, {SAID[int(happened[s, k])]})" for s, k in worst
        ]
        off, plain = (np.abs(self.data[name].values - happened) for name in ("chance", "base"))
        better = int((off < plain).sum())  # without a base rate: neither
        earlier = f"{len(dates)} earlier situation" + ("s" if len(dates) > 1 else "")
        return (
            f"Asked at {earlier} what the next {self.months} months would bring, the case has a "
            f"mean squared error of {case:.3f} over {count} questions; the plain base rate known then has {base:.3f}, "
            f"and always saying one half {half:.2f}. It was nearer than the base rate in {better} of "
            f"{count}. It was furthest off with {listed(missed)}. The case was written afterwards and its numbers rest "
            "in part on these very events: this is a check on the case, not a proof of foresight."
        )

    def findings(self) -> list[Finding]:
        """What was said and what came, situation by situation."""
        data, found = self.data, []
        for s, k in self.known():
            name, date, low, high = *self._asked(s, k), *ends(data["drawn"].values[:, s, k])
            chance, came = float(data["chance"][s, k]), SAID[int(data["happened"][s, k])]
            says = f"{name} within {self.months} months of {date}: {percent(chance)}; it came: {came}."
            found.append(Finding(says, chance, low, high, draws=data.sizes["draw"]))
        return found

    def _asked(self, s: int, k: int) -> tuple[str, str]:
        still = " (still)" if bool(self.data["holding"].values[s, k]) else ""
        return f"{self.data['outcome'].values[k]}{still}", str(self.data["situation"].values[s])

    def table(self) -> Table:
        """A row a question."""
        data, rows = self.data, []
        star = "" if self.ensemble.central.report.converged else " *"
        for s, k in self.known():
            name, date = self._asked(s, k)
            rows.append((
                date, name, f"{percent(float(data['chance'][s, k]))}{star}", span(*ends(data["drawn"].values[:, s, k])),
                percent(float(data["base"][s, k])), SAID[int(data["happened"][s, k])],
            ))  # fmt: skip
        head = ("asked at", "outcome", f"within {self.months} months", "90% of draws", "base rate then", "it came")
        note = "Base rate: from the record before the date alone." if rows else ""
        note += " * no equilibrium was reached at the likely numbers." if rows and star else ""
        return Table(head, tuple(rows), note, left=2)

    def chart(self, *, width: int = 640) -> alt.TopLevelMixin:
        """Chances with their ranges beside what happened, a panel a situation."""
        from detente.questions.hindcast_picture import panels

        return panels(self, width)

    def provenance(self) -> Mapping[str, Any]:
        """How it was made."""
        return provenance(self.ensemble, months=self.months, situations=[str(s) for s in self.data["situation"].values])

    def details(self) -> dict[str, Any]:
        """The scores."""
        case, base, half, count = self.scores()
        return {"brier": {"case": case, "base_rate": base, "one_half": half, "questions": count}}


@question
def hindcast(scenario: Scenario, months: int | None = None, *, asking: Asking | None = None) -> Hindcast:
    """What the case would have said at each situation that the record reaches beyond, and what happened.

    ``months``: how far ahead each time; by default 24, or as many as are recorded after any situation if those are
    fewer. DetenteError, before anything is solved, for a case without a record, and where none of it is so far ahead.
    """
    record = scenario.record
    if record is None:
        raise DetenteError("The case has no record of what happened; write one under `record` to hold it against.")
    if months is None:
        months = min(MONTHS, recorded(scenario) or MONTHS)
    months = months_ahead(months)
    asked = sorted((each for each in scenario.situations if each.date.ordinal < record.until.ordinal), key=_date)
    specs = [outcome for outcome in scenario.outcomes if outcome.name in record.happened]
    if not asked or not specs:
        raise DetenteError("No situation lies before the end of the record, so nothing has happened since to compare.")
    if not any(_known(scenario, situation, spec, months) for situation in asked for spec in specs):
        raise DetenteError(_nothing(scenario, months))
    solved = (asking or Asking()).solved(scenario)
    which = [scenario.outcomes.index(outcome) for outcome in specs]
    found = [ahead(solved, situation, months) for situation in asked]
    said = np.array([chance[:, which] for chance, _ in found])  # situation, member, outcome
    holding = np.array([holds[which] for _, holds in found])
    return Hindcast(_data(scenario, asked, specs, months, said, holding), solved, months)


def recorded(scenario: Scenario) -> int:
    """The most months after a situation of which it is recorded whether some outcome came; 0 without any."""
    record = scenario.record
    if record is None:
        return 0
    known = [outcome.since.ordinal for outcome in record.happened.values()]
    dates = [at.date.ordinal for at in scenario.situations if any(since <= at.date.ordinal for since in known)]
    return max((record.until.ordinal - date for date in dates if date < record.until.ordinal), default=0)


def _known(scenario: Scenario, situation: Situation, spec: OutcomeSpec, months: int) -> bool:
    """Whether it is recorded what came of an outcome in the months after a situation."""
    holds = spec.when is not None and bool(spec.when(np.array(situation.levels), {}))
    return came_about(scenario.record, spec.name, situation.date, months, holds) is not None


def _nothing(scenario: Scenario, months: int) -> str:
    """Why there is nothing to compare, and what would help."""
    if not (most := recorded(scenario)):
        return "The record of every outcome begins after the situations, so there is nothing to compare."
    return (
        f"No situation has {months} recorded months after it, so there is nothing to compare; "
        f"{most} are recorded: ask for {most} months (--months {most})."
    )


def _date(situation: Situation) -> int:
    return situation.date.ordinal


def _data(
    scenario: Scenario,
    asked: list[Situation],
    specs: list[OutcomeSpec],
    months: int,
    said: np.ndarray,
    holding: np.ndarray,
) -> xr.Dataset:
    pairs, record = ("situation", "outcome"), scenario.record
    base, happened = np.full((3, *holding.shape), np.nan), np.full(holding.shape, np.nan)
    for (s, k), still in np.ndenumerate(holding):
        name, date = specs[k].name, asked[s].date
        plain = base_rate(record, name, date, months, bool(still))
        came = came_about(record, name, date, months, bool(still))
        if plain is not None:
            base[:, s, k] = plain.chance, plain.low, plain.high
        if came is not None:
            happened[s, k] = float(came)
    return xr.Dataset(
        {
            "chance": (pairs, said[:, 0]),
            "drawn": (("draw", *pairs), said[:, 1:].transpose(1, 0, 2)),
            "base": (pairs, base[0]),
            "base_low": (pairs, base[1]),
            "base_high": (pairs, base[2]),
            "happened": (pairs, happened),
            "holding": (pairs, holding),
        },
        coords={
            "situation": [each.name for each in asked],
            "date": ("situation", [month(each.date) for each in asked]),
            "outcome": [spec.name for spec in specs],
        },
    )
