"""What each question says of when it turns round: all draws hold, some turn, too few; on made-up draws."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from detente.ensemble.draws import draw
from detente.questions import sensitivity_turns
from detente.questions.compare import Compare, compare
from detente.questions.sensitivity import _data
from detente.questions.sensitivity_solved import There
from detente.questions.sensitivity_turn_words import turning
from detente.questions.sensitivity_turns import Crossing, Line, all_at_once, details, further, line, points
from detente.questions.stability import stability
from detente.questions.stability_turns import ranking
from detente.questions.swept import Swept
from detente.questions.tipping import Tipping
from detente.questions.tipping_turns import along, by_level, elsewhere, passes_half, reach, tipping_as_now
from detente.questions.whatifs import whatifs
from detente.scenario.model import Scenario
from tests.border import MONTHS, asking, border
from tests.questions.test_tipping import bordered, tips

MANY = 20
P = {one.name: n for n, one in enumerate(border().parameters)}


def solved(scenario: Scenario, numbers: np.ndarray) -> Any:
    """As much of a solved case as these sentences ask for."""
    certified = np.ones(len(numbers), dtype=bool)
    settings = SimpleNamespace(method="", tolerance=0.0)
    report = SimpleNamespace(settings=settings, residual=0.0, regret=0.0, reached=1.0, converged=True)
    member = SimpleNamespace(certified=True, report=report)
    return SimpleNamespace(scenario=scenario, numbers=numbers, certified=certified, statement="", seed=0,
                           central=member, draws=(member,) * len(numbers))  # fmt: skip


def uneven(draws: int, name: str) -> np.ndarray:
    """Draws of the border in which one number goes from 0 to 1 and the others are shuffled."""
    rng = np.random.default_rng(0)
    numbers = np.stack([rng.permutation(np.linspace(0, 1, draws)) for _ in P], axis=1)
    numbers[:, P[name]] = np.linspace(0, 1, draws)
    return numbers


# --- compare


def sides(draws: int, turn: int, several: bool = False) -> Compare:
    """The border's two situations; in the last ``turn`` draws the first is blocked. Or a second case beside it."""
    one = compare([border()], months=MONTHS, asking=asking())
    case = solved(border(), uneven(draws, "hawks_loss"))
    gains = np.ones((draws + 1, 3))
    gains[len(gains) - turn :, 0] = -1.0
    each = zip(one.sides, (gains, np.ones_like(gains)), strict=True)
    made = [
        replace(side, ensemble=case, gains=mine, chance=np.repeat(side.chance[:1], draws + 1, axis=0))
        for side, mine in each
    ]
    if several:
        made[1] = replace(
            made[1], label="elsewhere", ensemble=solved(replace(border(), name="elsewhere"), case.numbers)
        )
    return Compare(tuple(made), MONTHS)


def test_compare_says_when_it_turns_round() -> None:
    assert "It is so on the same sides in 20 of 20 draws; no draw turns it round." in sides(MANY, 0).summary()
    said = sides(MANY, 6).summary()
    assert "It is so on the same sides in 14 of 20 draws; turns round when 'what hawks lose by any line' is" in said
    assert "higher: above 0.71 in all 6 draws where it does not hold, in none of the 14 where it does." in said
    assert "too few draws fall on one of the two sides" in sides(MANY, 2).summary()
    assert "in 3 of 6 draws; too few draws to say when it turns round." in sides(6, 3).summary()
    assert sides(MANY, 6).details()["sides"]["2024-06"]["turns"]["side"] == "above"
    assert "turns" not in sides(0, 0).summary()


def test_compared_cases_turn_each_by_its_own_numbers() -> None:
    said = sides(MANY, 6, several=True).summary()
    assert "Whether all gain: in 2024-06, turns round when 'what hawks lose by any line' is higher" in said
    assert "in elsewhere, no draw turns it round." in said


# --- stability


