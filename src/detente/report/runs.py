"""A few sampled histories in sentences.

Told are acts and events that change something or make an outcome; requests refused and acts without effect are counted,
not told. Like acts of a year are told once, with their months, where the first of them stands; what makes or ends an
outcome is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from detente.outcome.calendar import schedule
from detente.outcome.histories import sample
from detente.outcome.targets import targets_of
from detente.outcome.telling import third_person
from detente.report.view import HistoriesView, HistoryView, YearView
from detente.report.words import listed, month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.outcome.histories import Event, History
    from detente.outcome.targets import Target
    from detente.questions.forecast import Forecast
    from detente.report.naming import Names
    from detente.scenario.model import Month

TOLD = 3
_LISTED = 3  # months named one by one


def runs(forecast: Forecast, names: Names) -> HistoriesView:
    """The histories of a page, from the central solution; same seed, same histories."""
    solved = forecast.ensemble.solved(forecast.ensemble.central)
    structure, seed = solved.structure, forecast.ensemble.seed
    dates = schedule(structure.scenario, forecast.situation, int(forecast.data.attrs["months"]))
    drawn = sample(solved.chain, structure, structure.index(forecast.situation), dates, TOLD, seed)
    targets = targets_of(structure)
    return HistoriesView(tuple(_told(n + 1, history, targets, names) for n, history in enumerate(drawn)), seed)


@dataclass(frozen=True)
class _Line:
    """Something told: when, what, and whether it makes or ends an outcome."""

    month: Month
    said: str
    turn: bool


def _told(number: int, history: History, targets: Sequence[Target], names: Names) -> HistoryView:
    makes = {action for target in targets for action in target.actions}
    told = [event for event in history.events if _tells(event, makes)]
    lines = [_line(event, told[:n], targets, names) for n, event in enumerate(told)]
    years = tuple(_year(year, list(some)) for year, some in groupby(lines, lambda line: line.month.year))
    end = month(history.since.after(history.months))
    standing = [target.name for target in targets if target.holds is not None and target.holds[history.end]]
    silent = len(history.events) - len(lines)
    ending = f"In {end}: {listed(standing) if standing else 'none of the outcomes holds'}."
    besides = f" Besides, {silent} requests or acts came to nothing." if silent else ""
    return HistoryView(
        number, years or (YearView(str(history.since.year), (("Nothing changes.", False),)),), ending + besides
    )


def _tells(event: Event, makes: set[int]) -> bool:
    return bool(event.changes) or (event.action in makes and not event.refused)


def _line(event: Event, before: Sequence[Event], targets: Sequence[Target], names: Names) -> _Line:
    """An event told; a turn where an outcome begins or ends, or an act that is one is taken for the first time."""
    turns = [
        f"{target.name} {'begins' if target.holds[event.after] else 'ends'}"
        for target in targets
        if target.holds is not None and target.holds[event.before] != target.holds[event.after]
    ]
    acts = {action for target in targets if event.action in target.actions for action in target.actions}
    first = bool(acts) and not event.refused and not any(e.action in acts and not e.refused for e in before)
    return _Line(event.month, _who(event, names) + (f": {listed(turns)}" if turns else ""), bool(turns) or first)


def _who(event: Event, names: Names) -> str:
    """Who did what, with whom, and what it changed."""
    teller, scenario = names.teller, names.scenario
    changed = [
        f"{names.words(scenario.factors[change.factor].name)} "
        f"{names.words(scenario.factors[change.factor].levels[change.after])}"
        for change in event.changes
    ]
    told = f"{f' ({listed(changed)})' if changed else ''}{', a slip' if event.slip else ''}"
    if event.action is None:
        return scenario.rules[event.rule or 0].name + told
    action = scenario.actions[event.action]
    verb, _, rest = names.words(action.name).partition(" ")
    several = " and " in scenario.actors[action.actor].title
    did = f"{teller.actor(action.actor)} {verb if several else third_person(verb)} {rest}".rstrip()
    others = listed([teller.actor(consent.actor) for consent in action.consent])
    if event.refused:
        return f"{did}, which {others} refuse{'s' if len(action.consent) == 1 else ''}{told}"
    return f"{did}{f', agreed with {others}' if others else ''}{told}"


def _year(year: int, lines: list[_Line]) -> YearView:
    """A year's lines: each told once, with its months, in the order of the first."""
    said: dict[str, list[_Line]] = {}
    for line in lines:
        said.setdefault(line.said, []).append(line)
    return YearView(
        str(year), tuple((_sentence(text, some), any(line.turn for line in some)) for text, some in said.items())
    )


def _sentence(text: str, lines: list[_Line]) -> str:
    """'March and June: the United States offers talks (channel working).'"""
    months = list(dict.fromkeys(month(line.month).split()[0] for line in lines))
    when = listed(months) if len(months) <= _LISTED else f"{months[0]} to {months[-1]}, {len(lines)} times"
    return f"{when}: {text}."
