"""What next: the chance of each outcome by and at each month from a situation, with its range.

The central line is the case at its likely numbers. Draws of all uncertain numbers, solved one by one, give the range:
the middle half and the middle 90 of 100 draws. Beside every chance stand the part of it that comes from slips (steps
much worse for their taker than its best, advantage below -2 / precision), and the same chance at half and at double
precision.

    by     chance that the outcome has come about by the month (first passage)
    at     chance that it holds in the month; nan for an action
    slips  the part of `by` whose last step was a slip; of an outcome that holds at the start, the part of `at` in which
           it has ended and come back by a slip
    without_slips  `by`, or `at` of an outcome that holds at the start, if nobody slipped: acts that would be slips do
           not happen, all else goes on as it would
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from detente.ensemble.cache import case_hash
from detente.ensemble.progress import watched
from detente.ensemble.solve import TOLERANCE, Ensemble, ensemble
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward
from detente.outcome.relapse import back_by_slip
from detente.outcome.targets import targets_of
from detente.problems import DetenteError
from detente.questions.next_moves import next_moves
from detente.questions.saying import page, paragraph
from detente.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    import altair as alt

    from detente.ensemble.cache import Cache
    from detente.ensemble.progress import Progress
    from detente.ensemble.solutions import Solved
    from detente.outcome.calendar import Schedule
    from detente.scenario.model import Scenario, Situation

QUANTILES = (0.05, 0.25, 0.75, 0.95)
_CHANCES = ("by", "at", "slips", "without_slips")
_CERTIFIED = ("certified", "half_certified", "double_certified")  # numbers among the attributes, as netCDF has them
_MOVES = ("chosen", "accepted", "taken", "advantage")


@dataclass(frozen=True, eq=False)
class Forecast:
    """The answer. ``data`` holds it all as labelled arrays, with how it was made in ``data.attrs``.

    Dimensions: draw, outcome, month (0 at the start; ``date`` beside it), option (``actor.action`` or ``actor.wait``).

    - ``by``, ``at``, ``slips``, ``without_slips`` (draw, outcome, month); ``central_``, ``half_`` and ``double_``
      before a name: at the likely numbers, and those at half and at double precision
    - ``value`` (draw, actor), what the future is worth at the start, and ``gain`` (draw, outcome, actor), how much more
      it is worth where the outcome comes about (nan: it holds, or does not come about); payoff
    - ``chosen``, ``accepted``, ``taken`` (a month), ``advantage`` (draw, option), ``yes`` (draw, option, actor), and
      the same with ``central_``: what each actor would do if it decided now
    - ``numbers`` (draw, parameter), ``certified`` (draw), ``standing`` (outcome): whether it holds at the start
    """

    data: xr.Dataset
    ensemble: Ensemble
    situation: Situation

    def ranges(self, name: str = "by") -> xr.DataArray:
        """The 5th, 25th, 75th and 95th percentile over draws of a variable; nan without draws."""
        over = self.data[name]
        if not over.sizes["draw"]:
            empty = xr.full_like(self.data[f"central_{name}"], np.nan, dtype=float)
            return empty.expand_dims(quantile=list(QUANTILES))
        return over.quantile(list(QUANTILES), dim="draw", skipna=False)

    def outcome(self, name: str) -> xr.Dataset:
        """What is known of one outcome; a DetenteError lists the outcomes if there is none of that name."""
        return self.data.sel(outcome=self.ensemble.scenario.outcome(name).name)

    def summary(self) -> str:
        """The forecast in one plain paragraph."""
        return paragraph(self)

    def chart(self, *, columns: int = 2) -> alt.ConcatChart:
        """Fan charts, one an outcome: ``chart().save("forecast.svg")``; for HTML that works offline, ``save_chart``."""
        from detente.questions.fan import fan_charts

        return fan_charts(self, columns)

    def save_chart(self, path: Path | str) -> None:
        """Write the charts as .svg, .png, .pdf or .html; offline, whole or not at all."""
        from detente.questions.picture import save

        save(self.chart(), path)

    def to_dict(self) -> dict[str, Any]:
        """The forecast as plain data: how it was made, then each outcome month by month, then the next moves."""
        ranges, moves = self.ranges(), self.ranges("taken")
        return {
            "made": {key: bool(x) if key in _CERTIFIED else x for key, x in self.data.attrs.items()},
            "dates": [str(date) for date in self.data["date"].values],
            "outcomes": {
                str(name): {
                    "standing": bool(self.data["standing"].sel(outcome=name)),
                    **{f"{which}{kind}": _plain(self.data[f"{which}{kind}"].sel(outcome=name))
                       for which in ("central_", "half_", "double_") for kind in _CHANCES},
                    "range_by": {f"{q:g}": _plain(ranges.sel(outcome=name, quantile=q)) for q in QUANTILES},
                }
                for name in self.data["outcome"].values
            },
            "next_moves": {
                str(option): {
                    **{name: _plain(self.data[f"central_{name}"].sel(option=option)) for name in _MOVES},
                    "range_taken": {f"{q:g}": _plain(moves.sel(option=option, quantile=q)) for q in QUANTILES},
                }
                for option in self.data["option"].values
            },
            "certified": [bool(one) for one in self.data["certified"].values],
        }  # fmt: skip

    def to_json(self) -> str:
        """The same as JSON; what is not known is null."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)

    def __repr__(self) -> str:
        made = self.data.attrs
        return f"<Forecast of {made['case']} from {made['situation']}, {made['months']} months, {made['draws']} draws>"

    def _repr_html_(self) -> str:
        return page(self)


