"""What an answer rests on, in words: the paragraph, the findings and the table.

Numbers named in the paragraph are told with chances that were solved at the ends of their ranges. All else there, what
would be left of the range included, is an estimate from slopes at the likely numbers, and is said to be one. Where
slopes do not explain the draws that were solved, shares from them mean nothing: nothing is then said to carry most.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from detente.questions.answer import Finding, Table
from detente.questions.asked import ends
from detente.questions.shares import ENOUGH, noise
from detente.questions.words import listed, month, percent, span

if TYPE_CHECKING:
    from detente.questions.sensitivity import Sensitivity

End: TypeAlias = Literal["low", "high"]

FEW = 6  # draws of which a rank correlation tells nothing
SHOWN = 12  # parameters in the table and the picture
NAMED = 3  # in the paragraph, and solved at both ends
JUDGED = "judgement"
FAIR = 0.7  # R^2 below which shares from slopes are called rough
POOR = 0.5  # and below which slopes do not explain the draws


def summary(answer: Sensitivity) -> str:
    """What moves the answer most, what range would be left, and how rough that is."""
    drawn, until = answer.data["chance"].values, answer.situation.date.after(answer.months)
    spread = f" ({span(*ends(drawn))} over {len(drawn)} draws)" if len(drawn) else ""
    head = (
        f"{answer.outcome.name.capitalize()} by {month(until)} from {month(answer.situation.date)} has a chance of "
        f"{percent(answer.central)}{spread}."
    )
    named = [int(i) for i in answer.order()[:NAMED]]
    if not poor(answer):
        told = [_named(answer, i, f"{percent(float(answer.data['share'][i]))} of the variance; ") for i in named]
        return f"{head} It hangs most on {listed(told)}. {answer.turns()} {_settled(answer)}{_rough(answer)}"
    told = [_named(answer, i, "") for i in named]
    return (
        f"{head} Slopes at the likely numbers do not explain the draws (R² {answer.fit:.2f}), so shares of the "
        "variance and what settling a claim would leave are not told; "
        f"from {ENOUGH} draws on, shares come from the draws themselves (--draws {ENOUGH}). "
        f"By the slopes alone these numbers come first: {listed(told)}. {answer.turns()}"
    )


def poor(answer: Sensitivity) -> bool:
    """Whether shares are from slopes that do not explain the draws."""
    return answer.data.attrs["from"] == "slopes" and answer.fit < POOR


def _named(answer: Sensitivity, i: int, share: str) -> str:
    parameter = answer.ensemble.scenario.parameters[i]
    name = f"{parameter.name}; " if parameter.title else ""
    return f"{parameter.said} ({name}{share}{_from_to(answer, i)})"


def _from_to(answer: Sensitivity, i: int) -> str:
    """'from 0.9% at 0.15 to 47% at 0.8, both solved'."""
    known = [end_solved(answer, i, end) is not None for end in ("low", "high")]
    how = ["", ""] if len(set(known)) == 1 else [" (solved)" if one else " (by its slope)" for one in known]
    low, high = (
        f"{chance_at(answer, i, end)} at {number(answer, i, end)}{said}"
        for end, said in zip(("low", "high"), how, strict=True)
    )
    both = "" if len(set(known)) == 2 else ", both solved" if all(known) else ", both by its slope"
    return f"from {low} to {high}{both}"


def end_solved(answer: Sensitivity, i: int, end: str) -> float | None:
    """The chance with parameter ``i`` at an end of its range, where it was solved there."""
    found = answer.there.get(answer.end(i, end))
    return None if found is None or math.isnan(found.chance) else found.chance


def chance_at(answer: Sensitivity, i: int, end: str) -> str:
    """The same in words, by slope where it was not solved."""
    found = answer.there.get(answer.end(i, end))
    if found is None or math.isnan(found.chance):
        return percent(float(answer.data[f"at_{end}"][i]))
    return percent(found.chance) + ("" if found.certified else " (not certified)")


def number(answer: Sensitivity, i: int, end: str) -> str:
    """The end itself."""
    return f"{float(answer.data[end][i]):.3g}"


def _settled(answer: Sensitivity) -> str:
    data = answer.data
    groups = [g for g in answer.groups() if str(data["group"].values[g]) != JUDGED]
    judged = _judged(answer)
    if not groups:
        return judged
    best = int(groups[0])
    name, share, told = str(data["group"].values[best]), float(data["group_share"][best]), ""
    if len(data["chance"]) and not answer.fit < POOR:
        left, now = span(*answer.left(best)), span(*answer.now)
        less = f"by slopes leave a range of {left} ({now} now)"
        told = f"; settling it would {less if narrows(answer, best) else _no_less(left, now)}"
    return f"Of the claims, {name} carries most: {percent(share)} of the variance{told}. {judged}"


def narrows(answer: Sensitivity, g: int) -> bool:
    """Whether settling a group would leave a narrower range, in the figures in which ranges are told."""
    (low, high), (low_now, high_now) = (map(_figure, each) for each in (answer.left(g), answer.now))
    return high - low < high_now - low_now - 1e-9


def _figure(p: float) -> float:
    """A chance in percent as it is told."""
    return float(percent(p, "").lstrip("<>"))


def _no_less(left: str, now: str) -> str:
    """'not narrow the range, by slopes 40–72% instead of 41–70%'."""
    return f"not narrow the range, by slopes {f'still {now}' if left == now else f'{left} instead of {now}'}"


def _judged(answer: Sensitivity) -> str:
    names = [str(name) for name in answer.data["group"].values]
    if JUDGED not in names:
        return ""
    share = float(answer.data["group_share"][names.index(JUDGED)])
    return f"Numbers that rest on judgement alone carry {percent(share)}. "


def _rough(answer: Sensitivity) -> str:
    if answer.data.attrs["from"] == "draws":
        return f"Shares are from the draws; up to {percent(noise(len(answer.data['chance'])))} of each may be noise."
    if np.isnan(answer.fit):
        return "Shares are from slopes at the likely numbers, not held against draws."
    rough = "" if answer.fit >= FAIR else ", so shares are rough"
    return f"Shares are from slopes, which tell the draws with R² {answer.fit:.2f}{rough}."


def findings(answer: Sensitivity) -> list[Finding]:
    """The parameters with the largest shares, then the claims."""
    data, found = answer.data, []
    unit = "share of variance" if data.attrs["from"] == "draws" else "share of variance, by slopes"
    unit += ", which do not explain the draws" if poor(answer) else ""
    for i in map(int, answer.order()[:SHOWN]):
        parameter, name = answer.ensemble.scenario.parameters[i], answer.outcome.name
        says = f"{parameter.said} at its low end {_makes(answer, i, 'low', name)}, at its high end "
        says += f"{_makes(answer, i, 'high')}."
        found.append(Finding(says, float(data["share"][i]), unit=unit, claims=parameter.basis))
    for g in map(int, answer.groups()[:SHOWN]):
        name, left, now = str(data["group"].values[g]), span(*answer.left(g)), span(*answer.now)
        what = name if name != JUDGED else "all that is judged"
        if not len(data["chance"]):
            says = f"What range settling {what} would leave is not told: there are no draws."
        elif answer.fit < POOR:
            says = f"What range settling {what} would leave is not told: slopes do not explain the draws."
        elif narrows(answer, g):
            says = f"If {what} were settled, the range would by slopes be {left} ({now} now)."
        else:
            says = f"Settling {what} would {_no_less(left, now)}."
        claims = () if name == JUDGED else (name,)
        found.append(Finding(says, float(data["group_share"][g]), unit=unit, claims=claims))
    return found


def _makes(answer: Sensitivity, i: int, end: End, what: str = "") -> str:
    """'makes war 5% (solved)', or 'would by its slope make war 5%'."""
    name, chance = f"{what} " if what else "", chance_at(answer, i, end)
    if end_solved(answer, i, end) is None:
        return f"would by its slope make {name or 'it '}{chance}"
    return f"makes {name or 'it '}{chance} (solved)"


def table(answer: Sensitivity) -> Table:
    """A row a parameter, the largest share first."""
    data, rows = answer.data, []
    for i in map(int, answer.order()[:SHOWN]):
        rank = float(data["rank"][i])
        solved = [end_solved(answer, i, end) is not None for end in ("low", "high")]
        rows.append((
            str(data["parameter"].values[i]),
            answer.ensemble.scenario.parameters[i].title,
            f"{number(answer, i, 'low')} … {number(answer, i, 'high')}",
            f"{percent(float(data['at_low'][i]))} … {percent(float(data['at_high'][i]))}",
            " … ".join(chance_at(answer, i, end) if known else "—"
                       for end, known in zip(("low", "high"), solved, strict=True)) if any(solved) else "—",
            "—" if np.isnan(rank) else f"{rank:+.2f}",
            percent(max(float(data["share"][i]), 0.0)),
        ))  # fmt: skip
    by = "" if data.attrs["from"] == "draws" else ", by slope"
    head = ("parameter", "in words", "range", "chance at its ends, by slope", "solved", "rank correlation",
            f"share of variance{by}")  # fmt: skip
    count = len(data["chance"])
    few = f" Of {count} draws a rank correlation tells nothing." if 0 < count <= FEW else ""
    chance = few or (f" A rank correlation within {2 / np.sqrt(count - 1):.2f} may be chance." if count else "")
    nothing = " Slopes do not explain the draws: their shares, and the order, mean nothing." if poor(answer) else ""
    return Table(head, tuple(rows), f"{len(data['parameter'])} parameters in all.{chance}{nothing}", 2)
