"""What moved a chance, in words: the change, who leads, the parts; the paragraph, the findings, the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.answer import Finding, Table
from detente.questions.asked import ends
from detente.questions.difference import doubt, held, middle, points, points_range, turned, ways
from detente.questions.split import LEADERS
from detente.questions.thesis import told
from detente.questions.words import listed, month, percent, span

if TYPE_CHECKING:
    from detente.questions.why import Why
    from detente.scenario.model import Situation


def paragraph(answer: Why) -> str:
    """The answer in one plain paragraph."""
    said = [_change(answer), _headline(answer), _parts(answer), _rule(answer), told(list(answer.theses))]
    return " ".join(part for part in (*said, doubt(answer.ensemble)) if part)


def found(answer: Why) -> list[Finding]:
    """The change, who leads, each force's share, each thesis."""
    one = answer.split
    shares = [
        _found(answer, f"{one.forces[n]} contributes {points(one.shares[0, n])}.", one.shares[:, n])
        for n in answer.order
    ]
    change = _found(answer, _change(answer), one.change, one.outcome.claims)
    headline = _found(answer, _headline(answer), answer.lead)
    return [change, headline, *shares, *(verdict.finding() for verdict in answer.theses)]


def table(answer: Why) -> Table:
    """From the one chance to the other, force by force."""
    one = answer.split
    first, last = (_end(situation, chance) for situation, chance in
                   ((one.first, one.worth[:, 0]), (one.second, one.worth[:, -1])))  # fmt: skip
    rows = [
        (one.forces[n], answer.differs(n), points(one.shares[0, n], ""), points_range(*ends(one.shares[1:, n])),
         held(answer.alike(one.shares[:, n])).removeprefix("in ").removesuffix(" draws"))
        for n in answer.order
    ]  # fmt: skip
    head = ("force", "what differs", "points", "90% of draws", "same sign in")
    note = f"Shares in percentage points of the chance of {one.outcome.name} {_when(answer)}; they sum to the change."
    return Table(head, (first, *rows, last), note, 2)


def _change(answer: Why) -> str:
    one = answer.split
    before, after = (float(one.worth[0, n]) for n in (0, -1))
    what = f"that {one.outcome.name} comes about" if one.kind == "by" else f"of {one.outcome.name}"
    verb = "rises" if after > before else "falls" if after < before else "stays the same"
    why = " (it holds at one of the two, so the chance is that it holds then)" if one.kind == "at" else ""
    drawn = f"; {middle(one.change[1:])}" if answer.draws else ""
    return (
        f"From {_told(one.first)} to {_told(one.second)} the chance {what} {_when(answer)}{why} {verb} from "
        f"{percent(before)} to {percent(after)} ({points(after - before)}{drawn})."
    )


def _headline(answer: Why) -> str:
    one, (side, rest) = answer.split, answer.sides
    if not side:
        return "Only the calendar differs."
    mine, other = one.part(side), one.part(rest)
    way = "rise" if one.direction > 0 else "fall"
    name = side[0].capitalize()
    draws = f" ({middle(mine[1:])})" if answer.draws else ""
    if not rest:
        return f"{name} contributes {points(mine[0])} to the {way}{draws}; nothing else differs but the calendar."
    whither = "against" if ways(mine)[0] < 0 else "towards"
    who = "structure" if side == (LEADERS,) else "the rest"
    against = f" ({middle(other[1:])})" if answer.draws else ""
    more = {1: name, -1: who.capitalize(), 0: "Neither"}[int(ways(answer.lead)[0])]
    verdict = f"{more} contributed more"
    alike = answer.alike(answer.lead)
    holds = f": holds {held(alike)}; {turned(answer.ensemble, alike)}" if answer.draws else ""
    return (
        f"{name}: {points(mine[0])}{draws} {whither} the {way}; {who} ({listed(list(rest))}): "
        f"{points(other[0])}{against}. {verdict}{holds}."
    )


def _parts(answer: Why) -> str:
    one = answer.split
    parts = [
        f"{one.forces[n]} {points(one.shares[0, n], '')}"
        f"{f' ({points_range(*ends(one.shares[1:, n]))})' if answer.draws else ''}"
        for n in answer.order
    ]
    return f"Force by force, in points: {', '.join(parts)}; they sum to the change."


def _rule(answer: Why) -> str:
    one, factors = answer.split, answer.ensemble.scenario.factors
    said = []
    if not one.exists.all():
        count, most = int((~one.exists).sum()), float(one.excluded.max())
        said.append(
            f"{count} of {len(one.exists)} mixtures of the two situations cannot be and are scored by the mean of "
            f"the nearest that can; they enter {percent(float(one.excluded.mean()))} of the shares' weight, at "
            f"most {percent(most)} of one share's."
        )
    for force, factor in one.moved:
        said.append(f"{factors[factor].name} defines {one.outcome.name}, so it counts in other and not in {force}.")
    return " ".join(said)


def _found(answer: Why, says: str, values: np.ndarray, claims: tuple[str, ...] = ()) -> Finding:
    holds = int(answer.alike(values).sum()) if answer.draws else None
    return Finding(says, float(values[0]), *ends(values[1:]), holds=holds, draws=answer.draws, claims=claims)


def _end(situation: Situation, chance: np.ndarray) -> tuple[str, ...]:
    return situation.name, "the chance then", percent(float(chance[0])), span(*ends(chance[1:])), ""


def _when(answer: Why) -> str:
    one = answer.split
    return f"within {one.months} months" if one.kind == "by" else f"in the month {one.months} months later"


def _told(situation: Situation) -> str:
    return situation.name if situation.name == str(situation.date) else f"{situation.name} ({month(situation.date)})"