def test_stability_says_when_it_turns_round() -> None:
    one = stability(border(), asking=asking())
    assert one.equilibrium["SEQ"] is False

    def told(draws: int, turn: int) -> str:
        data = one.data.isel(draw=np.zeros(draws, dtype=int)).copy(deep=True)
        data["drawn"].loc[{"concept": "SEQ"}] = (np.arange(draws) >= draws - turn)[:, None]
        return replace(one, data=data, ensemble=solved(border(), uneven(draws, "threat"))).summary()

    assert "That it is no equilibrium by SEQ holds in 20 of 20 draws; no draw turns it round." in told(MANY, 0)
    said = (
        "holds in 14 of 20 draws; turns round when 'what massed troops cost Southland' is higher: above 0.71 in all 6"
    )
    assert said in told(MANY, 6)
    assert "too few draws to say" in told(6, 3)
    assert "by SEQ holds" not in told(0, 0)


def test_only_what_states_pay_and_where_moves_lead_can_turn_stability() -> None:
    named = ranking(border())
    assert {"threat", "clash_rate", "breakthrough", "hawks_share"} <= named
    assert not named & {"precision", "tempo", "patience", "raid_weight", "raid_cost", "effort"}


# --- what-ifs


def test_what_ifs_say_which_of_them_turn_round() -> None:
    one = whatifs(border(), months=MONTHS, asking=asking())

    def told(draws: int, turn: int) -> str:
        data = one.data.isel(draw=np.zeros(draws, dtype=int)).copy(deep=True)
        data["difference"][:] = data["central_difference"].values
        data["difference"].loc[{"change": "no raids"}] *= np.where(np.arange(draws) >= draws - turn, -1, 1)
        return replace(one, data=data, ensemble=solved(border(), uneven(draws, "raid_cost"))).summary()

    assert "Which way it moves, of each of them: no draw turns it round." in told(MANY, 0)
    said = told(MANY, 6)
    assert "with 'hawks stay' and 'a calmer line', no draw turns it round; with 'no raids', turns round when" in said
    assert "'what a raid costs' is higher: above 0.71 in all 6 draws" in said
    assert "with 'no raids', too few draws to say when it turns round." in told(6, 3)
    assert "Which way" not in told(0, 0)


# --- tipping


def swept(answer: Tipping, ways: list[int]) -> tuple[Tipping, Swept]:
    """The answer with draws that jump that way, or not at all (0), beyond today's value."""
    assert answer.swept is not None
    grid, today = answer.swept.central["grid"], answer.swept.today
    up, differ = np.zeros(len(grid)), np.zeros(len(grid), dtype=bool)
    none = {"grid": grid, "up": up, "down": up, "differ": differ, "jumps": np.zeros((0, 3))}
    drawn = [none | {"jumps": np.array([[today + 0.1 * way, today + 0.2 * way, way]])} if way else none for way in ways]
    one = replace(answer.swept, drawn=tuple(drawn))
    return replace(answer, swept=one, ensemble=solved(border(), uneven(len(ways), "hawks_loss"))), one


def test_tipping_says_when_it_turns_round_along_draws() -> None:
    answer, one = swept(tips(), [1] * 14 + [0, -1, 0, -1, 0, 0])
    assert tipping_as_now(one).tolist() == [True] * 14 + [False] * 6
    assert along(answer, one).startswith("That there is one above the likely value: turns round when 'what hawks lose")
    assert along(*swept(tips(), [1] * MANY)) == "That there is one above the likely value: no draw turns it round."
    assert (
        along(*swept(bordered(), [0] * 4 + [1] * 2)) == "That there is none: too few draws to say when it turns round."
    )
    assert along(*swept(bordered(), [0] * MANY)) == "That there is none: no draw turns it round."


def test_draws_that_jump_where_the_likely_numbers_do_not_are_told_of() -> None:
    _, one = swept(bordered(), [0] * 5 + [1, 1, -1])
    today, width = one.today, one.high - one.low
    found = re.fullmatch(r"; in the other 3 play jumps, ([\d.]+) of the range away, and the chance by (.*) points",
                         elsewhere(one))  # fmt: skip
    assert found, elsewhere(one)
    assert float(found[1]) == pytest.approx(abs(0.1 / width), rel=0.05), today
    assert elsewhere(swept(bordered(), [0] * 5)[1]) == ""


