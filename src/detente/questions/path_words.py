"""Paths in words: what each step is, who loses by it, what would mend it; the paragraph, the table, the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.outcome.telling import Teller
from detente.questions.answer import Finding, Table
from detente.questions.asked import ends
from detente.questions.difference import doubt, held, turned
from detente.questions.mending import deciders, losers, mends, own
from detente.questions.steps import NOBODY
from detente.questions.words import listed, percent, span

if TYPE_CHECKING:
    from detente.questions.path import Path, Route
    from detente.questions.steps import Taken
    from detente.scenario.model import Scenario

SURE = 1 - 1e-9
LONG = 1200  # months: a longer wait is told as more than that
SCALE = "Payoff: 1 is about what a government would pay in a month to be rid of its main grievance."


def label(scenario: Scenario, step: Taken) -> str:
    """'South Korea: broker', or 'chance: Attention wanders'."""
    if step.rule != NOBODY:
        return f"chance: {scenario.rules[step.rule].name}"
    action = scenario.actions[step.action]
    return f"{scenario.actors[action.actor].title}: {Teller(scenario).words(action.name)}"


def mended(scenario: Scenario, route: Route, k: int) -> str:
    """'a payment of 1.2 once to the old guard (0.02 a month for good); the United States gains 3.1 and could pay'."""
    teller, told = Teller(scenario), []
    for mend in mends(scenario, route, k):
        paid = (
            f"a payment of {mend.payment:.2g} once to {teller.actor(mend.actor)} ({mend.monthly:.2g} a month for good)"
        )
        if mend.payers:
            who, gains = mend.payers[0]
            told.append(f"{paid}, which {teller.actor(who)}, gaining {gains:.2g} by the step, could make")
        elif mend.together:
            told.append(f"{paid}, which those who gain could make only together")
        else:
            told.append(f"{paid}, which nobody gains enough by the step to make")
    return "; ".join(told)


def paragraph(answer: Path) -> str:
    """The answer in one paragraph."""
    parts = [f"{answer.ensemble.scenario.title}, from {answer.situation.name} to {answer.goal.name}.", answer.said]
    parts += [whole(answer, route) for route in one_by_one(answer)]
    return " ".join([*(part for part in parts if part), SCALE, doubt(answer.ensemble)]).strip()


def whole(answer: Path, route: Route) -> str:
    """One path in a few sentences: its steps, where it holds and breaks, what would mend it."""
    scenario = answer.ensemble.scenario
    if route.kind == "proposed":
        return _checked(answer, route)
    steps = f"{len(route.legs)} step{'s' if len(route.legs) > 1 else ''}"
    told = "; ".join(_lucky(scenario, route, k) for k in range(len(route.legs)))
    why = ", by luck, since no decisions alone lead there" if route.fallback else ""
    other = twin(answer, route)
    likely = route if route.kind == "likeliest" else other
    chance = f" {_likely(answer, likely)}" if likely else ""
    which = "widest path, also the likeliest," if other else f"{route.kind} path"
    return f"The {which} has {steps}{why}: {told}.{chance} {_width(answer, route)}"


def _likely(answer: Path, route: Route) -> str:
    """The chance of just these steps, and how long they take."""
    drawn = f"; 90% of draws {span(*ends(route.likelihood[1:]))}" if answer.draws else ""
    what = "just these come one after the other" if len(route.legs) > 1 else "it comes next"
    return (
        f"That {what} has a chance of {percent(float(route.likelihood[0]))}{drawn}; it "
        f"then takes {_months(float(route.months[0]))} on average."
    )


def steps_told(answer: Path, route: Route) -> list[str]:
    """The steps of a path in words."""
    return [_lucky(answer.ensemble.scenario, route, k) for k in range(len(route.legs))]


def twin(answer: Path, route: Route) -> Route | None:
    """The widest path to the likeliest, and the other way round, where both have the same steps in words."""
    other, mine = {"widest": "likeliest", "likeliest": "widest"}.get(route.kind), steps_told(answer, route)
    return next((one for one in answer.routes if one.kind == other and steps_told(answer, one) == mine), None)


def one_by_one(answer: Path) -> list[Route]:
    """The paths that are told: without a likeliest that looks as the widest does."""
    return [route for route in answer.routes if route.kind != "likeliest" or not twin(answer, route)]


def heading(answer: Path, route: Route) -> str:
    """'Widest', 'Widest and likeliest', or a proposed path's name."""
    return "Widest and likeliest" if twin(answer, route) else _capital(route.name)