def forecast(
    scenario: Scenario,
    since: str | None = None,
    months: int = 60,
    draws: int = 20,
    seed: int = 0,
    progress: Progress | None = None,
    cache: Cache | None = None,
    threads: int | None = None,
) -> Forecast:
    """The forecast of a scenario's outcomes for some months from a situation (default: the last one).

    ``progress`` hears how far the work has come; by default a line on stderr tells whoever is watching. Raises
    DetenteError for an unknown situation or a senseless horizon.
    """
    if not scenario.outcomes:
        raise DetenteError("The scenario has no outcomes to forecast; name some under `outcomes`.")
    situation = scenario.situation(since) if since is not None else _last(scenario)
    dates = schedule(scenario, situation, months)
    progress = progress or watched()
    solved = ensemble(scenario, draws, seed, progress, cache, threads)
    work = partial(_answer, situation=situation, dates=dates)
    answers = solved.answers("forecast", work, progress=progress, situation=situation.name, months=months)
    return Forecast(_data(solved, situation, months, answers), solved, situation)


def _last(scenario: Scenario) -> Situation:
    if not scenario.situations:
        raise DetenteError("The scenario has no situation to start from; write one under `situations`.")
    latest = max(situation.date.ordinal for situation in scenario.situations)
    return next(situation for situation in reversed(scenario.situations) if situation.date.ordinal == latest)


def _answer(solved: Solved, situation: Situation, dates: Schedule) -> dict[str, np.ndarray]:
    """What is kept of one member: chances (K, T + 1), value (N,), gain (K, N), next moves, the mass cut off."""
    state, value = solved.structure.index(situation), solved.equilibrium.value
    chain = chain_of(solved.structure, solved.game, solved.equilibrium)
    targets = targets_of(solved.structure)
    found = forward(chain, targets, state, dates)
    steady = forward(chain.only(~chain.slip), targets, state, dates)
    slips, without = found.slips.copy(), steady.by.copy()
    for k, target in enumerate(targets):
        if target.holds is not None and target.holds[state]:
            slips[k], without[k] = back_by_slip(chain, target, state, dates), steady.at[k]
    chances = {"by": found.by, "at": found.at, "slips": slips, "without_slips": without}
    chances["error"] = np.array(max(found.error, steady.error))
    worth = {"value": value[state], "gain": found.on_arrival(value) - value[state]}
    return {**chances, **worth, **next_moves(solved, state)}


