"""What tipping says of jumps along a parameter: where they are, how far they move the chance, in how many draws.

Play jumps at every fold. The chance of an outcome may hardly feel it: a jump counts as *sudden* only if it moves the
chance by at least ``LEAST``, as steepness does, and is told as what it is otherwise. Where a branch was given up before
it met a fold, it speaks for the stretch followed and no more; what lies beyond is the sweep's to tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions.difference import held, points
from detente.questions.stepped import LEAST
from detente.questions.swept import jumps, steepest
from detente.questions.tipping_turns import elsewhere, reach
from detente.questions.words import distinct, from_to, listed, percent

if TYPE_CHECKING:
    from detente.questions.swept import Swept, Tip

HALF = 0.5  # of all change within a tenth of the range: sudden


def sudden_along(one: Swept) -> bool:
    """Whether the chance moves suddenly along the parameter, at the likely numbers: by a jump, or within a tenth."""
    return jumps_far(one.tips()) or steep(*one.line())


def sudden_in_draws(one: Swept) -> np.ndarray:
    """(D,) bool: the same in each draw swept."""
    each = [jumps_far(jumps(arrays, one.today)) or steep(arrays["grid"], arrays["up"]) for arrays in one.drawn]
    return np.array(each, dtype=bool)


def jumps_far(tips: list[Tip]) -> bool:
    """Whether one of the jumps moves the chance by ``LEAST``; one of unknown size does not count."""
    return any(tip.size >= LEAST for tip in tips)


def steep(p: np.ndarray, chance: np.ndarray) -> bool:
    """Whether a tenth of the range brings at least half of all change, and ``LEAST``."""
    share, change, _ = steepest(p, chance)
    return bool(share >= HALF and abs(change) >= LEAST)


def told_tips(one: Swept) -> str:
    """Tipping points, or that there are none."""
    tips, name, cut = one.tips(), one.parameter.said, _cut(one)
    low, high = distinct([one.low, one.high])
    wide = distinct(list(one.hysteresis)) if one.hysteresis else []
    if tips:
        told, between = " ".join(one_tip(one, tip) for tip in tips), ""
        if wide:
            between = f" From {name} = {wide[0]} to {wide[1]} play depends on where it came from."
            if wide[0] == wide[1]:
                between = f" At {name} = {wide[0]}, alone of the values swept, play depends on where it came from."
        return f"{cut}{told}{between}{_checked(one)}"
    lost = int(np.isnan(one.central["up"]).sum() + np.isnan(one.central["down"]).sum())
    if lost:
        return f"{cut}No tipping point was met, but at {lost} steps no equilibrium was reached: {one.central['status']}"
    if wide:
        apart = f"at {wide[0]}" if wide[0] == wide[1] else f"from {wide[0]} to {wide[1]}"
        none = f"From today's value it meets no tipping point between {low} and {high}, but a"
        return f"{cut}{'A' if cut else none} sweep up and down again differs {apart}: there is a second way to play."
    if cut:
        return f"{cut}A sweep from {low} to {high} and back does not jump; a fold off its way would not be seen."
    parting = f" Another branch crosses at {listed(distinct(one.partings))}." if one.partings else ""
    return (
        f"It meets no tipping point between {low} and {high}: play changes without a jump, and a sweep up and down "
        f"again comes back by the same way.{parting}"
    )


def one_tip(one: Swept, tip: Tip) -> str:
    """Where it is, how far from today, and what happens there."""
    name, distance = one.parameter.said, abs(one.distance(tip))
    side = "above" if tip.way > 0 else "below"
    where = f"{tip.p:.4g}" if tip.exact else f"about {tip.p:.3g}"
    if not np.isfinite(tip.size):
        there = f"there play jumps, from a chance of {percent(tip.before)}, and to which is not known"
    elif tip.size < LEAST:
        by = points(tip.size).lstrip("+")
        there = f"play jumps there, but the chance, {percent(tip.before)}, by {by} only: not sudden"
    else:
        there = f"there the chance jumps from {' to '.join(from_to(tip.before, tip.after))}"
    return (
        f"{'The nearest tipping point' if tip == one.tips()[0] else 'The other way it tips'} is at {name} = {where}, "
        f"{distance:.2g} of its range ({abs(tip.p - one.today):.3g} {one.parameter.unit}) {side} the likely value: "
        f"{there}."
    )


def distances(one: Swept, way: int | None = None) -> np.ndarray:
    """By draw that jumps: the distance from the likely value to its nearest jump that way; either way if None."""
    each = [[one.distance(tip) for tip in jumps(arrays, one.today) if way in (None, tip.way)] for arrays in one.drawn]
    return np.array([min(found, key=abs) for found in each if found])


def drawn(one: Swept) -> str:
    """In how many draws there is a tipping point, on the same side of today's value; and what was not computed."""
    note = one.note[:1].upper() + one.note[1:] + "." if one.note else ""
    if not one.drawn:
        return note
    tips, many = one.tips(), len(one.drawn)
    away = np.abs(distances(one, tips[0].way if tips else None))
    if not tips:
        return f"There is none in {many - len(away)} of {many} draws{elsewhere(one)}. {note}".strip()
    where = f", {reach([f'{size:.2g}' for size in sorted(away)])} of the range away" if len(away) else ""
    side = "above" if tips[0].way > 0 else "below"
    return f"There is one {side} the likely value in {len(away)} of {many} draws{where}. {note}".strip()


def verdict(one: Swept, more: int) -> str:
    """Whether a sudden move is shown along the parameter, and in how many draws; ``more``: draws that there are."""
    shown, in_draws = sudden_along(one), sudden_in_draws(one)
    said = f"{'shown' if shown else 'not shown'} along {one.parameter.said}"
    if shown and not len(in_draws):
        return said + (" (at the likely numbers: no draw was followed)" if more else "")
    if shown and not in_draws.any():
        return f"{said} (at the likely numbers, but {held(in_draws)})"
    return said + (f" (shown {held(in_draws)})" if len(in_draws) and (shown or in_draws.any()) else "")


def _cut(one: Swept) -> str:
    """How far the branch was followed where it was given up without a fold, and why; '' where it was not."""
    if one.curve is None or not one.unfinished:
        return ""
    p, ways = one.curve["p"], one.unfinished
    low, high = distinct([float(p.min()), float(p.max())])
    cut = "points" in one.curve["stopped"]
    why = f"cut off after {len(p)} points (--points allows more)" if cut else "and could not be followed further"
    if len(ways) == 2:
        return f"The branch was followed from {low} to {high} only, {why}: on that stretch it meets no fold. "
    side, end, far = ("Upwards", high, "up") if ways[0] > 0 else ("Downwards", low, "down")
    return f"{side} the branch was followed to {end} only, {why}: {far} to there it meets no fold. "


def _checked(one: Swept) -> str:
    if one.curve is None or not any(tip.exact for tip in one.tips()):
        return ""
    near, met = float(np.diff(one.central["grid"]).max()), [float(last) for last, _, _ in one.central["jumps"]]
    agree = all(any(abs(p - tip.p) <= near for p in met) for tip in one.tips())
    says = "agrees: it jumps" if agree else "does not show all of it: it jumps"
    return f" A sweep up and down again {says} at {listed(distinct(met)) or 'nowhere'}."
