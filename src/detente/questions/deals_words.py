"""Deals in words: the paragraph, the findings and the table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detente.questions import agreement
from detente.questions.answer import Finding, Table
from detente.questions.asked import ends
from detente.questions.difference import doubt, held, turned
from detente.questions.words import listed, month, percent, span

if TYPE_CHECKING:
    from detente.questions.deals_answer import Deals

MOST_TOLD = 3  # actors named in a list of who refuses how much
NOTHING = 0.05  # payoff
NONE = "nothing to speak of"


def payoff(number: float, unit: str = "") -> str:
    """A payoff to about two digits, with its sign: '+1.2', '-0.35', '-0.0021', '0'."""
    size = abs(number)
    if math.isnan(number):
        return "—"
    if size < 0.0005:
        return f"0{unit}"
    told = f"{size:.0f}" if size >= 9.95 else f"{size:.1f}" if size >= 0.995 else f"{size:.2g}"
    return f"{'+' if number > 0 else '-'}{told}{unit}"


def payoff_range(low: float, high: float) -> str:
    """'-1.2 to +0.4'; '' without draws."""
    return "" if math.isnan(low) or math.isnan(high) else f"{payoff(low)} to {payoff(high)}"


def paragraph(answer: Deals) -> str:
    """The answer in one plain paragraph."""
    closer = [_deal(answer, n) for n in answer.named]
    more = [finding.says for finding in answer.more()]
    several = len(answer.packages) > 1
    zone = [_zone(answer), _refusing(answer)] if several else []
    best = _best(answer) if several else []
    said = [_packages(answer), *zone, *closer, *more, *best, *_mending(answer)]
    return " ".join(part for part in (*said, doubt(answer.ensemble)) if part)


def found(answer: Deals) -> list[Finding]:
    """The zone, each named deal with what it would take, the points, who refuses how much."""
    draws, claims = len(answer.gains) - 1, answer.negotiable.named_claims
    count = answer.zone.sum(axis=1)
    alike = int((count[1:].astype(bool) == bool(count[0])).sum()) if draws else None
    out = [Finding(_zone(answer), float(count[0]), *counted(count[1:]), "packages", alike, draws)]
    for n, one in enumerate(answer.chosen):
        agreed = answer.agreed_in(n)
        same = int((agreed[1:] == agreed[0]).sum()) if draws else None
        least = answer.chosen_gains[:, n, list(answer.must)].min(axis=1)
        if answer.in_force(n):
            same, least = None, np.full_like(least, np.nan)
        says = _deal(answer, n) if one.named else f"{_capital(one.name)}: {answer.told(n)}."
        out.append(Finding(says, float(least[0]), *ends(least[1:]), "least gain, payoff", same, draws,
                           claims.get(one.name, ())))  # fmt: skip
        stands = answer.stands[:, n, -1]
        out.append(Finding(f"The terms of {_quoted(one.name)} stand for 60 months.", float(stands[0]),
                           *ends(stands[1:]), "chance", None, draws))  # fmt: skip
        out += [_payment(answer, n, actor) for actor in answer.blockers(n)] if one.named else []
    refused = agreement.refusals(answer.gains)
    for actor in answer.must:
        told = f"{percent(float(refused[0, actor]))} of the packages are refused by {answer.within[actor]}."
        out.append(
            Finding(told, float(refused[0, actor]), *counted(refused[1:, actor]), "share of packages", None, draws)
        )
    return [*out, *answer.more()]


def table(answer: Deals) -> Table:
    """Actors by chosen packages: gain, and in how many draws it is one; below, how long each would stand."""
    shown, draws = answer.shown, len(answer.gains) - 1
    refused = agreement.refusals(answer.gains[0])
    silent = [actor for actor in range(len(answer.names)) if actor not in answer.must]
    rows = []
    for actor in (*answer.must, *silent):
        gains = answer.chosen_gains[:, :, actor]
        cells = [
            "—" if answer.in_force(n) else
            payoff(gains[0, n]) + (f" ({int((gains[1:, n] > 0).sum())})" if draws else "") for n in shown
        ]  # fmt: skip
        name = f"{answer.called[actor]}{'*' if actor in silent else ''}"
        rows.append((name, *cells, percent(float(refused[actor]))))
    agreed = ["in force" if answer.in_force(n) else f"{'yes' if answer.agreed_in(n)[0] else 'no'}"
              + (f" ({int(answer.agreed_in(n)[1:].sum())})" if draws else "") for n in shown]  # fmt: skip
    rows.append(("all gain", *agreed, ""))
    rows += [
        (f"lasts {told}", *(percent(answer.stands[0, n, months]) for n in shown), "")
        for told, months in (("a year", 12), ("five years", 60))
    ]
    note = f"Gains over now, payoff{f'; in brackets in how many of {draws} draws' if draws else ''}."
    note += " Refuses: so many of all packages."
    note += " In force: it holds already." if any(answer.in_force(n) for n in shown) else ""
    note += " *: has no say." if silent else ""
    head = ("gain of", *(answer.chosen[n].name.split(",")[0] for n in shown), "refuses")
    return Table(head, tuple(rows), note)


def _packages(answer: Deals) -> str:
    packed, situation = answer.packages, answer.situation
    left = packed.combinations - len(packed) - packed.already
    out = f"; {left:,} more {answer.left_out} and {'is' if left == 1 else 'are'} left out" if left else ""
    name = month(situation.date)
    since = name if situation.name == str(situation.date) else f"{situation.name} ({name})"
    terms = f"{len(packed.terms)} term{'s' * (len(packed.terms) != 1)}"
    lost = [_quoted(deal.name) for deal in packed.named if deal.state < 0]
    not_here = f" {listed(lost)} cannot come about from here." if lost else ""
    packs = f"{len(packed):,} package{'s' * (len(packed) != 1)}"
    return f"From {since}: {packs} of {terms} could be agreed{out}.{not_here}"


def _zone(answer: Deals) -> str:
    zone, draws = answer.zone, len(answer.gains) - 1
    count, empty = int(zone[0].sum()), np.asarray(~zone[1:].any(axis=1))
    counts = zone.sum(axis=1)
    low, high = counted(counts[1:])
    spread = f" (90% of draws {low:.0f} to {high:.0f}{outside(counts)})" if draws else ""
    who = f"{'both' if len(answer.must) == 2 else f'all {len(answer.must)}'} who must agree"
    if count:
        holds = f"; there are some {held(~empty)}, {turned(answer.ensemble, ~empty)}"
        return f"{count:,} of them leave{'s' * (count == 1)} {who} better off than now{spread}{holds if draws else ''}."
    holds = f": so it is {held(empty)}; {turned(answer.ensemble, empty)}" if draws else ""
    return f"None leaves {who} better off than now; the zone of agreement is empty{holds}.{_nearest(answer)}"


def counted(drawn: np.ndarray) -> tuple[float, float]:
    """The middle 90% of draws of a count, or of a share of few: between two that were drawn no other is made up."""
    if not len(drawn):
        return math.nan, math.nan
    return float(np.quantile(drawn, 0.05, method="lower")), float(np.quantile(drawn, 0.95, method="higher"))


def outside(values: np.ndarray) -> str:
    """'; less in 96 of 100 draws', where the likely value, the first, lies outside the draws' range; else ''."""
    likely, drawn = values[0], values[1:]
    low, high = counted(drawn)
    if low <= likely <= high:
        return ""
    beyond = drawn < likely if likely > high else drawn > likely
    return f"; {'less' if likely > high else 'more'} in {int(beyond.sum())} of {len(drawn)} draws"