def _data(solved: Ensemble, situation: Situation, months: int, answers: list[dict[str, np.ndarray]]) -> xr.Dataset:
    scenario, (central, half, double, *drawn) = solved.scenario, answers
    chance, names = ("outcome", "month"), [outcome.name for outcome in scenario.outcomes]
    data: dict[str, Any] = {}
    for name in _CHANCES:
        data[name] = (("draw", *chance), _stack(drawn, name, central[name].shape))
        for which, one in (("central", central), ("half", half), ("double", double)):
            data[f"{which}_{name}"] = (chance, one[name])
    for name, dims in (("value", ("actor",)), ("gain", ("outcome", "actor"))):
        data[name] = (("draw", *dims), _stack(drawn, name, central[name].shape))
        data[f"central_{name}"] = (dims, central[name])
    options, rows = _options(scenario, central)
    for name in (*_MOVES, "yes"):
        dims = ("option", "actor") if name == "yes" else ("option",)
        likely = _by_option(central, name, rows)
        data[f"central_{name}"] = (dims, likely)
        each = [{name: _by_option(draw, name, rows)} for draw in drawn]
        data[name] = (("draw", *dims), _stack(each, name, likely.shape))
    data["numbers"] = (("draw", "parameter"), solved.numbers)
    data["certified"] = (("draw",), solved.certified)
    data["standing"] = (("outcome",), (central["by"][:, 0] == 1.0) & ~np.isnan(central["at"][:, 0]))
    coordinates = {
        "outcome": names,
        "month": np.arange(months + 1),
        "date": (("month",), [str(situation.date.after(n)) for n in range(months + 1)]),
        "draw": np.arange(len(drawn)),
        "option": options,
        "actor": [actor.name for actor in scenario.actors],
        "parameter": [parameter.name for parameter in scenario.parameters],
    }
    error = max(float(one["error"]) for one in answers)
    return xr.Dataset(data, coords=coordinates, attrs=_made(solved, situation, months, error))


def _options(scenario: Scenario, central: dict[str, np.ndarray]) -> tuple[list[str], list[tuple[str, int]]]:
    """What is open at the start, actor by actor, waiting last: labels, and where to find each (field, row)."""
    labels, rows = [], []
    for i, actor in enumerate(scenario.actors):
        if np.isnan(central["waits"][i]):
            continue
        for a, action in enumerate(scenario.actions):
            if action.actor == i and not np.isnan(central["chosen"][a]):
                labels.append(f"{actor.name}.{action.name}")
                rows.append(("action", a))
        labels.append(f"{actor.name}.wait")
        rows.append(("wait", i))
    return labels, rows


def _by_option(arrays: dict[str, np.ndarray], name: str, rows: list[tuple[str, int]]) -> np.ndarray:
    """One of the next moves' arrays in the order of the options; of waiting only the chance that it is chosen."""
    actors = len(arrays["waits"])
    missing = np.full(actors, np.nan) if name == "yes" else np.nan
    picked = [arrays[name][n] if kind == "action" else arrays["waits"][n] if name == "chosen" else missing
              for kind, n in rows]  # fmt: skip
    return np.array(picked, dtype=float).reshape((len(rows), actors) if name == "yes" else (len(rows),))


def _stack(drawn: list[dict[str, np.ndarray]], name: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.stack([one[name] for one in drawn]) if drawn else np.empty((0, *shape))


def _made(solved: Ensemble, situation: Situation, months: int, error: float) -> dict[str, Any]:
    """How it was made, as text and numbers."""
    report, scenario = solved.central.report, solved.scenario
    return {
        "title": scenario.title,
        "case": scenario.name,
        "case_hash": case_hash(scenario),
        "situation": situation.name,
        "since": str(situation.date),
        "months": months,
        "draws": len(solved.draws),
        "seed": solved.seed,
        "version": VERSION,
        "statement": solved.statement,
        "certified": int(solved.central.certified),
        "half_certified": int(solved.half.certified),
        "double_certified": int(solved.double.certified),
        "draws_certified": int(solved.certified.sum()),
        "method": report.settings.method,
        "tolerance": report.settings.tolerance,
        "draw_tolerance": TOLERANCE,
        "residual": report.residual,
        "regret": report.regret,
        "reached": report.reached,
        "mass_cut_off": error,
    }


def _plain(values: xr.DataArray) -> Any:
    """Numbers as lists, with None for what is not known."""
    array = values.values
    if array.ndim == 0:
        return float(array) if np.isfinite(array) else None
    return [float(x) if np.isfinite(x) else None for x in array]