def test_tipping_along_the_likely_numbers_alone_says_what_it_rests_on() -> None:
    answer = tips()
    assert answer.swept is not None
    said = along(answer, replace(answer.swept, drawn=()))
    assert said.startswith(
        "It tips only as worth moves by 0.27 of its range, from 0 to 2.72; the chance passes one half"
    )
    assert said.endswith("That rests on the likely numbers of all else: no draw was followed along it.")
    none = bordered()
    assert none.swept is not None
    assert along(none, replace(none.swept, drawn=())).startswith(
        "No value of 'what hawks lose by any line' from 0.4 to 1.5 makes it tip; the chance stays on one side of one"
    )


def test_where_a_line_passes_one_half_nearest_to_today() -> None:
    answer = bordered()
    assert answer.swept is not None
    grid = np.linspace(0.4, 1.5, 12)
    curve = {
        "p": grid,
        "chance": 0.2 + 0.5 * (grid - 0.4),
        "kind": np.full(12, "point"),
        "stability": np.full(12, "stable"),
    }
    assert passes_half(replace(answer.swept, curve=curve)) == pytest.approx(1.0)
    assert passes_half(replace(answer.swept, curve=curve | {"chance": 0.2 + 0.1 * grid})) is None
    bent = 0.5 + (grid - 0.65) * (grid - 1.35)  # 0.8 today: 0.65 is nearer
    assert passes_half(replace(answer.swept, curve=curve | {"chance": bent})) == pytest.approx(0.65, abs=0.01)


def test_steps_of_a_factor_say_when_they_turn_round() -> None:
    answer = replace(bordered(), ensemble=solved(border(), uneven(MANY, "tempo")))
    shown = np.arange(-1, MANY) >= 14
    assert by_level(answer, shown).startswith("That it is not sudden along talks: turns round when 'how often the two")
    assert (
        by_level(answer, np.zeros(1 + MANY, dtype=bool)) == "That it is not sudden along talks: no draw turns it round."
    )
    assert by_level(answer, shown[:1]) == ""


# --- sensitivity


def rests(p: float, steep: dict[str, float], draws: int = MANY) -> Any:
    """An answer whose log odds are linear: by so much over the range of each number named, and by nothing else."""
    scenario = replace(border(), record=None)
    parameters = scenario.parameters
    slopes = np.array([steep.get(x.name, 0.0) / (x.high - x.low) for x in parameters])
    numbers, likely = draw(scenario, draws), np.array([x.likely for x in parameters])
    data = _data(scenario, numbers, expit(logit(p) + (numbers - likely) @ slopes), slopes * p * (1 - p), p)
    data.attrs["kind"] = "by"
    return SimpleNamespace(data=data, central=p, ensemble=solved(scenario, numbers), months=MONTHS, slopes=slopes,
                           outcome=scenario.outcomes[0], situation=scenario.situations[-1], there={})  # fmt: skip


def chance_at(answer: Any, **numbers: float) -> float:
    """The chance with some numbers elsewhere, by the linear odds themselves."""
    moved = sum(
        (value - border().parameters[P[name]].likely) * answer.slopes[P[name]] for name, value in numbers.items()
    )
    return float(expit(logit(answer.central) + moved))


@pytest.mark.parametrize(("p", "at"), [(0.3, 0.5), (0.7, 0.5), (0.3, 0.2), (0.02, 0.035)])
def test_one_number_crosses_where_the_odds_do(p: float, at: float) -> None:
    answer = rests(p, {"tempo": 4.0, "threat": -3.0, "effort": 0.1})
    one = line(answer, "a line", at)
    assert one.below == (p < at)
    crossed = {each.parameter.name: each for each in one.alone}
    for name, n in P.items():
        parameter = border().parameters[n]
        ends = [chance_at(answer, **{name: end}) for end in (parameter.low, parameter.high)]
        assert (name in crossed) == (min(ends) < at < max(ends))
    for name, each in crossed.items():
        assert chance_at(answer, **{name: each.value}) == pytest.approx(at)
        assert (chance_at(answer, **{name: each.value * 1.001}) > at) == (each.above == one.below)
    assert [each.part for each in one.alone] == sorted(each.part for each in one.alone)
    assert not (one.alone and one.together)


