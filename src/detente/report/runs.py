"""A few sampled histories in sentences, and what share of many of them saw each outcome.

Told are acts and events that change something or make an outcome; requests refused and acts without effect are counted,
not told. Like acts one after the other in a year are told once, with how often they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.histories import sample
from detente.outcome.targets import targets_of
from detente.outcome.telling import third_person
from detente.report.view import Ending, HistoriesView, HistoryView
from detente.report.words import capital, listed, month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.outcome.histories import Event, History
    from detente.outcome.targets import Target
    from detente.questions.forecast import Forecast
    from detente.report.naming import Names

SAMPLED = 400
TOLD = 3


def runs(forecast: Forecast, names: Names) -> HistoriesView:
    """The histories of a page, from the central solution; same seed, same histories."""
    solved = forecast.ensemble.solved(forecast.ensemble.central)
    structure, seed = solved.structure, forecast.ensemble.seed
    dates = schedule(structure.scenario, forecast.situation, int(forecast.data.attrs["months"]))
    chain = chain_of(structure, solved.game, solved.equilibrium)
    drawn = sample(chain, structure, structure.index(forecast.situation), dates, SAMPLED, seed)
    targets = targets_of(structure)
    saw = np.array([[_saw(history, target) for target in targets] for history in drawn])
    stands = np.array([[_stands(history, target) for target in targets] for history in drawn])
    endings = [
        Ending(target.name, float(saw[:, k].mean()), float(stands[:, k].mean())) for k, target in enumerate(targets)
    ]
    told = [_told(n + 1, history, targets, names) for n, history in enumerate(drawn[:TOLD])]
    return HistoriesView(tuple(told), len(drawn), seed, tuple(endings))


def _saw(history: History, target: Target) -> bool:
    """Whether a history reached an outcome."""
    if target.holds is None:
        return any(event.action in target.actions and not event.refused for event in history.events)
    return bool(target.holds[history.start]) or any(bool(target.holds[event.after]) for event in history.events)


def _stands(history: History, target: Target) -> float:
    return np.nan if target.holds is None else float(target.holds[history.end])


@dataclass(frozen=True)
class _Line:
    """Something told: its year and month, what happened, what it changed."""

    year: int
    month: str
    said: str


def _told(number: int, history: History, targets: Sequence[Target], names: Names) -> HistoryView:
    makes = {action for target in targets for action in target.actions}
    lines = [_line(event, names) for event in history.events if _tells(event, makes)]
    years = [(str(year), list(some)) for year, some in groupby(lines, lambda line: line.year)]
    paragraphs = [(year, " ".join(_sentences(some))) for year, some in years]
    end = month(history.since.after(history.months))
    standing = [target.name for target in targets if target.holds is not None and target.holds[history.end]]
    silent = len(history.events) - len(lines)
    ending = f"In {end}: {listed(standing) if standing else 'none of the outcomes holds'}."
    besides = f" Besides, {silent} requests or acts came to nothing." if silent else ""
    return HistoryView(number, tuple(paragraphs) or ((str(history.since.year), "Nothing changes."),), ending + besides)


def _tells(event: Event, makes: set[int]) -> bool:
    return bool(event.changes) or (event.action in makes and not event.refused)


def _line(event: Event, names: Names) -> _Line:
    teller, scenario = names.teller, names.scenario
    if event.action is None:
        who = scenario.rules[event.rule or 0].name
    else:
        action = scenario.actions[event.action]
        verb, _, rest = names.words(action.name).partition(" ")
        who = f"{teller.actor(action.actor)} {third_person(verb)} {rest}".rstrip()
        others = listed([teller.actor(consent.actor) for consent in action.consent])
        if event.refused:
            who += f", which is refused by {others}" if len(action.consent) == 1 else f", and {others} do not all agree"
        elif others:
            who += f" with {others}"
    changed = [f"{names.words(factor.name)} {names.words(factor.levels[change.after])}"
               for change in event.changes for factor in (scenario.factors[change.factor],)]  # fmt: skip
    said = f"{capital(who)}{f' ({listed(changed)})' if changed else ''}{', a slip' if event.slip else ''}"
    return _Line(event.month.year, month(event.month).split()[0], said)


def _sentences(lines: list[_Line]) -> list[str]:
    """A year's lines as sentences, like ones that follow each other joined."""
    sentences, last = [], ""
    for said, group in groupby(lines, lambda line: line.said):
        some = list(group)
        first, final = some[0].month, some[-1].month
        when = "" if first == last and len(some) == 1 else f"{first}: " if len(some) == 1 else f"{first} to {final}: "
        often = f", {len(some)} times" if len(some) > 1 else ""
        sentences.append(f"{when if first != final or len(some) == 1 else f'{first}: '}{said}{often}.")
        last = final
    return sentences