def _nearest(answer: Deals) -> str:
    row = agreement.nearest(answer.gains[0], answer.must)
    gains = answer.gains[0, row]
    lost, unmoved = agreement.losers(gains, answer.must), agreement.unmoved(gains, answer.must)
    against = [f"{answer.within[a]} ({payoff(gains[a])})" for a in answer.must if a in lost]
    parts = [f"refused by {listed(against)}"] * bool(lost) + [neither([answer.within[a] for a in unmoved])] * bool(
        unmoved
    )
    return f" Nearest comes {answer.levels_told(answer.packages.levels[row].tolist())}, {'; '.join(parts)}."


def _refusing(answer: Deals) -> str:
    refused, sole = agreement.refusals(answer.gains), agreement.vetoes(answer.gains[0], answer.must)
    order = sorted(answer.must, key=lambda actor: -float(refused[0, actor]))
    some = [actor for actor in order if refused[0, actor] > 0][:MOST_TOLD]
    if not some:
        return "Nobody refuses any of them."
    told = [
        f"{answer.within[a]} {percent(float(refused[0, a]))}"
        + (f" ({span(*counted(refused[1:, a]))}{outside(refused[:, a])})" if len(refused) > 1 else "")
        for a in some
    ]
    pivot = max(answer.must, key=lambda actor: int(sole[actor]))
    count = int(sole[pivot])
    alone = f"; {count:,} {'is' if count == 1 else 'are'} refused by {answer.within[pivot]} alone" if count else ""
    never = [answer.within[a] for a in answer.must if refused[0, a] == 1]
    none = f" No package at all is acceptable to {listed(never)}." if never else ""
    return f"Of all packages the most are refused by {listed(told)}{alone}.{none}"