def test_together_are_as_few_as_can_be() -> None:
    answer = rests(0.2, {"tempo": 1.0, "threat": -0.9, "effort": 1.2, "precision": 0.3, "patience": -0.8})
    one = line(answer, "one half", 0.5)
    assert not one.alone
    at_ends = {parameter.name: end for parameter, end in one.together}
    assert chance_at(answer, **at_ends) > 0.5
    fewer = combinations([name for name, slope in zip(P, answer.slopes, strict=True) if slope], len(at_ends) - 1)
    for names in fewer:
        best = {
            name: getattr(border().parameters[P[name]], "high" if answer.slopes[P[name]] > 0 else "low")
            for name in names
        }
        assert chance_at(answer, **best) < 0.5


def test_sensitivity_tells_alone_together_and_not_at_all() -> None:
    alone = turning(rests(0.4, {"tempo": 2.0}))
    assert alone.startswith("Agreement by June 2027, 40%, lies below one half in ")
    assert "by estimate, it turns round when 'how often the two decide' is above 1.3 (likely 1)." in alone
    together = turning(rests(0.2, {"tempo": 1.0, "threat": -0.9, "effort": 0.9, "precision": 0.6}))
    assert "by estimate, no number alone carries it across within its stated range; the 3 heaviest at once" in together
    assert together.endswith(
        "might, at the ends of theirs, which is not solved: 'how often the two decide' at 2, 'what an invitation "
        "costs' at 0.5 and 'what massed troops cost Southland' at 0.2."
    )
    assert turning(rests(0.2, {"tempo": 0.1})).endswith(
        "by estimate, not even all numbers at once, each within its stated range, carry it across."
    )


def came_out(answer: Any, chance: float, certified: bool = True) -> str:
    """What is told with the same chance solved at every point."""
    return turning(SimpleNamespace(**vars(answer) | {"there": {p: There(chance, certified) for p in points(answer)}}))


def test_sensitivity_tells_what_came_out_where_it_was_solved() -> None:
    together = rests(0.2, {"tempo": 1.0, "threat": -0.9, "effort": 0.9, "precision": 0.6})
    assert [dict(point) for point in points(together)] == [{"tempo": 2, "effort": 0.5, "threat": 0.2}]
    said = came_out(together, 0.61)
    assert "the 3 heaviest at once might, at the ends of theirs: 'how often the two decide' at 2," in said
    assert said.endswith("at 0.2; solved with these three: 61%, so it does turn.")
    assert came_out(together, 0.46).endswith("solved with these three: 46%, so it does not, though the slopes said so.")
    assert came_out(together, 0.501, certified=False).endswith("three: 50.1% (not certified), so it does turn.")
    assert came_out(together, 0.498).endswith("three: 49.8%, so it does not, though the slopes said so.")
    assert came_out(together, np.nan).endswith(
        "; with these three the case could not be solved, so the estimate stands alone."
    )
    alone = rests(0.4, {"tempo": 2.0})
    said = came_out(alone, 0.504)
    assert said.endswith("is above 1.3 (likely 1; solved a hair beyond: 50.4%, so it does).")
    assert came_out(alone, 0.45).endswith(
        "; no one number is found to turn it round within its range; solved with the one that comes nearest by its "
        "slope: 'how often the two decide' at 1.32 (45%)."
    )
    assert came_out(alone, np.nan).endswith("(likely 1; a hair beyond, the case could not be solved).")
    assert came_out(rests(0.2, {"tempo": 0.1}), 0.9) == turning(rests(0.2, {"tempo": 0.1}))


