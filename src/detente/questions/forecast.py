"""What next: the chance of each outcome by and at each month from a situation, with its range.

The central line is the case at its likely numbers. Draws of all uncertain numbers, solved one by one, give the range:
the middle half and the middle 90% of draws. Beside every chance stand the part of it that comes from slips (steps
much worse for their taker than its best, advantage below -2 / precision), and the same chance at half and at double
precision.

    by     chance that the outcome has come about by the month (first passage)
    at     chance that it holds in the month; nan for an action
    slips  the part of `by` whose last step was a slip; of an outcome that holds at the start, the part of `at` in which
           it has ended and come back by a slip
    without_slips  `by`, or `at` of an outcome that holds at the start, if nobody slipped: acts that would be slips do
           not happen, all else goes on as it would

Where the case has a record of what happened, the plain base rate stands beside it
(:mod:`detente.questions.base_rates`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.ensemble.progress import watched
from detente.look import NARROW
from detente.problems import DetenteError
from detente.questions.answer import Answer, Finding, Table
from detente.questions.asked import Asking, ends, months_of, passed, situation_of
from detente.questions.base_rates import base_rate
from detente.questions.forecast_data import CHANCES, CLOSELY, MOVES, closely_of, data_of, moves_of, stack
from detente.questions.saying import cells, heads, marks, paragraph
from detente.questions.words import percent
from detente.scenario.given import of_a_case

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

    from detente.ensemble.cache import Cache
    from detente.ensemble.progress import Progress
    from detente.ensemble.solve import Ensemble
    from detente.questions.base_rates import BaseRate
    from detente.scenario.model import Scenario, Situation

QUANTILES = (0.05, 0.25, 0.75, 0.95)
_CERTIFIED = (
    "certified",
    "half_certified",
    "double_certified",
    "converged",
    "half_converged",
    "double_converged",
)  # numbers among the attributes, as netCDF has them


@dataclass(frozen=True, eq=False)
class Forecast(Answer):
    """The answer. ``data`` holds it all as labelled arrays, with how it was made in ``data.attrs``; ``shown`` what
    tables and pictures need: all but what is read of the draws when ``data`` is first asked for, marked with a star.

    Dimensions: draw, outcome, month (0 at the start; ``date`` beside it), option (``actor.action`` or ``actor.wait``).

    - ``by``, ``at``, ``slips``*, ``without_slips``* (draw, outcome, month); ``central_``, ``half_`` and ``double_``
      before a name: at the likely numbers, and those at half and at double precision
    - ``value``* (draw, actor), what the future is worth at the start, and ``gain``* (draw, outcome, actor), how much
      more it is worth where the outcome comes about (nan: it holds, or does not come about); payoff
    - ``chosen``, ``accepted``, ``taken`` (a month), ``advantage`` (draw, option), ``yes`` (draw, option, actor), and
      the same with ``central_``: what each actor would do if it decided now
    - ``numbers`` (draw, parameter), ``certified`` (draw), ``standing`` (outcome): whether it holds at the start
    """

    shown: xr.Dataset
    ensemble: Ensemble
    situation: Situation

    @cached_property
    def data(self) -> xr.Dataset:
        """All of it."""
        months, likely = int(self.shown.attrs["months"]), self.shown
        drawn = closely_of(self.ensemble, self.situation, months, "draws")
        rest = {name: (likely[f"central_{name}"].dims, stack(drawn, name, likely[f"central_{name}"].shape))
                for name in CLOSELY}  # fmt: skip
        error = max(float(one["error"]) for one in ({"error": likely.attrs["mass_cut_off"]}, *drawn))
        whole = likely.assign({name: (("draw", *dims), values) for name, (dims, values) in rest.items()})
        return whole.assign_attrs(mass_cut_off=error)

    def ranges(self, name: str = "by") -> xr.DataArray:
        """The 5th, 25th, 75th and 95th percentile over draws of a variable; nan without draws."""
        data = self.shown if name in self.shown else self.data
        over = data[name]
        if not over.sizes["draw"]:
            empty = xr.full_like(data[f"central_{name}"], np.nan, dtype=float)
            return empty.expand_dims(quantile=list(QUANTILES))
        return over.quantile(list(QUANTILES), dim="draw", skipna=False)

    def outcome(self, name: str) -> xr.Dataset:
        """What is known of one outcome; a DetenteError lists the outcomes if there is none of that name."""
        return self.data.sel(outcome=self.ensemble.scenario.outcome(name).name)

    def paragraph(self) -> str:
        """The forecast in one plain paragraph."""
        return paragraph(self)

    def base_rate(self, name: str) -> BaseRate | None:
        """What the record alone says of an outcome at the horizon; None where it says nothing."""
        standing, months = bool(self.shown["standing"].sel(outcome=name)), int(self.shown.attrs["months"])
        return base_rate(self.ensemble.scenario.record, name, self.situation.date, months, standing)

    def findings(self) -> list[Finding]:
        """Each outcome's chance at the horizon, with its range."""
        return [self._finding(str(name)) for name in self.shown["outcome"].values]

    def _finding(self, name: str) -> Finding:
        data = self.shown.sel(outcome=name).isel(month=-1)
        kind = "at" if bool(data["standing"]) else "by"
        chance, plain = float(data[f"central_{kind}"]), self.base_rate(name)
        beside = "" if plain is None else f"; the base rate is {percent(plain.chance)}"
        until = f"{'at' if kind == 'at' else 'by'} {data['date'].item()}"
        says = f"{name} {'still holds ' if kind == 'at' else ''}{until}: {percent(chance)}{beside}."
        claims = self.ensemble.scenario.outcome(name).claims
        return Finding(says, chance, *ends(data[kind].values), draws=len(data[kind]), claims=claims)

    def table(self) -> Table:
        """A row an outcome, at the horizon."""
        rows = tuple(cells(self, str(name)) for name in self.shown["outcome"].values)
        return Table(heads(self), rows, marks(self))

    def chart(self, *, width: int = 640) -> alt.ConcatChart:
        """Fan charts, one an outcome: ``chart().save("forecast.svg")``; for HTML that works offline, ``save_chart``."""
        from detente.questions.fan import fan_charts

        return fan_charts(self, 1 if width < NARROW else 2)

    def provenance(self) -> Mapping[str, Any]:
        """How it was made."""
        return {key: bool(x) if key in _CERTIFIED else x for key, x in self.shown.attrs.items()}

    def details(self) -> dict[str, Any]:
        """Each outcome month by month, then the next moves."""
        ranges, moves = self.ranges(), self.ranges("taken")
        return {
            "dates": [str(date) for date in self.shown["date"].values],
            "outcomes": {
                str(name): {
                    "standing": bool(self.shown["standing"].sel(outcome=name)),
                    "base_rate": None if (plain := self.base_rate(str(name))) is None else
                    {"chance": plain.chance, "low": plain.low, "high": plain.high, "counted": plain.said},
                    **{f"{which}{kind}": self.shown[f"{which}{kind}"].sel(outcome=name).values
                       for which in ("central_", "half_", "double_") for kind in CHANCES},
                    "range_by": {f"{q:g}": ranges.sel(outcome=name, quantile=q).values for q in QUANTILES},
                }
                for name in self.shown["outcome"].values
            },
            "next_moves": {
                str(option): {
                    **{name: self.shown[f"central_{name}"].sel(option=option).item() for name in MOVES},
                    "range_taken": {f"{q:g}": moves.sel(option=option, quantile=q).item() for q in QUANTILES},
                }
                for option in self.shown["option"].values
            },
            "certified": [bool(one) for one in self.shown["certified"].values],
        }  # fmt: skip

    def __repr__(self) -> str:
        made = self.shown.attrs
        return f"<Forecast of {made['case']} from {made['situation']}, {made['months']} months, {made['draws']} draws>"