def _deal(answer: Deals, n: int) -> str:
    one, draws = answer.chosen[n], len(answer.gains) - 1
    blocked, unmoved = answer.blockers(n), answer.indifferent(n)
    agreed = answer.agreed_in(n)[1:]
    if answer.in_force(n):
        verdict = "is in force already"
    elif blocked or unmoved:
        against = [f"{answer.within[a]} {spread(answer.chosen_gains[:, n, a])}" for a in blocked]
        parts = [f"blocked by {listed(against)}"] * bool(blocked) + [
            neither([answer.within[a] for a in unmoved])
        ] * bool(unmoved)
        verdict = f"{'; '.join(parts)}{f'; all gain {held(agreed)}' if draws else ''}"
    else:
        verdict = f"all who must agree gain{f' ({held(agreed)}{_might(answer, n)})' if draws else ''}"
    stands = answer.stands[:, n]
    return (
        f"{_capital(one.name)}: {verdict}; its terms stand for 12 months with a chance of "
        f"{percent(stands[0, 12])}, for 60 of {percent(stands[0, 60])}, {_months(answer.months[0, n])} of 60 months on "
        "average."
    )


def neither(who: list[str]) -> str:
    """'families gains and loses nothing to speak of'."""
    several = len(who) > 1
    return f"{listed(who)} gain{'s' * (not several)} and lose{'s' * (not several)} {NONE}"


def _might(answer: Deals, n: int) -> str:
    """', most often refused by China': who refuses in the draws where not all gain."""
    refused = (answer.chosen_gains[1:, n] <= 0).sum(axis=0)
    often = max(answer.must, key=lambda actor: int(refused[actor]))
    return f"; refused by {answer.within[often]} in {int(refused[often])}" if refused[often] else ""


def spread(values: np.ndarray) -> str:
    """'+12 (-3.0 to +30)', from numbers by member; without draws '+12'."""
    spread = payoff_range(*ends(values[1:]))
    return f"{payoff(float(values[0]))}{f' ({spread})' if spread else ''}"