def told_at(answer: Any, **chances: float) -> str:
    """What is told with these solved: NAME_near a hair beyond, NAME_low and NAME_high at ends of its range."""
    near = {each.parameter.name: each.point for each in line(answer, "one half", 0.5).alone}
    there = {}
    for key, chance in chances.items():
        name, where = key.rsplit("_", 1)
        point = near[name] if where == "near" else ((name, getattr(border().parameters[P[name]], where)),)
        there[point] = There(chance, True)
    return turning(SimpleNamespace(**vars(answer) | {"there": there}))


def test_it_is_never_said_to_turn_where_the_case_solved_does_not() -> None:
    two = rests(0.4, {"tempo": 2.0, "threat": -3.0})
    near = line(two, "one half", 0.5).alone
    assert {one.parameter.name: one.end[0][1] for one in near} == {"tempo": 2.0, "threat": 0.2}
    ahead = SimpleNamespace(**vars(two) | {"there": {one.point: There(0.45, True) for one in near}})
    assert set(further(ahead)) == {one.end for one in near}
    said = told_at(two, tempo_near=0.45, threat_near=0.44, tempo_high=0.47, threat_low=0.48)
    assert "turns round when" not in said
    assert "it does" not in said
    assert "; no one number is found to turn it round within its range; solved with each of the two that come" in said
    assert "at the end of its range: " in said
    assert "'how often the two decide' at 2 (47%)" in said
    assert "'what massed troops cost Southland' at 0.2 (48%)" in said
    said = told_at(two, tempo_near=0.45, threat_near=0.44, tempo_high=0.53, threat_low=0.48)
    assert said.endswith(
        "draws; it turns round when 'how often the two decide' goes above a value somewhere between 1.32 and 2 "
        "(likely 1; solved: 45% at 1.32 and 53% at 2)."
    )
    said = told_at(two, tempo_near=0.52, threat_near=0.44, threat_low=0.48)
    assert said.endswith("by estimate, it turns round when 'how often the two decide' is above 1.3 (likely 1; solved "
                         "a hair beyond: 52%, so it does).")  # fmt: skip
    said = told_at(two, tempo_near=np.nan, threat_near=0.44, tempo_high=0.53, threat_low=np.nan)
    assert "above a value somewhere between 1 and 2 (likely 1; solved: 53% at 2)." in said
    said = told_at(two, tempo_near=0.45, threat_near=0.44, tempo_high=np.nan, threat_low=np.nan)
    assert "'how often the two decide' at 1.32 (45%)" in said
    assert "at the end of its range" not in said


def test_where_no_number_alone_does_the_heaviest_are_tried_at_once() -> None:
    def at(answer: Any, chance: float, together: float | None = None) -> Any:
        """All that is asked of single numbers comes out alike, and then what they bring together."""
        there: dict[Any, There] = {}
        for wanted in (points, further):
            asked = SimpleNamespace(**vars(answer) | {"there": there})
            there = there | {point: There(chance, True) for point in wanted(asked)}
        found = SimpleNamespace(**vars(answer) | {"there": there})
        if together is not None:
            found.there = there | {point: There(together, True) for point in all_at_once(found)}
        return found

    two = rests(0.4, {"tempo": 2.0, "threat": -3.0})
    (once,) = all_at_once(at(two, 0.45))
    assert dict(once) == {"tempo": 2.0, "threat": 0.2}
    heaviest = "'how often the two decide' at 2 and 'what massed troops cost Southland' at 0.2"
    assert turning(at(two, 0.45)).endswith("(45%); the two heaviest at once were not tried.")
    assert turning(at(two, 0.45, 0.48)).endswith(f"; nor do the two heaviest at once: solved with {heaviest}, 48%.")
    assert turning(at(two, 0.45, 0.54)).endswith(
        f"; the two heaviest at once do turn it round: solved with {heaviest}, 54%."
    )
    assert turning(at(two, 0.45, np.nan)).endswith(
        f"; with the two heaviest at once, {heaviest}, the case could not be solved."
    )
    assert details(at(two, 0.45, 0.54))[0]["solved"][-1] == {
        "numbers": dict(once), "chance": 0.54, "certified": True, "turns": True}  # fmt: skip
    assert all_at_once(at(two, 0.55)) == []  # one does
    assert all_at_once(at(rests(0.4, {"tempo": 2.0}), 0.45)) == []  # nothing else bears on it
    assert all_at_once(at(rests(0.2, {"tempo": 1.0, "threat": -0.9, "effort": 0.9}), 0.45)) == []  # tried already
    four = rests(0.4, {"tempo": 2.0, "threat": -3.0, "effort": 0.5, "patience": 0.4})
    assert len(*all_at_once(at(four, 0.45))) == 3


