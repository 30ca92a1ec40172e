"""The dated rules of a scenario from a situation on, as backward induction through exact dates reads them.

In a game's flow a rule that pays stands as its rate times its payoff, 1 / every a month where its guard holds; on its
date it pays ``every`` times that. A rule without effect on the states that can come about, and that pays nothing, is
left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.equilibrium.dated import DatedRule
from detente.game.structure import read
from detente.outcome.calendar import dates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.game.structure import Structure
    from detente.scenario.model import Situation

FOREVER = 10**6  # months: the first date lies before


def dated_rules(structure: Structure, numbers: Mapping[str, float], situation: Situation) -> tuple[DatedRule, ...]:
    """The rules with a calendar, in order: the first date after the situation, and what each pays (S, N) on a date."""
    scenario = structure.scenario
    (_, rules, _), (paid, owner) = structure.chance, structure.streams
    streams, column = paid(read(scenario, numbers), np), len(scenario.interests)
    happening, found = set(np.unique(rules).tolist()), []
    for index, rule in enumerate(scenario.rules):
        own = slice(column, column + len(rule.pay))
        column = own.stop
        if rule.calendar is None:
            continue
        every = rule.calendar.every
        pay = every * (streams[:, own] @ owner[own]) if rule.pay else None
        pays = pay is not None and bool(pay.any())
        if index in happening or pays:
            first = dates(rule, situation.date, FOREVER, situation.next.get(rule.name))[0]
            found.append(DatedRule(index, float(every), float(first), pay if pays else None))
    return tuple(found)