def _checked(answer: Path, route: Route) -> str:
    """A proposed path: where it holds, where it breaks, what would mend it."""
    scenario, holds = answer.ensemble.scenario, route.holds
    parts = [
        f"{_capital(route.name)}, from {route.situation.name}: {int(holds[0].sum())} of {len(route.legs)} steps are "
        "open and in the interest of all who decide them."
    ]
    for k, leg in enumerate(route.legs):
        if leg.shut:
            parts.append(f"Step {k + 1} ({label(scenario, leg.taken)}) is not open: {closed(answer, route, k)}.")
    breaks = [k for k in range(len(route.legs)) if not holds[0, k] and not route.legs[k].shut]
    if breaks:
        told = [f"{k + 1} ({label(scenario, route.legs[k].taken)}: {lost(answer, route, k)})" for k in breaks]
        worst = min(breaks, key=lambda k: float(route.slack[0, k]))
        parts.append(f"It breaks at step {listed(told)}.")
        parts.append(f"Step {worst + 1} would be mended by {mended(scenario, route, worst)}.")
    frail = [k for k in range(len(route.legs)) if holds[0, k] and not holds[1:, k].all()]
    if frail:
        parts.append(
            f"Of the others not in all draws: {listed([f'step {k + 1} {held(holds[1:, k])}' for k in frail])}."
        )
    if answer.draws:
        parts.append(f"All steps hold {held(np.asarray(holds[1:].all(axis=1)))}.")
    parts.append(_waited(answer, route))
    if route.proposed and route.proposed.deal:
        deal = route.proposed.deal
        parts.append(f"At its end {deal} lacks that {listed(list(route.unmet))}." if route.unmet
                     else f"At its end the terms of {deal} hold.")  # fmt: skip
    return " ".join(parts)


def _waited(answer: Path, route: Route) -> str:
    """The step that is longest to wait for, and the one from which its mover is most tempted away."""
    scenario, one = answer.ensemble.scenario, route.found
    there = [k for k, leg in enumerate(route.legs) if not leg.shut]
    if not there:
        return ""
    k = max(there, key=lambda k: float(route.waits[0, k]))
    chosen = float(one["chosen"][0, k])
    choice = "" if np.isnan(chosen) else f", chosen with {percent(chosen)} at the mover's next decision"
    told = f"Longest to wait for is step {k + 1}: {_months(float(route.waits[0, k]))} if nothing else happens{choice}."
    tempting = [k for k in there if one["tempted"][0, k] > 0]
    if tempting:
        k = max(tempting, key=lambda k: float(one["tempted"][0, k]))
        rival = scenario.actions[int(one["rival"][0, k])]
        told += (
            f" The strongest temptation is at step {k + 1}: to {Teller(scenario).words(rival.name)} instead would be "
            f"worth {one['tempted'][0, k]:.2g} more to {Teller(scenario).actor(rival.actor)}."
        )
    return told


def closed(answer: Path, route: Route, k: int) -> str:
    """Why a step is not open, and what would open it."""
    leg, scenario = route.legs[k], answer.ensemble.scenario
    told = f"it asks that {listed(list(leg.shut))}"
    if leg.later is not None:
        when = f"before step {leg.later + 1}" if leg.later < len(route.legs) else "after the last step"
        told += f"; it is open {when}"
    if leg.bridge:
        told += f"; what would open it: {', then '.join(label(scenario, step) for step in leg.bridge)}"
    elif leg.later is None:
        told += "; no decisions would open it from there"
    return told


def broken(answer: Path, route: Route, k: int) -> str:
    """Who loses by a step, in how many draws it holds, and what mends it."""
    drawn = f" (slack {_range(route.slack[1:, k])})" if answer.draws else ""
    told = lost(answer, route, k)
    return f"{told}{drawn}; it would be mended by {mended(answer.ensemble.scenario, route, k)}"


def lost(answer: Path, route: Route, k: int) -> str:
    """'the United States loses 4 and the US military loses 2.5, holds in 3 of 20 draws'."""
    teller = Teller(answer.ensemble.scenario)
    told = [
        f"{teller.actor(actor)} lose{'' if ' and ' in teller.actor(actor) else 's'} {loss:.2g}"
        for actor, loss in losers(answer.ensemble.scenario, route, k)
    ]
    return f"{listed(told)}{f'; holds {held(route.holds[1:, k])}' if answer.draws else ''}"


def _width(answer: Path, route: Route) -> str:
    """The narrowest step; whether all hold, in how many draws; what turns it round, what mends it."""
    k, scenario = route.narrowest, answer.ensemble.scenario
    if k is None:
        return "Nobody decides any of it."
    name, all_hold = label(scenario, route.legs[k].taken), np.asarray(route.holds[1:].all(axis=1))
    breaking = [n for n in range(len(route.legs)) if not route.holds[0, n]]
    if not breaking:
        drawn = f" ({_range(route.slack[1:, k])}); it holds {held(all_hold)}" if answer.draws else ""
        turn = turned(answer.ensemble, all_hold)
        return (
            f"Every step is in the interest of all who decide it; the narrowest is {name}, with a slack of "
            f"{route.slack[0, k]:.2g}{drawn}{f'; {turn}' if turn else ''}."
        )
    others = f", the worst of {len(breaking)}" if len(breaking) > 1 else ""
    drawn = f" All its steps hold {held(all_hold)}." if answer.draws else ""
    return f"It breaks at {name}{others}: {broken(answer, route, k)}.{drawn}"


