r"""What would carry a chance to the other side of a line: of one half, and of the base rate.

With log odds additive in the parameters, as :mod:`detente.questions.sensitivity` reads the slopes, a chance p crosses a
line t as one parameter goes to

    x_i = likely_i + (logit t - logit p) / g_i

if that lies in its stated range. Where none does, it is told how many of the heaviest would at once, each at the end of
its range that carries the chance that way. That is an estimate from slopes at the likely numbers; in how many draws the
chance lies on the same side is solved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logit

from detente.questions.base_rates import base_rate
from detente.questions.difference import LITTLE, NONE_TURNS
from detente.questions.words import listed, month, percent

if TYPE_CHECKING:
    from detente.questions.sensitivity import Sensitivity
    from detente.scenario.model import Parameter

MOST = 3  # parameters named
HALF = 0.5
_NEAR = 1e-9  # a chance is no nearer to 0 and 1, for log odds


@dataclass(frozen=True)
class Crossing:
    """A parameter and where the chance crosses the line. ``part``: how far that is, of the range."""

    parameter: Parameter
    value: float
    above: bool  # it crosses as the parameter rises
    part: float


@dataclass(frozen=True)
class Line:
    """A line and what carries the chance across it."""

    name: str
    at: float
    below: bool  # the chance lies below it
    same: int  # draws on the same side
    draws: int
    alone: tuple[Crossing, ...]  # the nearest first
    together: tuple[tuple[Parameter, float], ...]  # where none does alone: the heaviest, and the end of each; () if not


def lines(answer: Sensitivity) -> list[Line]:
    """One half, and the base rate where the record tells one."""
    record, horizon = answer.ensemble.scenario.record, answer.months
    found = [line(answer, "one half", HALF)]
    plain = base_rate(record, answer.outcome.name, answer.situation.date, horizon, answer.data.attrs["kind"] == "at")
    if plain is not None:
        found.append(line(answer, f"the base rate ({percent(plain.chance)})", plain.chance))
    return found


def line(answer: Sensitivity, name: str, at: float) -> Line:
    """What carries the chance to the other side of ``at``."""
    data, drawn = answer.data, answer.data["chance"].values
    below, need = answer.central < at, _odds(at) - _odds(answer.central)
    ends = np.stack([_odds(data["at_low"].values), _odds(data["at_high"].values)]) - _odds(answer.central)
    reach = np.maximum(ends * np.sign(need), 0.0)  # (2, P): how far each end carries it that way
    far, parameters = reach.max(axis=0), answer.ensemble.scenario.parameters
    order = np.argsort(-far, kind="stable")
    alone = [_crossing(parameters[i], float(ends[1, i] - ends[0, i]), need) for i in order if far[i] > abs(need)]
    count = 0 if alone or far.sum() <= abs(need) else int(np.argmax(np.cumsum(far[order]) > abs(need))) + 1
    heaviest = ((parameters[i], parameters[i].high if reach[1, i] > 0 else parameters[i].low) for i in order[:count])
    same = int(((drawn < at) == below).sum())
    return Line(name, at, below, same, len(drawn), tuple(sorted(alone, key=lambda one: one.part)), tuple(heaviest))


def _crossing(parameter: Parameter, whole: float, need: float) -> Crossing:
    """``whole``: the log odds that the range brings from its low end to its high one."""
    width = parameter.high - parameter.low
    shift = need * width / whole
    return Crossing(parameter, parameter.likely + shift, shift > 0, abs(shift) / width)


def turning(answer: Sensitivity) -> str:
    """What would turn it round, for a reader who knows no file: by titles alone."""
    name, date = answer.outcome.name, answer.situation.date.after(answer.months)
    by = "in" if answer.data.attrs["kind"] == "at" else "by"
    first, *others = (f"{_where(one)}; {_numbers(one)}." for one in _merged(lines(answer)))
    head = f"{name[:1].upper()}{name[1:]} {by} {month(date)}, {percent(answer.central)},"
    return " ".join([f"{head} lies {first}", *(f"It lies {other}" for other in others)])


def _merged(found: list[Line]) -> list[Line]:
    """Lines of which all is the same but the name, as one."""
    told: dict[object, Line] = {}
    for one in found:
        alone = tuple((each.parameter.name, f"{each.value:.3g}") for each in one.alone)
        key = (one.below, one.same, alone, one.together)
        told[key] = replace(one, name=f"{told[key].name} and {one.name}") if key in told else one
    return list(told.values())


def details(answer: Sensitivity) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "line": one.name, "at": one.at, "below": one.below, "same_side_in_draws": one.same,
            "alone": [{"parameter": each.parameter.name, "title": each.parameter.title, "value": each.value,
                       "side": "above" if each.above else "below", "part_of_range": each.part} for each in one.alone],
            "together": {parameter.name: end for parameter, end in one.together},
        }
        for one in lines(answer)
    ]  # fmt: skip


def _where(one: Line) -> str:
    """'below one half in all 20 draws (no draw turns it round)'."""
    side = f"{'below' if one.below else 'above'} {one.name}"
    if not one.draws:
        return side
    few = ", though so few tell little" if one.draws <= LITTLE else ""
    if one.same == one.draws:
        return f"{side} in all {one.draws} draws{few or f' ({NONE_TURNS})'}"
    return f"{side} in {one.same} of {one.draws} draws{few}"


def _numbers(one: Line) -> str:
    """Which numbers carry it across, alone or together."""
    if one.alone:
        told = [
            f"{each.parameter.said} is {'above' if each.above else 'below'} {each.value:.3g} "
            f"(likely {each.parameter.likely:.3g})"
            for each in one.alone[:MOST]
        ]
        rest = f", or as one of {len(one.alone) - MOST} more goes towards an end" if len(one.alone) > MOST else ""
        return f"by estimate, it turns round when {' or '.join(told)}{rest}"
    if one.together:
        count = len(one.together)
        named = [f"{parameter.said} at {end:.3g}" for parameter, end in one.together[:MOST]]
        named += [f"{count - MOST} more"] if count > MOST else []
        return (
            "by estimate, no number alone carries it across within its stated range; "
            f"the {count} heaviest at once might, at the ends of theirs, which is not solved: {listed(named)}"
        )
    return "by estimate, not even all numbers at once, each within its stated range, carry it across"


def _odds(p: np.ndarray | float) -> np.ndarray:
    return np.asarray(logit(np.clip(p, _NEAR, 1 - _NEAR)))
