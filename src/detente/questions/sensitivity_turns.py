r"""What would carry a chance to the other side of a line: of one half, and of the base rate.

With log odds additive in the parameters, as :mod:`detente.questions.sensitivity` reads the slopes, a chance p crosses a
line t as one parameter goes to

    x_i = likely_i + (logit t - logit p) / g_i

if that lies in its stated range. Where none does, it is told how many of the heaviest would at once, each at the end of
its range that carries the chance that way. That is an estimate from slopes at the likely numbers. So the case is solved
there, a hair beyond the crossing or with all of the heaviest at their ends, and what came out is told beside it
(:mod:`detente.questions.sensitivity_solved`). Where the chance is not across yet, the case is solved with that number
at the end of its range too: it turns somewhere between, or is not said to turn. Any other number that was solved at its
end and is across there is told as well. Where slopes have one number carry it across and the case, solved, has none,
it is solved with the heaviest at once as well. Words: :mod:`detente.questions.sensitivity_turn_words`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.special import logit

from detente.questions.base_rates import base_rate
from detente.questions.words import percent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from detente.questions.sensitivity import Sensitivity
    from detente.questions.sensitivity_solved import Point, There
    from detente.scenario.model import Parameter

MOST = 3  # parameters named
Crossed = Literal["estimate", "near", "end", "lost", "no"]  # not solved; across so near; at its end; no solution; not
HALF = 0.5
HAIR = 0.01  # of a range: so far beyond a crossing the case is solved
_NEAR = 1e-9  # a chance is no nearer to 0 and 1, for log odds


@dataclass(frozen=True)
class Crossing:
    """A parameter and where the chance crosses the line. ``part``: how far that is, of the range."""

    parameter: Parameter
    value: float
    above: bool  # it crosses as the parameter rises
    part: float

    @property
    def point(self) -> Point:
        """A hair beyond, within the range."""
        parameter, way = self.parameter, 1 if self.above else -1
        beyond = self.value + way * HAIR * (parameter.high - parameter.low)
        return ((parameter.name, min(max(beyond, parameter.low), parameter.high)),)

    @property
    def end(self) -> Point:
        """At the end of the range that way."""
        return ((self.parameter.name, self.parameter.high if self.above else self.parameter.low),)


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
    parameters: Mapping[str, Parameter] = field(default_factory=dict, compare=False)  # all, by name
    heaviest: tuple[tuple[Parameter, float], ...] = ()  # as many as are named, each with its end that way

    @property
    def at_once(self) -> Point | None:
        """Several of the heaviest at their ends, where slopes have one alone carry it across; None where none bears."""
        if not self.alone or len(self.heaviest) < 2:
            return None
        return tuple((parameter.name, end) for parameter, end in self.heaviest)

    @property
    def points(self) -> tuple[Point, ...]:
        """Where it is told to be crossed: those of the parameters named, or all of the heaviest at once."""
        if self.together:
            return (tuple((parameter.name, end) for parameter, end in self.together),)
        return tuple(one.point for one in self.alone[:MOST])


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
    ends_of = [(parameters[i], parameters[i].high if reach[1, i] > 0 else parameters[i].low) for i in order if far[i]]
    same = int(((drawn < at) == below).sum())
    nearest, named = tuple(sorted(alone, key=lambda one: one.part)), {each.name: each for each in parameters}
    return Line(name, at, below, same, len(drawn), nearest, tuple(ends_of[:count]), named, tuple(ends_of[:MOST]))


def _crossing(parameter: Parameter, whole: float, need: float) -> Crossing:
    """``whole``: the log odds that the range brings from its low end to its high one."""
    width = parameter.high - parameter.low
    shift = need * width / whole
    return Crossing(parameter, parameter.likely + shift, shift > 0, abs(shift) / width)


def points(answer: Sensitivity) -> list[Point]:
    """Where the case is to be solved, each once."""
    return list(dict.fromkeys(point for one in lines(answer) for point in one.points))


def further(answer: Sensitivity) -> list[Point]:
    """The ends of the ranges of those that are not across a hair beyond: where the case is to be solved next."""
    wanted = [
        each.end
        for one in lines(answer)
        for each in one.alone[:MOST]
        if each.point in answer.there and not across(one, answer.there[each.point].chance)
    ]
    return list(dict.fromkeys(wanted))


def all_at_once(answer: Sensitivity) -> list[Point]:
    """The heaviest at once, where slopes have one number turn it round and the case, solved, has none: solved last."""
    wanted = (one.at_once for one in lines(answer) if one.alone and no_number(one, answer.there))
    return list(dict.fromkeys(point for point in wanted if point is not None))


def crossed(one: Line, each: Crossing, there: Mapping[Point, There]) -> Crossed:
    """What the case, solved, says of a number that carries it across by its slope."""
    near, end = there.get(each.point), there.get(each.end)
    if near is None:
        return "estimate"
    if across(one, near.chance):
        return "near"
    if end is not None and across(one, end.chance):
        return "end"
    return "lost" if math.isnan(near.chance) and (end is None or math.isnan(end.chance)) else "no"


def besides(one: Line, there: Mapping[Point, There], named: Collection[str] = ()) -> list[tuple[Parameter, Point]]:
    """Further numbers than those named which, solved at an end of their range, are across there."""
    return [(found, point) for point in there if (found := end_of(one, point)) and found.name not in named
            and across(one, there[point].chance)]  # fmt: skip


def no_number(one: Line, there: Mapping[Point, There]) -> bool:
    """Whether, the case solved, none of the numbers that are named turns it round, and no other that was solved."""
    return all(crossed(one, each, there) == "no" for each in one.alone[:MOST]) and not besides(one, there)


def details(answer: Sensitivity) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "line": one.name, "at": one.at, "below": one.below, "same_side_in_draws": one.same,
            "alone": [{"parameter": each.parameter.name, "title": each.parameter.title, "value": each.value,
                       "side": "above" if each.above else "below", "part_of_range": each.part} for each in one.alone],
            "together": {parameter.name: end for parameter, end in one.together},
            "solved": [{"numbers": dict(point), "chance": there.chance, "certified": there.certified,
                        "turns": across(one, there.chance)}
                       for point in _told(one, answer.there) if (there := answer.there.get(point))],
        }
        for one in lines(answer)
    ]  # fmt: skip


def _told(one: Line, there: Mapping[Point, There]) -> list[Point]:
    """The points that speak to a line: where slopes have it crossed, ends of ranges, then several of them at once."""
    ends, last = (point for point in there if end_of(one, point)), [one.at_once] if one.at_once else []
    return list(dict.fromkeys([*one.points, *ends, *last]))


def end_of(one: Line, point: Point) -> Parameter | None:
    """The parameter, if the point is one number at an end of its range."""
    found = one.parameters.get(point[0][0]) if len(point) == 1 else None
    return found if found is not None and point[0][1] in (found.low, found.high) else None


def across(one: Line, chance: float) -> bool:
    """Whether a chance lies on the other side of the line."""
    return chance > one.at if one.below else chance < one.at


def _odds(p: np.ndarray | float) -> np.ndarray:
    return np.asarray(logit(np.clip(p, _NEAR, 1 - _NEAR)))
