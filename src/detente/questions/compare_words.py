"""A comparison in words: the head line from the numbers, the paragraph, the findings and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.graph.words import within
from detente.outcome.telling import Teller
from detente.questions.answer import Finding, Table
from detente.questions.asked import ends
from detente.questions.deals_words import neither, payoff, payoff_range
from detente.questions.difference import doubt, held, turned
from detente.questions.sides import TERMS
from detente.questions.words import listed, month, percent, plain, span, spoken

if TYPE_CHECKING:
    from detente.questions.compare import Compare
    from detente.questions.sides import Side
    from detente.scenario.model import Actor

NAMED = 3  # chances told in the paragraph
MOST = 6  # factors told in it
FEW = 3  # sides with ranges of chances in the table; with more they are in the JSON


def paragraph(answer: Compare) -> str:
    """The answer in one plain paragraph."""
    doubts = dict.fromkeys(_doubt(one) for one in answer.sides)
    deals = [_deal(answer, one) for one in answer.sides]
    said = [_asked(answer), headline(answer), _turning(answer), *deals, _chances(answer), _differs(answer),
            _apart(answer), *doubts]  # fmt: skip
    return " ".join(part for part in said if part)


def headline(answer: Compare) -> str:
    """Why here and not there: where all gain by the deal, and whose veto makes the difference."""
    open_ = [one for one in answer.sides if one.standing == "open"]
    if not open_:
        return "On no side is a named deal open, so who would gain by one cannot be set side by side."
    ranked = sorted(open_, key=lambda one: (one.agreed[0], one.agreed.mean(), *_still_against(one), one.least[0]))
    worst, best = ranked[0], ranked[-1]
    against = [worst] if answer.one_case else [one for one in open_ if one is not best]
    yes, no = ([one for one in open_ if one.agreed[0] == which] for which in (True, False))
    if not no:
        return f"All who must agree gain by the deal on every side where it is open: {_counted(yes, answer)}."
    if not yes:
        said = f"On no side do all who must agree gain by the deal: {_counted(no, answer)}."
        alike = _still_against(best) <= _still_against(worst) and best.agreed.mean() == worst.agreed.mean()
        if len(open_) == 1 or alike:
            return said
        return f"{said} {_nearer(best, worst)}{_turned(best, against)}"
    return (
        f"All who must agree gain by the deal in {_counted(yes, answer)}; not in {_counted(no, answer)}."
        f"{_turned(best, against)}"
    )


def found(answer: Compare) -> list[Finding]:
    """The head line, each side's deal, whose gains have the same name, chances, factors."""
    draws = answer.draws
    alike = int(answer.alike.sum()) if draws and answer.one_case else None
    out = [Finding(headline(answer), unit="who would agree", holds=alike, draws=draws)]
    for one in answer.sides:
        if one.standing == "open":
            same = int((one.agreed[1:] == one.agreed[0]).sum()) if draws else None
            claims = one.scenario.deals.named_claims.get(one.deal or "", ()) if one.scenario.deals else ()
            out.append(Finding(_deal(answer, one), float(one.least[0]), *ends(one.least[1:]), "least gain, payoff",
                               same, draws, claims))  # fmt: skip
        else:
            out.append(Finding(_deal(answer, one), unit="who would agree"))
    for name in answer.outcomes:
        for one in answer.sides:
            if (chance := one.chance_of(name)) is not None:
                says = f"{one.label}: {_what(name)} {_when(one, name, answer.months)}: {percent(float(chance[0]))}."
                out.append(Finding(says, float(chance[0]), *ends(chance[1:]), draws=draws))
    return [*out, Finding(_differs(answer), unit="factors")]


def _turning(answer: Compare) -> str:
    """In how many draws the head line holds, and what turns it round; of several cases side by side."""
    open_ = [one for one in answer.sides if one.standing == "open"]
    if not answer.draws or not open_:
        return ""
    if answer.one_case:
        return f"It is so on the same sides {held(answer.alike)}; {turned(open_[0].ensemble, answer.alike)}."
    told: dict[str, list[str]] = {}
    for one in open_:
        told.setdefault(turned(one.ensemble, one.agreed[1:] == one.agreed[0]), []).append(one.label)
    return f"Whether all gain: {'; '.join(f'in {listed(labels)}, {what}' for what, labels in told.items())}."