def _best(answer: Deals) -> list[str]:
    """What an arbiter would pick: the Nash point among all who must agree, and its like among the parties."""
    if not answer.zone[0].any():
        return []
    said, told = [], set()
    for side in (agreement.ALL, agreement.PARTIES):
        name, row = next(iter(answer.points[side].items()))
        n = next(n for n, one in enumerate(answer.chosen) if one.row == row)
        agreed, stands = answer.agreed_in(n)[1:], answer.stands[0, n]
        if row in told:
            continue
        told.add(row)
        what = _quoted(answer.chosen[n].name) if answer.chosen[n].named else answer.told(n)
        holds = f" (all gain {held(agreed)})" if len(agreed) else ""
        who = "the parties" if side == agreement.PARTIES else side
        said.append(f"An arbiter between {who} would pick ({name}): {what}{holds}; it would stand for 12 months with "
                    f"a chance of {percent(stands[12])}, for 60 of {percent(stands[60])}.")  # fmt: skip
    return said


def _mending(answer: Deals) -> list[str]:
    """Of a blocked deal what would mend it; of the deal that the case asks about what mistrust costs, and hope."""
    if not answer.named:
        return []
    asked = [n for n in answer.named if answer.chosen[n].name == answer.asked]
    ranked = sorted(answer.named, key=lambda n: (answer.in_force(n), len(answer.blockers(n))))
    blocked = [n for n in (*asked, *ranked) if answer.blockers(n)]
    said = [_payment(answer, n, actor).says for n in blocked[:1] for actor in answer.blockers(n)]
    return [*said, _mistrust(answer, asked[0] if asked else ranked[0])]


def _mistrust(answer: Deals, n: int) -> str:
    name, parties = _quoted(answer.chosen[n].name), answer.negotiable.parties
    dear = [f"{answer.within[a]} {spread(answer.frozen[:, n, a])}" for a in parties]
    said = f"Certainty that the terms of {name} stand would add: {listed(dear)} (the price of mistrust)."
    hope = -answer.likely_without[n, list(parties)]
    if np.isnan(hope).any():
        return said
    if np.abs(hope).max() < NOTHING:
        return f"{said} The present holds next to no hope of terms as exact as these."
    told = [f"{answer.within[a]} {payoff(worth)}" for a, worth in zip(parties, hope.tolist(), strict=True)]
    return f"{said} Hope of it is already in the value of the present: {listed(told)}."


def _payment(answer: Deals, n: int, actor: int) -> Finding:
    """What would bring a blocker of a named deal in."""
    draws, pay = len(answer.gains) - 1, answer.payments[:, n, actor]
    name, deal, rows = answer.within[actor], _quoted(answer.chosen[n].name), answer.mended(n, actor)
    spread = f" (90% of draws {_plain(*ends(pay[1:]))})" if draws else ""
    says = f"{_capital(name)} would come into {deal} for {_size(float(pay[0]))} a month while the terms stand{spread}"
    if (answer.gains[0, :, actor] <= 0).all():
        return _paid(f"{says}; no package at all is acceptable to it", pay)
    if not rows:
        return _paid(f"{says}; no change of one term would bring it in and keep all who gain", pay)
    change = answer.levels_told(answer.packages.levels[rows[0]].tolist(), answer.chosen[n].levels)
    others = [answer.within[a] for a in answer.must if answer.gains[0, rows[0], a] <= 0]
    still = f", though {listed(others)} would still refuse" if others else ", and then all gain"
    return _paid(f"{says}, or with {change} instead{still}", pay)


def _paid(says: str, pay: np.ndarray) -> Finding:
    return Finding(f"{says}.", float(pay[0]), *ends(pay[1:]), "payoff a month", None, len(pay) - 1)


def _size(number: float) -> str:
    """A payment: '0.35', and of next to nothing 'less than 0.0005'."""
    told = payoff(number).removeprefix("+")
    return "less than 0.0005" if told == "0" and number > 0 else told


def _plain(low: float, high: float) -> str:
    return f"{_size(low)} to {_size(high)}"


def _months(number: float) -> str:
    return f"{number:.0f}" if number >= 9.95 else f"{number:.1f}"


def _quoted(name: str) -> str:
    return f"'{name}'"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