def test_a_number_that_turns_it_solved_though_not_by_its_slope_is_told() -> None:
    flat = rests(0.2, {"tempo": 0.1})
    assert told_at(flat, tempo_low=0.6, tempo_high=0.3).endswith(
        "draws (no draw turns it round); it turns round when 'how often the two decide' goes below a value somewhere "
        "between 1 and 0.5 (likely 1; solved: 60% at 0.5)."
    )
    assert told_at(flat, tempo_low=0.3, tempo_high=0.3) == turning(flat)


def test_a_hair_beyond_is_beyond_and_within_the_range() -> None:
    for p, at, steep in ((0.4, 0.5, 2.0), (0.4, 0.5, -2.0), (0.6, 0.5, 2.0), (0.4, 0.7, 1.88)):
        answer = rests(p, {"tempo": steep})
        (crossing,) = line(answer, "a line", at).alone
        ((name, value),) = crossing.point
        assert (chance_at(answer, **{name: value}) > at) == (p < at)
        assert crossing.parameter.low <= value <= crossing.parameter.high
        assert abs(value - crossing.value) <= 0.011 * (crossing.parameter.high - crossing.parameter.low)
    far = Crossing(crossing.parameter, crossing.parameter.high - 1e-9, True, 0.6)
    assert far.point == ((crossing.parameter.name, crossing.parameter.high),)


def test_lines_are_told_apart_where_what_was_solved_crosses_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensitivity_turns, "base_rate", lambda *_: SimpleNamespace(chance=0.48))
    answer = rests(0.2, {"tempo": 1.0, "threat": -0.9, "effort": 0.9}, 0)
    assert "lies below one half and the base rate (48%); by estimate" in came_out(answer, 0.6)
    said = came_out(answer, 0.49)
    assert "lies below one half; by" in said
    assert "49%, so it does not, though the slopes said so. It lies below the base rate (48%); by" in said
    assert said.endswith("49%, so it does turn.")


def test_sensitivity_tells_of_few_draws_and_of_none() -> None:
    assert "lies below one half in all 4 draws, though so few tell little; by" in turning(rests(0.2, {"tempo": 0.1}, 4))
    assert "lies below one half; by estimate" in turning(rests(0.2, {"tempo": 0.1}, 0))
    some = rests(0.45, {"tempo": 4.0})
    same = int((some.data["chance"].values < 0.5).sum())
    assert 0 < same < MANY
    assert f"lies below one half in {same} of 20 draws; by estimate," in turning(some)


def test_the_base_rate_is_a_line_of_its_own_unless_the_same_is_to_be_said_of_it() -> None:
    answer = rests(0.3, {"tempo": 3.0})
    answer.ensemble.scenario = border()
    said = turning(answer)
    assert "lies below one half in" in said
    assert " It lies above the base rate (" in said
    low = rests(0.001, {"tempo": 0.1})
    low.ensemble.scenario = border()
    assert "lies below one half and the base rate (" in turning(low)


def test_a_line_says_what_it_is() -> None:
    one = line(rests(0.2, {}), "one half", 0.5)
    assert one == Line("one half", 0.5, True, MANY, MANY, (), ())


def test_a_reach_whose_ends_are_told_alike_is_told_once() -> None:
    assert [reach(each) for each in (["0.72"], ["0.72", "0.72"], ["0.48", "0.5", "0.55"])] == [
        "0.72", "0.72", "0.48 to 0.55"]  # fmt: skip