def table(answer: Compare) -> Table:
    """A column a side: the deal, who gains by it, chances of the same name, factors."""
    sides, draws = answer.sides, answer.draws
    ranges = draws and len(sides) <= FEW
    rows = [("deal", "which", *(one.deal or "none named" for one in sides)),
            ("deal", "all gain", *(_agreed(one) for one in sides))]  # fmt: skip
    for name in answer.actors:
        gains = [one.gain(name) for one in sides]
        if any(gain is not None for gain in gains):
            cells = [
                "—"
                if gain is None
                else f"{payoff(float(gain[0]))}{'' if _must(one, name) else '*'}{_count(gain[1:] > 0)}"
                for one, gain in zip(sides, gains, strict=True)
            ]
            rows.append(("gain", called(answer, name), *cells))
    for name in answer.outcomes:
        chances = [one.chance_of(name) for one in sides]
        cells = ["—" if chance is None else
                 f"{percent(float(chance[0]))}{'†' if one.holds(name) else ''}{_range(chance) if ranges else ''}"
                 for one, chance in zip(sides, chances, strict=True)]  # fmt: skip
        rows.append(("chance", name, *cells))
    rows += [("factor", plain(name), *(plain(one.level(name) or "—") for one in sides)) for name in answer.factors]
    note = [
        f"Gains over the present, payoff{f'; in brackets in how many of {draws} draws' if draws else ''}.",
        f"Chances within {answer.months} months{'; in brackets 90% of draws' if ranges else ''}.",
        f"With {len(sides)} columns there is no room for the ranges of chances over draws; --json has them."
        if draws and not ranges else "",
        "—: the side has none of that name, or no open deal." if any("—" in row for row in rows) else "",
        "*: has no say there." if any(cell.count("*") for row in rows for cell in row) else "",
        "†: it holds already; the chance that it does at the end."
        if any("†" in cell for row in rows for cell in row) else "",
    ]  # fmt: skip
    return Table(("", "", *(one.label for one in sides)), tuple(rows), " ".join(part for part in note if part), 2)


def called(answer: Compare, name: str) -> str:
    """An actor by the title that it has on all sides, unless that is long; else by its name."""
    found = [(one.scenario, actor) for one in answer.sides for actor in one.scenario.actors if actor.name == name]
    return spoken(*found[0]) if len({actor.title for _, actor in found}) == 1 else Teller(found[0][0]).words(name)


def _asked(answer: Compare) -> str:
    if answer.one_case:
        names = [one.label if one.label == str(one.situation.date) else f"{one.label} ({month(one.situation.date)})"
                 for one in answer.sides]  # fmt: skip
        return f"{answer.sides[0].scenario.title} at {listed(names)}, each {answer.months} months ahead."
    names = [f"{one.label} ({month(one.situation.date)})" for one in answer.sides]
    return f"Side by side: {listed(names)}, each {answer.months} months ahead."


def _counted(sides: list[Side], answer: Compare) -> str:
    """'iran (in 14 of 20 draws), cuba'."""
    return listed([f"{one.label}{f' ({held(one.agreed[1:])})' if answer.draws else ''}" for one in sides])


def _nearer(best: Side, worst: Side) -> str:
    """Of two sides that are both blocked: which comes nearer."""
    return f"{best.label} comes nearest, with {_against(best)}; {worst.label} has {_against(worst, '')}."


def _still_against(one: Side) -> tuple[int, int]:
    """How few block, and how few are indifferent: to rank sides by."""
    return -len(one.blockers()), -len(one.indifferent())


def _against(one: Side, it: str = " against it") -> str:
    """'1 of 3 against it', 'nobody against it and 1 indifferent'."""
    blocked, indifferent = len(one.blockers()), len(one.indifferent())
    told = f"{blocked} of {len(one.must)}{it}" if blocked else f"nobody{it}"
    return f"{told} and {indifferent} indifferent" if indifferent else told


def _turned(best: Side, against: list[Side]) -> str:
    """Who blocks on other sides and gains on this one, and which of those vetoes it has not."""
    there = {best.scenario.actors[i].name for i in best.must}
    turned, absent = [], []
    for one in against:
        for actor in one.blockers():
            here, mine = f"{payoff(_at(one, actor))} in {one.label}", _at(best, actor)
            if actor.name not in there:
                absent.append(f"{_called(one, actor)} ({here})")
            elif mine > 0:
                turned.append(f"{_called(one, actor)} ({here}, {payoff(mine)} in {best.label})")
    said = [f"Who turns: {listed(turned)}."] if turned else []
    said += [f"Vetoes that {best.label} has not, by name: {listed(absent)}."] if absent else []
    return "".join(f" {one}" for one in said)


def _deal(answer: Compare, one: Side) -> str:
    """Who blocks on one side."""
    if one.standing == "none named":
        return f"{one.label}: the case names no deal."
    if one.standing != "open":
        return f"{one.label}: {_quoted(one)} {'is ' if one.standing == 'in force' else ''}{one.standing}."
    blocked, unmoved = one.blockers(), [_called(one, actor) for actor in one.indifferent()]
    if not blocked and not unmoved:
        i = min(one.must, key=lambda i: float(one.gains[0, i]))
        least = one.scenario.actors[i]
        gain = _gain(one, least)
        return f"{one.label}: nobody blocks {_quoted(one)}; the least gain is that of {_called(one, least)} {gain}."
    told = [f"{_called(one, actor)} {_gain(one, actor)}" for actor in blocked]
    parts = [f"is blocked by {listed(told)}, {len(blocked)} of {len(one.must)} who must agree"] if blocked else []
    parts += [neither(unmoved) if blocked else f"is blocked by nobody, but {neither(unmoved)}"] if unmoved else []
    return f"{one.label}: {_quoted(one)} {'; '.join(parts)}."