def findings(answer: Path) -> list[Finding]:
    """Each path as a whole, then its steps."""
    found = [Finding(answer.said)] if answer.said else []
    steps = list[Finding]()
    for route in one_by_one(answer):
        claims = route.proposed.claims if route.proposed else ()
        if route.kind == "likeliest":
            value, drawn, unit = float(route.likelihood[0]), route.likelihood[1:], "chance"
        else:
            worst = np.where(np.isnan(route.slack), -np.inf, route.slack).min(axis=1)
            value, drawn, unit = float(worst[0]), worst[1:], "payoff"
        low, high = ends(drawn) if np.isfinite(drawn).all() else (np.nan, np.nan)
        kept = int(route.holds[1:].all(axis=1).sum()) if answer.draws else None
        found.append(Finding(whole(answer, route), value, low, high, unit, kept, answer.draws, claims))
        steps += [_step_found(answer, route, k, claims) for k in range(len(route.legs))]
    return found + steps


def _step_found(answer: Path, route: Route, k: int, claims: tuple[str, ...]) -> Finding:
    leg, slack = route.legs[k], route.slack[:, k]
    says = f"{_capital(route.name)}, step {k + 1}: {_lucky(answer.ensemble.scenario, route, k)}"
    if leg.shut:
        never = 0 if answer.draws else None
        told = f"{says} is not open: {closed(answer, route, k)}."
        return Finding(told, unit="payoff", holds=never, draws=answer.draws, claims=claims)
    if not np.isfinite(slack).all():
        return Finding(f"{says} is decided by nobody.", unit="payoff", claims=claims)
    told = "is in the interest of all who decide it" if slack[0] >= 0 else f"breaks: {broken(answer, route, k)}"
    low, high = ends(slack[1:])
    kept = int((slack[1:] >= 0).sum()) if answer.draws else None
    return Finding(f"{says} {told}.", float(slack[0]), low, high, "payoff", kept, answer.draws, claims)


def table(answer: Path) -> Table:
    """Every step of every path."""
    rows = [
        row
        for route in one_by_one(answer)
        for row in [(f"{heading(answer, route)}:", *[""] * 5), *_rows(answer, route)]
    ]
    note = (
        "Slack: the smallest gain among those who decide the step, in payoff, and whose it is. Months: until the step "
        "comes if nothing else does."
    )
    head = ("step", "set by", "slack", "90% of draws", "holds in", "months")
    return Table(head, tuple(rows), note if rows else "", 2)


def _rows(answer: Path, route: Route) -> list[tuple[str, ...]]:
    found, scenario = list[tuple[str, ...]](), answer.ensemble.scenario
    for k, leg in enumerate(route.legs):
        name, slack = f"{k + 1} {_lucky(scenario, route, k)}", route.slack[:, k]
        if leg.shut:
            found.append((name, "", "not open", "", f"0 of {answer.draws}" if answer.draws else "", ""))
        elif leg.taken.rule != NOBODY:
            found.append((name, "", "luck", "", "", waiting(float(route.waits[0, k]))))
        else:
            who = deciders(scenario, leg.taken)
            least = scenario.actors[who[int(np.argmin(own(route, k, who)[0]))]].name
            drawn = (_range(slack[1:], ""), f"{int(route.holds[1:, k].sum())} of {answer.draws}")
            found.append((name, least, f"{slack[0]:+.2g}", *(drawn if answer.draws else ("", "")),
                          waiting(float(route.waits[0, k]))))  # fmt: skip
    return found


def _lucky(scenario: Scenario, route: Route, k: int) -> str:
    """The step, with the chance of its outcome where it is luck in part."""
    share, leg = float(route.found["share"][0, k]), route.legs[k]
    part = leg.taken.rule == NOBODY and not leg.shut and share < SURE
    return f"{label(scenario, leg.taken)}{f' (luck, {percent(share)})' if part else ''}"


def _range(drawn: np.ndarray, lead: str = "90% of draws ") -> str:
    low, high = ends(drawn)
    return f"{lead}{low:+.2g} to {high:+.2g}"


def _months(months: float) -> str:
    return f"more than {LONG} months" if months > LONG else f"{waiting(months)} months"


def waiting(months: float) -> str:
    """A number of months in a few letters."""
    return f">{LONG}" if months > LONG else f"{months:.2g}" if months < 99.5 else f"{months:.0f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
