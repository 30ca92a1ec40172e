"""What turns the answer about tipping round: draws, as far as they were followed, or how far a number would have to go.

Along a parameter draws are swept on small cases only. Elsewhere the answer rests on one line at the likely numbers of
all else, and what can be told is how far along it the answer would turn; that is said. Along a factor all draws are
known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.difference import points, turned
from detente.questions.swept import jumps
from detente.questions.words import distinct

if TYPE_CHECKING:
    from detente.questions.swept import Swept
    from detente.questions.tipping import Tipping

HALF = 0.5


def tipping_as_now(one: Swept) -> np.ndarray:
    """(D,) bool, of draws swept: one on the side of the nearest tipping point; none, where there is none."""
    tips = one.tips()
    found = [{tip.way for tip in jumps(arrays, one.today)} for arrays in one.drawn]
    return np.array([tips[0].way in ways if tips else not ways for ways in found], dtype=bool)


def passes_half(one: Swept) -> float | None:
    """Where, nearest to today, the chance passes one half along the line; None where it does not."""
    p, chance = one.line()
    off = chance - HALF
    at = [p[k] - off[k] * (p[k + 1] - p[k]) / (off[k + 1] - off[k])
          for k in range(len(p) - 1) if off[k] * off[k + 1] <= 0.0 and off[k] != off[k + 1]]  # fmt: skip
    return float(min(at, key=lambda value: abs(value - one.today))) if at else None


def along(answer: Tipping, one: Swept) -> str:
    """What turns round whether it tips along the parameter."""
    tips, name = one.tips(), one.parameter.said
    if one.drawn:
        what = f"one {'above' if tips[0].way > 0 else 'below'} the likely value" if tips else "none"
        return f"That there is {what}: {turned(answer.ensemble, tipping_as_now(one))}."
    if tips:
        far = abs(one.distance(tips[0]))
        head = f"It tips only as {name} moves by {far:.2g} of its range, from {one.today:.3g} to {tips[0].p:.3g}"
    else:
        low, high, reach = one.low, one.high, ""
        if one.curve is not None and one.unfinished:
            p, reach = one.curve["p"], ", as far as the branch was followed,"
            low, high = float(p.min()), float(p.max())
        head = f"No value of {name} from {' to '.join(distinct([low, high]))}{reach} makes it tip"
    half = passes_half(one)
    if half is None:
        line = "the chance stays on one side of one half all along"
    else:
        line = f"the chance passes one half at {half:.3g}, {abs(half - one.today) / one.width:.2g} of the range away"
    return f"{head}; {line}. That rests on the likely numbers of all else: no draw was followed along it."


def by_level(answer: Tipping, shown: np.ndarray) -> str:
    """What turns round whether it is sudden along the factor; ``shown`` (1 + D,): whether it is, by draw."""
    steps = answer.stepped
    if steps is None or steps.change.shape[1] < 2 or len(shown) < 2:
        return ""
    sudden = "is" if shown[0] else "is not"
    return f"That it {sudden} sudden along {steps.factor.name}: {turned(answer.ensemble, shown[1:] == shown[0])}."


def elsewhere(one: Swept) -> str:
    """'; in the other 3 play jumps, 0.48 to 0.55 of the range away, and the chance by 0.08 to 0.53 points'."""
    found = [jumps(arrays, one.today) for arrays in one.drawn]
    tips = [min(each, key=lambda tip: abs(one.distance(tip))) for each in found if each]
    if not tips:
        return ""
    away = [f"{size:.2g}" for size in sorted(abs(one.distance(tip)) for tip in tips)]
    moved = [points(size, "").lstrip("+") for size in sorted(abs(tip.after - tip.before) for tip in tips)]
    far, by = reach(away), reach(moved)
    which = "other" if len(tips) == 1 else f"other {len(tips)}"
    return f"; in the {which} play jumps, {far} of the range away, and the chance by {by} points"


def reach(told: list[str]) -> str:
    """'0.48 to 0.55': from the first to the last; one of them where they are told alike."""
    return told[0] if told[0] == told[-1] else f"{told[0]} to {told[-1]}"
