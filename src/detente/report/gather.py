"""From the answers to the view-model: what the page shows, filled from a forecast and a question or two more.

Ranges are the 5th to 95th percentile over draws; without draws they are nan. A share of slips is that part of a
chance, draw by draw, whose last step was a slip; of an outcome that holds at the start, the part that ended and came
back by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.calendar import schedule
from detente.questions.saying import solved
from detente.questions.stakes import stakes
from detente.report.made import how_it_was_made, standing
from detente.report.movers import movers
from detente.report.naming import Names
from detente.report.ranges import ends
from detente.report.runs import runs
from detente.report.slugs import slugs
from detente.report.sourced import claims, parameters, sources
from detente.report.view import Event, Fan, LevelView, Mark, OutcomeView, Page, Part, Range, StakeView
from detente.report.words import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from detente.questions.forecast import Forecast
    from detente.questions.stakes import Stakes
    from detente.report.view import AnswerView
    from detente.scenario.model import OutcomeSpec, Scenario, Situation

_OFTEN = 24  # months: a date that recurs more often is named once


def gather(forecast: Forecast, answers: Sequence[AnswerView] = ()) -> Page:
    """Everything on the page; ``answers``: of the questions beside the forecast."""
    scenario, situation = forecast.ensemble.scenario, forecast.situation
    months = int(forecast.data.attrs["months"])
    names = Names(scenario)
    found = stakes(forecast.ensemble, situation, months)
    return Page(
        title=scenario.title,
        about=scenario.about,
        situation=situation.name,
        situation_about=situation.about,
        date=situation.date,
        months=months,
        draws=len(forecast.ensemble.draws),
        levels=levels(scenario, situation, names),
        standing=standing(forecast),
        outcomes=outcomes(forecast, names),
        events=events(scenario, situation, months),
        movers=movers(forecast, found, names),
        stakes=stakes_view(forecast, found, names),
        histories=runs(forecast, names),
        parameters=parameters(scenario, names),
        claims=claims(scenario, names),
        sources=sources(scenario),
        made=how_it_was_made(forecast),
        warnings=tuple(warning.render() for warning in scenario.warnings),
        answers=tuple(answers),
        turns=_turns(forecast, answers),
        fared=_first(answers, "hindcast"),
    )


def _turns(forecast: Forecast, answers: Sequence[AnswerView]) -> str:
    """What would turn it round, or that it is not known; '' where no question tells."""
    if answers and not forecast.ensemble.central.report.converged:
        return "Not known: no equilibrium was reached at the likely numbers."
    return next((answer.turns for answer in answers if answer.turns), "")


def _first(answers: Sequence[AnswerView], anchor: str) -> str:
    """The first two sentences of one answer, for the first screen; nothing where the question had no ground."""
    told = next((answer.summary for answer in answers if answer.anchor == anchor and answer.charts), "")
    return " ".join(sentences(told)[:2])


def levels(scenario: Scenario, situation: Situation, names: Names) -> tuple[LevelView, ...]:
    """The situation, factor by factor."""
    return tuple(
        LevelView(
            factor=names.words(factor.name),
            levels=tuple(names.words(level) for level in factor.levels),
            holds=holds,
            ordered=factor.ordered,
            about=factor.about,
            claims=factor.claims,
        )
        for factor, holds in zip(scenario.factors, situation.levels, strict=True)
    )


def events(scenario: Scenario, situation: Situation, months: int) -> tuple[Event, ...]:
    """The dated events within the horizon; of those that recur often only the first has a label."""
    found, seen = [], set()
    for month, index in schedule(scenario, situation, months).events:
        rule = scenario.rules[index]
        labelled = index not in seen or (rule.calendar is not None and rule.calendar.every >= _OFTEN)
        seen.add(index)
        found.append(Event(month, situation.date.after(month), rule.name, labelled))
    return tuple(found)


def outcomes(forecast: Forecast, names: Names) -> tuple[OutcomeView, ...]:
    """Every outcome, by or at each month."""
    specs = forecast.ensemble.scenario.outcomes
    anchors = slugs([spec.name for spec in specs])
    return tuple(_outcome(forecast, spec, anchors[spec.name], names) for spec in specs)


def _outcome(forecast: Forecast, spec: OutcomeSpec, anchor: str, names: Names) -> OutcomeView:
    data = forecast.data.sel(outcome=spec.name)
    still = bool(data["standing"])
    kind = "at" if still else "by"
    ranges = forecast.ranges(kind).sel(outcome=spec.name).transpose("quantile", "month")
    low, quarter, upper, high = (_line(line) for line in ranges)
    fan = Fan(
        low=low,
        quarter=quarter,
        likely=_line(data[f"central_{kind}"]),
        three_quarters=upper,
        high=high,
        half=_at(forecast, data, "half", kind),
        double=_at(forecast, data, "double", kind),
    )
    plain = forecast.base_rate(spec.name)
    marks = tuple(_mark(forecast, data, fan, month, still) for month in _marked(fan.months))
    return OutcomeView(
        name=spec.name,
        anchor=anchor,
        condition=names.condition(spec),
        marks=marks,
        fan=fan,
        about=spec.about,
        standing=still,
        action=bool(spec.actions),
        base=np.nan if plain is None else plain.chance,
        base_counted="" if plain is None else plain.said,
        claims=spec.claims,
    )


def _marked(months: int) -> list[int]:
    """Every twelve months, and the horizon."""
    return [*range(12, months, 12), months]


def _mark(forecast: Forecast, data: xr.Dataset, fan: Fan, month: int, still: bool) -> Mark:
    here = data.isel(month=month)
    at = Range(float(here["central_at"]), *ends(here["at"].values))
    return Mark(
        months=month,
        date=forecast.situation.date.after(month),
        chance=Range(fan.likely[month], fan.low[month], fan.high[month]),
        slips=_share(here, "at" if still else "by"),
        without=Range(float(here["central_without_slips"]), *ends(here["without_slips"].values)),
        half=fan.half[month],
        double=fan.double[month],
        standing=at,
    )


def _share(here: xr.Dataset, kind: str) -> Range:
    """The share of slips in the chance by a month, or at it."""
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = here["slips"].values / here[kind].values
    chance = float(here[f"central_{kind}"])
    return Range(float(here["central_slips"]) / chance if chance > 0 else np.nan, *ends(drawn))


def _at(forecast: Forecast, data: xr.Dataset, which: str, kind: str) -> tuple[float, ...]:
    """The line at half or at double precision; nan where the case has no solution there."""
    line = data[f"{which}_{kind}"]
    return _line(line if which in solved(forecast) else line * np.nan)


def _line(values: xr.DataArray) -> tuple[float, ...]:
    return tuple(float(x) for x in values.values)


def stakes_view(forecast: Forecast, found: Stakes, names: Names) -> tuple[StakeView, ...]:
    """What each actor gains and loses, interest by interest."""
    scenario = forecast.ensemble.scenario
    anchors = slugs([actor.name for actor in scenario.actors])
    data, views = forecast.data, []
    for i, actor in enumerate(scenario.actors):
        value, change = float(found.value[i]), _floats(found.gain[:, i])
        drawn = data["gain"].values[:, :, i]
        views.append(
            StakeView(
                name=actor.title,
                anchor=anchors[actor.name],
                discount=float(found.discount[i]),
                parts=(*_interests(scenario, found, names, i), _once(found, i)),
                value=value,
                value_range=Range(value, *ends(data["value"].values[:, i])),
                change=change,
                change_range=tuple(Range(likely, *ends(drawn[:, k])) for k, likely in enumerate(change)),
            )
        )
    return tuple(views)


def _interests(scenario: Scenario, found: Stakes, names: Names, actor: int) -> list[Part]:
    return [
        Part(
            name=names.words(interest.name),
            about=interest.about,
            flow=float(found.flow[k]),
            value=float(found.interests[k]),
            change=_floats(found.interests_gain[:, k]),
            claims=interest.claims,
        )
        for k, interest in enumerate(scenario.interests)
        if interest.actor == actor
    ]


def _once(found: Stakes, actor: int) -> Part:
    about = "paid once, when an act is taken or an event happens"
    return Part("acts and events", about, np.nan, float(found.once[actor]), _floats(found.once_gain[:, actor]))


def _floats(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(x) for x in values)
