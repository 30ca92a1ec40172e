"""What verification is worth: the case with an agreement beside the same with every breach seen and none imagined.

A party's breach is seen ten times a month (within three days on average) instead of at the agreement's rate, and nobody
is wrongly thought to have broken it. All know this, so the game is solved again, each member continued from its own.
With the switch s, 1 as the agreement has it and 0 for perfect sight, the rates are

    seen      s seen + (1 - s) 10           mistaken      s errs

A party whose breach the agreement lets nobody see has no such rule, and stays unseen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detente.ensemble.progress import watched
from detente.questions.changed import SWITCH, again, times_switch
from detente.scenario.agreed_names import mistake, sighting
from detente.scenario.formula import Formula
from detente.scenario.model import Parameter
from detente.scenario.terms import Constant, Negative, Product, Total
from detente.scenario.terms import Parameter as Number

if TYPE_CHECKING:
    from detente.ensemble.progress import Progress
    from detente.ensemble.solve import Ensemble
    from detente.scenario.agreement import Agreement
    from detente.scenario.model import Rule, Scenario

AT_ONCE = 10.0  # a month


def in_full_sight(base: Ensemble, agreement: Agreement, progress: Progress | None = None) -> Ensemble | None:
    """The case with an agreement, solved again with perfect verification; None where nothing in it is watched."""
    names = [base.scenario.actors[actor].name for actor in agreement.keeps]
    seen = {sighting(name, agreement.name) for name in names}
    mistaken = {mistake(name, agreement.name) for name in names}
    if not any(rule.name in seen | mistaken for rule in base.scenario.rules):
        return None
    return again(base, _switched(base.scenario, seen, mistaken), {SWITCH: 0.0}, progress or watched())


def _switched(scenario: Scenario, seen: set[str], mistaken: set[str]) -> Scenario:
    def changed(rule: Rule) -> Rule:
        if rule.name in seen:
            return replace(rule, rate=_or_at_once(rule.rate))
        return replace(rule, rate=times_switch(rule.rate)) if rule.name in mistaken else rule

    switch = Parameter(SWITCH, 0.0, 0.0, 1.0, "share", (), "judgement")
    return replace(
        scenario,
        parameters=(*scenario.parameters, switch),
        rules=tuple(changed(rule) for rule in scenario.rules),
    )


def _or_at_once(rate: Formula) -> Formula:
    switched, off = times_switch(rate), Total((Constant(1.0), Negative(Number(SWITCH))))
    at_once = Product((Constant(AT_ONCE), off), (False, False))
    return Formula(f"{switched.text} + {AT_ONCE:g} * (1 - [{SWITCH}])", Total((switched.term, at_once)))
