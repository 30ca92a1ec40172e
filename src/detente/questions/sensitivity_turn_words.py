"""What would carry a chance to the other side of a line, in words: see :mod:`detente.questions.sensitivity_turns`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from detente.questions.difference import LITTLE, NONE_TURNS
from detente.questions.sensitivity_turns import MOST, across, besides, crossed, lines
from detente.questions.words import listed, month, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.questions.sensitivity import Sensitivity
    from detente.questions.sensitivity_solved import Point, There
    from detente.questions.sensitivity_turns import Crossing, Line
    from detente.scenario.model import Parameter

WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


def turning(answer: Sensitivity) -> str:
    """What would turn it round, for a reader who knows no file: by titles alone."""
    name, date = answer.outcome.name, answer.situation.date.after(answer.months)
    by = "in" if answer.data.attrs["kind"] == "at" else "by"
    first, *others = (f"{_where(one)}; {_numbers(one, answer.there)}." for one in _merged(answer))
    head = f"{name[:1].upper()}{name[1:]} {by} {month(date)}, {percent(answer.central)},"
    return " ".join([f"{head} lies {first}", *(f"It lies {other}" for other in others)])


def _merged(answer: Sensitivity) -> list[Line]:
    """Lines of which all is the same but the name, as one."""
    told: dict[object, Line] = {}
    for one in lines(answer):
        alone = tuple((each.parameter.name, f"{each.value:.3g}") for each in one.alone)
        beyond = tuple(across(one, there.chance) for there in answer.there.values())
        key = (one.below, one.same, alone, one.together, beyond)
        told[key] = replace(one, name=f"{told[key].name} and {one.name}") if key in told else one
    return list(told.values())


def _where(one: Line) -> str:
    """'below one half in all 20 draws (no draw turns it round)'."""
    side = f"{'below' if one.below else 'above'} {one.name}"
    if not one.draws:
        return side
    few = ", though so few tell little" if one.draws <= LITTLE else ""
    if one.same == one.draws:
        return f"{side} in all {one.draws} draws{few or f' ({NONE_TURNS})'}"
    return f"{side} in {one.same} of {one.draws} draws{few}"


def _numbers(one: Line, there: Mapping[Point, There]) -> str:
    """Which numbers carry it across, alone or together, and what came out where the case was solved there."""
    alone = [(each.parameter.name, *_alone(one, each, there)) for each in one.alone[:MOST]]
    others = besides(one, there, {name for name, said, _ in alone if said})
    told = [said for _, said, _ in alone if said]
    told += [_between(one, found, point, there[point]) for found, point in others]
    if told:
        known = {found.name for found, _ in others}
        left = sum(each.parameter.name not in known for each in one.alone[MOST:])
        rest = f", or, by slopes alone, as one of {left} more goes towards an end" if left else ""
        how = "by estimate, " if any(estimated for *_, estimated in alone) else ""
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
    found = crossed(one, each, there)
    if found == "estimate":
        return f"{head})", True
    if found == "lost":
        return f"{head}; a hair beyond, the case could not be solved)", True
    near = there[each.point]
    if found == "near":
        return f"{head}; solved a hair beyond: {_chance(one, near)}, so it does)", True
    if found == "end":
        before = () if math.isnan(near.chance) else (each.point, near)
        return _between(one, each.parameter, each.end, there[each.end], *before), False
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
        + _nor_at_once(one, there)
    )


def _nor_at_once(one: Line, there: Mapping[Point, There]) -> str:
    """Whether several at once turn it round where none alone does; that it was not tried where it was not."""
    if one.at_once is None:
        return ""
    found, these = there.get(one.at_once), f"the {WORDS[len(one.heaviest)]} heaviest at once"
    where = listed([f"{parameter.said} at {end:.3g}" for parameter, end in one.heaviest])
    if found is None:
        return f"; {these} were not tried"
    if math.isnan(found.chance):
        return f"; with {these}, {where}, the case could not be solved"
    if across(one, found.chance):
        return f"; {these} do turn it round: solved with {where}, {_chance(one, found)}"
    return f"; nor do {these}: solved with {where}, {_chance(one, found)}"


def _at_once(one: Line, found: There | None) -> str:
    """What came out with all of the heaviest numbers at their ends."""
    if found is None:
        return ""
    these = f"these {WORDS.get(len(one.together), len(one.together))}"
    if math.isnan(found.chance):
        return f"; with {these} the case could not be solved, so the estimate stands alone"
    turns = "it does turn" if across(one, found.chance) else "it does not, though the slopes said so"
    return f"; solved with {these}: {_chance(one, found)}, so {turns}"


def _chance(one: Line, found: There) -> str:
    """The chance, with as many digits as tell it from the line."""
    p, at = 100 * found.chance, 100 * one.at
    finer = (f"{p:.{digits}f}%" for digits in (1, 2, 3) if f"{p:.{digits}f}" != f"{at:.{digits}f}")
    told = percent(found.chance) if percent(found.chance) != percent(one.at) else next(finer, percent(found.chance))
    return told if found.certified else f"{told} (not certified)"
