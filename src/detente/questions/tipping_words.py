"""What tipping says: the paragraph, the findings, the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.questions import tipping_jumps as jumped
from detente.questions.answer import Finding, Table
from detente.questions.asked import ends
from detente.questions.difference import alike, doubt, held, points, points_range
from detente.questions.stepped import moved, uneven
from detente.questions.swept import steepest
from detente.questions.tipping_turns import along, by_level
from detente.questions.words import distinct, listed, month, percent, span

if TYPE_CHECKING:
    from detente.questions.stepped import Stepped
    from detente.questions.swept import Swept
    from detente.questions.tipping import Tipping

SMALL = 0.005  # of a chance: hardly any change
ROWS = 12  # of the parameter in the table


def summary(answer: Tipping) -> str:
    """The paragraph."""
    parts = [_opening(answer)]
    if answer.swept is not None:
        one = answer.swept
        parts += [jumped.told_tips(one), _steep(one), jumped.drawn(one), along(answer, one)]
    if answer.stepped is not None:
        parts += [_levels(answer, answer.stepped), _largest(answer, answer.stepped)]
    if answer.regions is not None:
        parts.append(_map(answer))
    parts += [_verdict(answer), by_level(answer, shown_in(answer))]
    return " ".join(part for part in (*parts, doubt(answer.ensemble)) if part)


def findings(answer: Tipping) -> list[Finding]:
    """The tipping points or that there are none, steepness, each step, the verdict."""
    found = []
    about = _about_tipping(answer)
    if answer.swept is not None:
        one, claims = answer.swept, answer.swept.parameter.basis
        tips = one.tips()
        for tip in tips:
            away = jumped.distances(one, tip.way)
            holds = len(away) if one.drawn else None
            found.append(Finding(jumped.one_tip(one, tip), one.distance(tip), *ends(away), "parameter's range", holds,
                                 len(one.drawn), claims))  # fmt: skip
        if not tips:
            none = len(one.drawn) - len(jumped.distances(one)) if one.drawn else None
            found.append(Finding(jumped.told_tips(one), unit="none", holds=none, draws=len(one.drawn), claims=claims))
        share, _, _ = steepest(*one.line())
        if not jumped.jumps_far(tips):
            unit = "share of all change in a tenth of the range"
            found.append(Finding(_steep(one), share, unit=unit, claims=claims))
    if answer.stepped is not None:
        steps = answer.stepped
        for k in range(len(steps.levels) - 1):
            change = steps.change[:, k]
            same = alike(change)
            says = f"{steps.factor.name}, {steps.names[k]} to {steps.names[k + 1]}: {points(change[0])}."
            holds = int(same.sum()) if len(same) else None
            found.append(Finding(says, float(change[0]), *ends(change[1:]), "chance", holds, len(same),
                                 steps.factor.claims))  # fmt: skip
    shown = shown_in(answer)
    count = int(shown[1:].sum()) if len(shown) > 1 else None
    found.append(Finding(_verdict(answer), float(shown[0]), unit="1: shown, 0: not", holds=count, draws=len(shown) - 1,
                         claims=about))  # fmt: skip
    return found


def table(answer: Tipping) -> Table:
    """Values of the parameter, then levels of the factor."""
    rows: list[tuple[str, ...]] = []
    if answer.swept is not None:
        one, grid = answer.swept, answer.swept.central["grid"]
        band = np.stack([each["up"] for each in one.drawn]) if one.drawn else np.zeros((0, len(grid)))
        for k in np.unique(np.linspace(0, len(grid) - 1, min(ROWS, len(grid))).round().astype(int)):
            up, down = float(one.central["up"][k]), float(one.central["down"][k])
            back = percent(down) if one.central["differ"][k] else "same"
            rows.append((one.parameter.name, f"{grid[k]:.3g}", percent(up), back, span(*ends(band[:, k]))))
    if answer.stepped is not None:
        steps = answer.stepped
        for k, name in enumerate(steps.names):
            now = " (now)" if steps.levels[k] == steps.today else ""
            rows.append((steps.factor.name, name + now, percent(float(steps.chance[0, k])), "",
                         span(*ends(steps.chance[1:, k]))))  # fmt: skip
    head = ("along", "at", "chance", "coming down", "90% of draws")
    unit = ""
    if answer.swept is not None:
        parameter = answer.swept.parameter
        unit = f"{parameter.name}: {parameter.label}, {parameter.unit}. "
    return Table(head, tuple(rows), f"{unit}Chances of {answer.about.outcome.name} {_when(answer)}.", 2)


def shown_in(answer: Tipping) -> np.ndarray:
    """(M,) or (1,) bool: whether a sudden move above slow change is shown; in draws as far as they were computed.

    Where a factor is stepped, along it: that is where draws are known. Otherwise along the parameter.
    """
    if answer.stepped is not None:
        steps = answer.stepped
        return steps.sudden(steps.change)
    assert answer.swept is not None
    return np.array([jumped.sudden_along(answer.swept), *jumped.sudden_in_draws(answer.swept)], dtype=bool)


def _opening(answer: Tipping) -> str:
    frozen = f"With {listed(list(answer.frozen))} frozen: " if answer.frozen else ""
    name = answer.about.outcome.name
    name = name if frozen else name[:1].upper() + name[1:]
    because = f" ({answer.because})" if answer.because else ""
    if answer.swept is None:
        return f"{frozen}{name} {_when(answer)}."
    one = answer.swept
    file = f" ({one.parameter.name})" if one.parameter.title else ""
    return (
        f"{frozen}{name} {_when(answer)}, along {one.parameter.said}{file} from {one.low:.3g} to {one.high:.3g} "
        f"{one.parameter.unit}{because}; its likely value is {one.today:.3g}."
    )


def _when(answer: Tipping) -> str:
    situation, kind = answer.about.situation, answer.about.kind
    by = "at" if kind == "at" else "by"
    return f"{by} {month(situation.date.after(answer.about.months))} from {month(situation.date)}"


def _steep(one: Swept) -> str:
    """How steep the change is, where no jump is sudden."""
    p, chance = one.line()
    share, change, middle = steepest(p, chance)
    if np.isnan(share):
        return "It does not move the chance."
    if jumped.jumps_far(one.tips()):
        return ""
    if np.nanmax(chance) - np.nanmin(chance) < SMALL:
        moved_by = points(float(np.nanmax(chance) - np.nanmin(chance))).lstrip("+")
        return f"The chance hardly moves, by {moved_by} in all, from {percent(float(chance[0]))}."
    kind = "sudden" if jumped.steep(p, chance) else "gradual" if share < jumped.HALF else "sudden, but small"
    return (
        f"The chance goes from {percent(float(chance[0]))} to {percent(float(chance[-1]))}; where it is steepest, "
        f"about {middle:.3g}, a tenth of the range moves it by {points(change)}, {percent(share)} of all change (10% "
        f"would be even): {kind}."
    )


def _levels(answer: Tipping, steps: Stepped) -> str:
    told = []
    for k, name in enumerate(steps.names):
        drawn = f", {span(*ends(steps.chance[1:, k]))}" if len(steps.chance) > 1 else ""
        now = ", now" if steps.levels[k] == steps.today else ""
        told.append(f"{name} {percent(float(steps.chance[0, k]))} ({(now + drawn).lstrip(', ')})"
                    if now or drawn else f"{name} {percent(float(steps.chance[0, k]))}")  # fmt: skip
    absent = listed([steps.factor.levels[level] for level in steps.absent])
    lacking = f"; {absent} cannot be with all else as it is" if absent else ""
    return f"{steps.factor.name} has levels, and is stepped with all else as it is: {listed(told)}{lacking}."


def _largest(answer: Tipping, steps: Stepped) -> str:
    change = steps.change
    if not np.abs(change[0]).any():
        return "No step moves the chance."
    ratio, step = uneven(change, steps.widths)
    k = int(step[0])
    same = (step == k)[1:]
    than = ""
    if change.shape[1] > 1:
        than = f", {ratio[0]:.2g} times as steep as the rest" if ratio[0] < 100 else ", nearly all of the change"
    moves = [
        f"{one['act']} {one['before']:.2g} to {one['after']:.2g} a month"
        for one in moved(answer.ensemble.scenario, steps, k)
    ]
    acts = f" What is done next changes most in {listed(moves)}." if moves else ""
    often = f"; it is the steepest {held(same)}" if change.shape[1] > 1 else ""
    drawn = f" ({points_range(*ends(change[1:, k]))}{often})" if len(same) else ""
    which = "steepest" if change.shape[1] > 1 else "one"
    return (
        f"The {which} step, {steps.names[k]} to {steps.names[k + 1]}, moves it by {points(float(change[0, k]))}"
        f"{drawn}{than}.{acts}"
    )


def _map(answer: Tipping) -> str:
    one = answer.regions
    assert one is not None
    share, rows = float(one.several.mean()), one.several.any(axis=1)
    known = one.chance[np.isfinite(one.chance)]
    spread = f"chances from {percent(float(known.min()))} to {percent(float(known.max()))}" if len(known) else "nothing"
    if not rows.any():
        grid = " x ".join(str(many) for many in one.several.shape)
        wide = answer.swept.hysteresis if answer.swept else None
        fine = (
            f", too few to show those at {one.along.said} = {' to '.join(dict.fromkeys(distinct([*wide])))}"
            if wide
            else ""
        )
        return (
            f"The map across {one.other.said} shows {spread}, and two ways to play at none of its {grid} points{fine}."
        )
    at = one.down[rows]
    return (f"The map across {one.other.said} shows {spread}, and two ways to play on {percent(share)} of its points, "
            f"with {one.other.said} from {at.min():.3g} to {at.max():.3g}.")  # fmt: skip


def _verdict(answer: Tipping) -> str:
    """Whether slow change below brings a sudden move above."""
    told = []
    if answer.swept is not None:
        told.append(jumped.verdict(answer.swept, len(answer.ensemble.draws)))
    if answer.stepped is not None:
        steps = answer.stepped
        if steps.change.shape[1] < 2:
            told.append(f"not to be told along {steps.factor.name}, which has one step")
        else:
            sudden = steps.sudden(steps.change)
            behaviour = steps.sudden(steps.behaviour, 0.0)
            chance = f"{'shown' if sudden[0] else 'not shown'} along {steps.factor.name}"
            draws = f" (shown {held(sudden[1:])})" if len(sudden) > 1 else ""
            acts = f"what is done next {'changes' if behaviour[0] else 'does not change'} far more in one step"
            told.append(f"{chance}{draws}; {acts}{f' (far more {held(behaviour[1:])})' if len(behaviour) > 1 else ''}")
    return f"Slow change below and a sudden move above: {'; '.join(told)}."


def _about_tipping(answer: Tipping) -> tuple[str, ...]:
    """The claims that speak to tipping."""
    claims = answer.ensemble.scenario.claims
    return tuple(name for name in claims if claims[name].bears_on == "tipping")