@of_a_case
def forecast(  # noqa: PLR0913 - the options of one question
    scenario: Scenario,
    since: str | None = None,
    months: int | None = None,
    draws: int = 20,
    seed: int = 0,
    progress: Progress | None = None,
    cache: Cache | None = None,
    threads: int | None = None,
    *,
    asking: Asking | None = None,
) -> Forecast:
    """The forecast of a scenario's outcomes for some months from a situation.

    By default from where the case's questions start, as far ahead as they look: the latest situation and 60 months.
    ``progress`` hears how far the work has come; by default a line on stderr tells whoever is watching. ``asking``, as
    all questions take it, stands for the five options before it. Raises DetenteError for an unknown situation or a
    senseless horizon.
    """
    if not scenario.outcomes:
        raise DetenteError("The scenario has no outcomes to forecast; name some under `outcomes`.")
    situation_of(scenario, since)
    months = months_of(scenario, months)  # what makes no sense is told before anything is solved
    how = asking or Asking(draws, seed, progress, cache, threads)
    return forecast_of(how.solved(scenario), since, months, how.progress or watched())


def forecast_of(
    solved: Ensemble, since: str | None = None, months: int = 60, progress: Progress | None = None
) -> Forecast:
    """The forecast of a case that is solved, as :func:`forecast` gives it."""
    situation = situation_of(solved.scenario, since)
    closely = closely_of(solved, situation, months, "precisions", progress)
    drawn = passed(solved, situation, months, "draws", progress)
    starts = tuple(one.name for one in solved.scenario.situations)
    every = solved.answers("next moves", partial(moves_of, starts=starts), "drawn", progress, starts=starts)
    at = starts.index(situation.name)
    moves = [{name: array[at] for name, array in one.items()} for one in every]
    return Forecast(data_of(solved, situation, months, closely, drawn, moves), solved, situation)
