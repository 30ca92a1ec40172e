r"""What would carry a chance to the other side of a line: of one half, and of the base rate.

With log odds additive in the parameters, as :mod:`detente.questions.sensitivity` reads the slopes, a chance p crosses a
line t as one parameter goes to

    x_i = likely_i + (logit t - logit p) / g_i

if that lies in its stated range. Where none does, it is told how many of the heaviest would at once, each at the end of
its range that carries the chance that way. That is an estimate from slopes at the likely numbers. So the case is solved
there, a hair beyond the crossing or with all of the heaviest at their ends, and what came out is told beside it
(:mod:`detente.questions.sensitivity_solved`). Where the chance is not across yet, the case is solved with that number
at the end of its range too: it turns somewhere between, or is not said to turn. Any other number that was solved at its
end and is across there is told as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logit

from detente.questions.base_rates import base_rate
from detente.questions.difference import LITTLE, NONE_TURNS
from detente.questions.words import listed, month, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.questions.sensitivity import Sensitivity
    from detente.questions.sensitivity_solved import Point, There
    from detente.scenario.model import Parameter

MOST = 3  # parameters named
HALF = 0.5
HAIR = 0.01  # of a range: so far beyond a crossing the case is solved
WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
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
    heaviest = ((parameters[i], parameters[i].high if reach[1, i] > 0 else parameters[i].low) for i in order[:count])
    same = int(((drawn < at) == below).sum())
    nearest, named = tuple(sorted(alone, key=lambda one: one.part)), {each.name: each for each in parameters}
    return Line(name, at, below, same, len(drawn), nearest, tuple(heaviest), named)


def _crossing(parameter: Parameter, whole: float, need: float) -> Crossing:
    """``whole``: the log odds that the range brings from its low end to its high one."""
    width = parameter.high - parameter.low
    shift = need * width / whole
    return Crossing(parameter, parameter.likely + shift, shift > 0, abs(shift) / width)


def turning(answer: Sensitivity) -> str:
    """What would turn it round, for a reader who knows no file: by titles alone."""
    name, date = answer.outcome.name, answer.situation.date.after(answer.months)
    by = "in" if answer.data.attrs["kind"] == "at" else "by"
    first, *others = (f"{_where(one)}; {_numbers(one, answer.there)}." for one in _merged(answer))
    head = f"{name[:1].upper()}{name[1:]} {by} {month(date)}, {percent(answer.central)},"
    return " ".join([f"{head} lies {first}", *(f"It lies {other}" for other in others)])


def points(answer: Sensitivity) -> list[Point]:
    """Where the case is to be solved, each once."""
    return list(dict.fromkeys(point for one in lines(answer) for point in one.points))


def further(answer: Sensitivity) -> list[Point]:
    """The ends of the ranges of those that are not across a hair beyond: where the case is to be solved next."""
    wanted = [
        each.end
        for one in lines(answer)
        for each in one.alone[:MOST]
        if each.point in answer.there and not _across(one, answer.there[each.point].chance)
    ]
    return list(dict.fromkeys(wanted))


def _merged(answer: Sensitivity) -> list[Line]:
    """Lines of which all is the same but the name, as one."""
    told: dict[object, Line] = {}
    for one in lines(answer):
        alone = tuple((each.parameter.name, f"{each.value:.3g}") for each in one.alone)
        across = tuple(_across(one, there.chance) for there in answer.there.values())
        key = (one.below, one.same, alone, one.together, across)
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
            "solved": [{"numbers": dict(point), "chance": there.chance, "certified": there.certified,
                        "turns": _across(one, there.chance)}
                       for point in _told(one, answer.there) if (there := answer.there.get(point))],
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


def _told(one: Line, there: Mapping[Point, There]) -> list[Point]:
    """The points that speak to a line: where slopes have it crossed, then ends of ranges."""
    return list(dict.fromkeys([*one.points, *(point for point in there if _end(one, point))]))


def _end(one: Line, point: Point) -> Parameter | None:
    """The parameter, if the point is one number at an end of its range."""
    found = one.parameters.get(point[0][0]) if len(point) == 1 else None
    return found if found is not None and point[0][1] in (found.low, found.high) else None


def _numbers(one: Line, there: Mapping[Point, There]) -> str:
    """Which numbers carry it across, alone or together, and what came out where the case was solved there."""
    crossed = [(each.parameter.name, *_alone(one, each, there)) for each in one.alone[:MOST]]
    named = {name for name, said, _ in crossed if said}
    besides = _besides(one, there, named)
    told = [said for _, said, _ in crossed if said] + [said for _, said in besides]
    if told:
        known = {name for name, _ in besides}
        left = sum(each.parameter.name not in known for each in one.alone[MOST:])
        rest = f", or, by slopes alone, as one of {left} more goes towards an end" if left else ""
        how = "by estimate, " if any(estimated for *_, estimated in crossed) else ""
        return f"{how}it turns round when {' or '.join(told)}{rest}"
    if one.alone:
        return _none(one, there)
    if one.together:
        count = len(one.together)
        heaviest = [f"{parameter.said} at {end:.3g}" for parameter, end in one.together[:MOST]]
        heaviest += [f"{count - MOST} more"] if count > MOST else []
        found = there.get(one.points[0])
        unsolved = "" if found else ", which is not solved"
        return (
            "by estimate, no number alone carries it across within its stated range; the "
            f"{count} heaviest at once might, at the ends of theirs{unsolved}: {listed(heaviest)}{_at_once(one, found)}"
        )
    return "by estimate, not even all numbers at once, each within its stated range, carry it across"


def _alone(one: Line, each: Crossing, there: Mapping[Point, There]) -> tuple[str, bool]:
    """Where one number turns it round, '' where the case solved says that it does not; whether that is an estimate."""
    head = f"{each.parameter.said} is {'above' if each.above else 'below'} {each.value:.3g}"
    head += f" (likely {each.parameter.likely:.3g}"
    near, end = there.get(each.point), there.get(each.end)
    if near is None:
        return f"{head})", True
    if _across(one, near.chance):
        return f"{head}; solved a hair beyond: {_chance(one, near)}, so it does)", True
    lost = math.isnan(near.chance)
    if end is not None and _across(one, end.chance):
        return _between(one, each.parameter, each.end, end, *(() if lost else (each.point, near))), False
    if lost and (end is None or math.isnan(end.chance)):
        return f"{head}; a hair beyond, the case could not be solved)", True
    return "", False


def _between(
    one: Line, parameter: Parameter, at: Point, found: There, before: Point | None = None, near: There | None = None
) -> str:
    """A number of which solving told no more than that it is across at one value and not yet at another."""
    end, since = at[0][1], before[0][1] if before else parameter.likely
    way = "above" if end > since else "below"
    not_yet = "" if before is None or near is None else f"{_chance(one, near)} at {since:.3g} and "
    return (
        f"{parameter.said} goes {way} a value somewhere between {since:.3g} and {end:.3g} "
        f"(likely {parameter.likely:.3g}; solved: {not_yet}{_chance(one, found)} at {end:.3g})"
    )


def _besides(one: Line, there: Mapping[Point, There], named: set[str]) -> list[tuple[str, str]]:
    """Further numbers which, solved at an end of their range, are across: their names, and what is said."""
    across = [(found, point) for point in there if (found := _end(one, point)) and found.name not in named
              and _across(one, there[point].chance)]  # fmt: skip
    return [(found.name, _between(one, found, point, there[point])) for found, point in across]


def _none(one: Line, there: Mapping[Point, There]) -> str:
    """None of those named turns it round, the case solved: what came out, as far out as each was solved."""
    nearest, said, ends = one.alone[:MOST], [], True
    for each in nearest:
        point = each.end if each.end in there and not math.isnan(there[each.end].chance) else each.point
        ends = ends and point == each.end
        said.append(f"{each.parameter.said} at {point[0][1]:.3g} ({_chance(one, there[point])})")
    one_alone, several = "the one that comes nearest by its slope", "that come nearest by their slopes"
    which = one_alone if len(nearest) == 1 else f"each of the {WORDS[len(nearest)]} {several}"
    more = len(one.alone) - len(nearest)
    return (
        f"no one number is found to turn it round within its range; solved with {which}"
        f"{', at the end of its range' if ends else ''}: {listed(said)}"
        + (f"; by slopes alone {more} more would, and {'is' if more == 1 else 'are'} not solved" if more else "")
    )


def _at_once(one: Line, found: There | None) -> str:
    """What came out with all of the heaviest numbers at their ends."""
    if found is None:
        return ""
    these = f"these {WORDS.get(len(one.together), len(one.together))}"
    if math.isnan(found.chance):
        return f"; with {these} the case could not be solved, so the estimate stands alone"
    turns = "it does turn" if _across(one, found.chance) else "it does not, though the slopes said so"
    return f"; solved with {these}: {_chance(one, found)}, so {turns}"


def _chance(one: Line, found: There) -> str:
    """The chance, with as many digits as tell it from the line."""
    p, at = 100 * found.chance, 100 * one.at
    finer = (f"{p:.{digits}f}%" for digits in (1, 2, 3) if f"{p:.{digits}f}" != f"{at:.{digits}f}")
    told = percent(found.chance) if percent(found.chance) != percent(one.at) else next(finer, percent(found.chance))
    return told if found.certified else f"{told} (not certified)"


def _across(one: Line, chance: float) -> bool:
    """Whether a chance lies on the other side of the line."""
    return chance > one.at if one.below else chance < one.at


def _odds(p: np.ndarray | float) -> np.ndarray:
    return np.asarray(logit(np.clip(p, _NEAR, 1 - _NEAR)))