def _gain(one: Side, actor: Actor) -> str:
    values = one.gain(actor.name)
    spread = "" if values is None else payoff_range(*ends(values[1:]))
    return f"({payoff(_at(one, actor))}{f'; {spread}' if spread else ''})"


def _at(one: Side, actor: Actor) -> float:
    values = one.gain(actor.name)
    return np.nan if values is None else float(values[0])


def _chances(answer: Compare) -> str:
    """The chances of the same name: what the first case asks about, then those furthest apart; and what has none."""
    asked = answer.sides[0].scenario.ask.outcome
    found = []
    for name in answer.outcomes:
        here = [(chance, one) for one in answer.sides if (chance := one.chance_of(name)) is not None]
        if name != TERMS:
            (low, first), (high, last) = min(here, key=_likely), max(here, key=_likely)
            without = [one.label for one in answer.sides if one.chance_of(name) is None]
            part = f" (not asked in {listed(without)})" if without else ""
            told = f"{name}{part} from {_ranged(low)} in {first.label} to {_ranged(high)} in {last.label}"
            found.append((name == asked, float(high[0] - low[0]), told))
    if not found:
        return (
            f"No outcome has the same name on two sides, so no chances are set side by side. {_struck(answer)}".strip()
        )
    found.sort(key=lambda each: each[:2], reverse=True)
    head = f"Chances of the same name differ most in {'; '.join(told for _, _, told in found[:NAMED])}."
    lone = [f"{len(names)} of {label}" for label, names in answer.alone.items() if names]
    tail = f" Left out, since no other side has an outcome of that name: {listed(lone)}." if lone else ""
    return f"{head}{tail} {_struck(answer)}".strip()


def _likely(pair: tuple[np.ndarray, Side]) -> float:
    return float(pair[0][0])


def _ranged(chance: np.ndarray) -> str:
    """'85% (80–91%)', from a chance by member; without draws '85%'."""
    return f"{percent(float(chance[0]))}{_range(chance)}"


def _range(chance: np.ndarray) -> str:
    return f" ({span(*ends(chance[1:]))})" if len(chance) > 1 else ""


def _struck(answer: Compare) -> str:
    """The chance of the deals' own terms."""
    told = [
        f"{_ranged(chance)} in {one.label}"
        for one in answer.sides
        if (chance := one.chance_of(TERMS)) is not None and not one.holds(TERMS)
    ]
    return f"The terms of the deal come about within {answer.months} months with {listed(told)}." if told else ""


def _differs(answer: Compare) -> str:
    """Factors: of one case those whose levels differ, of cases those of the same name."""
    if answer.one_case:
        whole = len(answer.sides[0].scenario.factors)
        told = [plain(name) for name in answer.factors[:MOST]]
        more = len(answer.factors) - len(told)
        names = listed([*told, f"{more} more"] if more else told)
        return f"{len(answer.factors)} of {whole} factors differ{f': {names}' if names else ''}."
    both, whole = answer.common
    told = []
    for name in answer.factors[: min(both, MOST)]:
        levels = {str(one.level(name)): [] for one in answer.sides}  # type: dict[str, list[str]]
        for one in answer.sides:
            levels[str(one.level(name))].append(one.label)
        where = [f"{level} in {listed(labels) if len(levels) > 1 else 'all'}" for level, labels in levels.items()]
        told.append(f"{plain(name)} is {', '.join(where)}")
    return (
        f"Of {whole} factor names {both} ({percent(both / whole)}) are common to all{': ' if told else ''}"
        f"{'; '.join(told)}. What else differs has no common name."
    )


def _apart(answer: Compare) -> str:
    if answer.one_case:
        return ""
    return "Different cases have draws and payoffs of their own: signs can be compared, sizes only with care."


def _doubt(one: Side) -> str:
    said = doubt(one.ensemble)
    return f"{one.scenario.name}: {said}" if said else ""


def _agreed(one: Side) -> str:
    return f"{'yes' if one.agreed[0] else 'no'}{_count(one.agreed[1:])}" if one.standing == "open" else one.standing


def _count(holds: np.ndarray) -> str:
    return f" ({int(holds.sum())})" if len(holds) else ""


def _must(one: Side, name: str) -> bool:
    return name in {one.scenario.actors[i].name for i in one.must}


def _called(one: Side, actor: Actor) -> str:
    return within(spoken(one.scenario, actor))


def _quoted(one: Side) -> str:
    return f"'{one.deal}'"


def _what(name: str) -> str:
    return "its deal's terms" if name == TERMS else name


def _when(one: Side, name: str, months: int) -> str:
    return f"still {months} months on" if one.holds(name) else f"within {months} months"
