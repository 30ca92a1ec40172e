"""The discrete readings: published games, months reckoned by hand, and the limit of small steps."""

from __future__ import annotations

import json
import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.equilibrium.homotopy.trace import trace
from detente.equilibrium.homotopy.traced import Traced
from detente.equilibrium.stationary import solve
from detente.game.periods import Periods, periods, stochastic_game
from detente.game.periods.steps import competing
from detente.game.structure import compile  # noqa: A004
from detente.problems import DetenteError, Problems
from detente.scenario.load import check, load_text
from tests.game.months import AT_ONCE, CENTIPEDE, COUNTERS, CROSSED, IN_TURN, NO_CONSENT, ONE_CONSENT, strategic
from tests.game.small import TEXT

ANCHORS = Path(__file__).parents[1] / "anchors" / "logit.json"
CASES = {case["name"]: case for case in json.loads(ANCHORS.read_text(encoding="utf-8"))}


def traced(found: Periods) -> Traced:
    result = trace(found.game, found.precision, noise=found.noise)
    assert result.reached, result.status
    return result


@pytest.mark.parametrize("point", CASES["centipede4_agentQRE"]["points"], ids=lambda point: str(point["lam"]))
def test_the_centipede_in_turn_is_the_published_one(point: dict[str, Any]) -> None:
    found = periods(load_text(CENTIPEDE, "centipede"), {"lam": point["lam"]})
    play = traced(found)
    for n, (name, player) in enumerate((("one", "Player 1"), ("two", "Player 2"))):
        for turn, pile in enumerate(("small", "large")):
            row = found.row({"pile": pile}, name)
            passed, took = play.policy[row, n, :2]
            np.testing.assert_allclose([took, passed], point["profile"][player][turn], rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", ["stag_hunt_doc"])
def test_a_game_played_once_at_once_is_the_published_one(name: str) -> None:
    case = CASES[name]
    scenario = load_text(strategic(case["payoffs"]), "once")
    for point in case["points"]:
        found = periods(scenario, {"lam": point["lam"]})
        play = traced(found)
        row = found.row("2000-01", "all")
        np.testing.assert_allclose(play.policy[row, :, :2], point["profile"], rtol=0, atol=case["tol"])


def test_rows_say_which_state_and_whose_turn() -> None:
    found = periods(load_text(IN_TURN, "fence"))
    where = {"fence": "low", "mood": "sweet"}
    turns = [row.turn for row in found.rows if dict(row.levels) == where]
    assert turns == ["ours", "theirs", "ours answers theirs.ask", "court answers theirs.ask", "the month ends"]
    row = found.row(where, "court answers theirs.ask")
    assert found.game.states[row] == str(found.rows[row]) == "fence low, mood sweet; court answers theirs.ask"
    assert found.game.players == ("ours", "theirs", "court")
    assert found.game.actions == (
        ("wait", "build", "flatter", "yes", "no"),
        ("wait", "ask", "tear"),
        ("wait", "yes", "no"),
    )
    np.testing.assert_allclose(found.game.weight[2][row], [0.0, 0.9, 0.1])
    assert found.precision.tolist() == [0.5, 0.4, 1.0]
    assert found.first[found.state("2021-06")] == {found.row("2021-06", "ours"): 1.0}
    done = {"fence": "high", "mood": "sweet"}  # ours has nothing open there
    assert found.first[found.state(done)] == {found.row(done, "theirs"): 1.0}
    with pytest.raises(DetenteError, match="Nothing is 'ours' in that state; its turns: theirs"):
        found.row(done, "ours")
    with pytest.raises(DetenteError, match="There is no situation '2022'"):
        found.row("2022", "ours")
    np.testing.assert_array_equal(stochastic_game(found.scenario).transitions, found.game.transitions)


def test_labels_of_rows_are_kept_with_what_was_traced(tmp_path: Path) -> None:
    found = periods(load_text(CENTIPEDE, "centipede"))
    play = traced(found)
    play.save(tmp_path / "kept.npz")
    again = Traced.load(tmp_path / "kept.npz")
    assert again.game.states == found.game.states == tuple(str(row) for row in found.rows)
    np.testing.assert_array_equal(again.game.discounts, found.game.discounts)


class Fence:
    """The month of the small scenario, moves in turn, reckoned by hand from play as it was traced."""

    fade = np.array([0.9, 0.8, 0.95]) ** (1 / 12)
    lam = (0.5, 0.4, 1.0)

    def __init__(self, start: dict[tuple[int, bool], np.ndarray]):
        self.start = start  # values of a month's beginning, by fence and whether the mood is sweet

    def end(self, fence: int, sweet: bool) -> np.ndarray:
        def stands(fence: int, sweet: bool) -> np.ndarray:
            pay = np.array([0.0 if sweet else -2.0, -2.0 * fence / 2, 0.0])
            return pay + self.fade * self.start[fence, sweet]

        holiday, rot = -math.log(11 / 12), 0.05 if fence else 0.0
        some = 1 - math.exp(-holiday - rot)
        turned = 0.3 * stands(fence, True) + 0.7 * stands(fence, False)
        rotten = np.array([-1.0, 0, 0]) + stands(max(fence - 1, 0), sweet)
        happened = some * (holiday * turned + rot * rotten) / (holiday + rot)
        return happened + (1 - some) * stands(fence, sweet)

    def choose(self, mover: int, options: list[tuple[float, np.ndarray]]) -> np.ndarray:
        scores = np.array([w * math.exp(self.lam[mover] * (q[mover] - options[0][1][mover])) for w, q in options])
        return np.asarray(sum(p * q for p, (_, q) in zip(scores / scores.sum(), options, strict=True)))

    def theirs(self, fence: int, sweet: bool) -> np.ndarray:
        options = [(1.0, self.end(fence, sweet))]
        if fence:
            taken, refused = self.end(fence - 1, sweet), self.end(fence, False)
            court = self.choose(2, [(0.9, taken), (0.1, refused)])
            ours = self.choose(0, [(0.7, court), (0.3, refused)])
            options.append((1.0, ours - np.array([0, 0.1 if sweet else 0.2, 0])))
        else:
            options.append((0.01, self.end(fence, False)))
        return self.choose(1, options)

    def ours(self, fence: int, sweet: bool) -> np.ndarray:
        options = [(1.0, self.theirs(fence, sweet))]
        if fence < 2:
            built = 0.3 * self.theirs(fence + 1, False) + 0.7 * self.theirs(fence + 1, sweet)
            options.append((1.0, built - np.array([2.0, 0, 0])))
        if not sweet:
            options.append((1.0, self.theirs(fence, True)))
        return self.choose(0, options)


def test_a_month_in_turn_is_that_reckoned_by_hand() -> None:
    """With two consenters, asking, refusal, a dated rule beside a rate, payoffs of rules, an idle court."""
    found = periods(load_text(IN_TURN, "fence"))
    values = found.at_start(traced(found).value)
    names, moods = ("none", "low", "high"), {False: "sour", True: "sweet"}
    where = {(f, m): found.state({"fence": names[f], "mood": moods[m]}) for f, m in product(range(3), (False, True))}
    fence = Fence({key: values[state] for key, state in where.items()})
    for (f, m), state in where.items():
        np.testing.assert_allclose(fence.ours(f, m), values[state], rtol=1e-10)


@pytest.mark.parametrize(
    ("text", "noise"),
    [(ONE_CONSENT, "errors"), (NO_CONSENT, "shocks"), (NO_CONSENT, "raw")],
    ids=["errors and consent", "shocks", "raw"],
)
def test_small_steps_lead_to_the_game_in_continuous_time(text: str, noise: str) -> None:
    """The error is of order h: it halves with the step, and two steps extrapolated leave one of order h^2."""
    text = text.replace("unit: month\n", f"unit: month\nnoise: {noise}\n")
    structure = compile(load_text(text, "fence"))
    exact = solve(structure.game(), tolerance=1e-11)
    scenario = load_text(text.replace("unit: month\n", "unit: month\nmoves: in_turn\n"), "fence")
    values, play = [], []
    for step in (0.1, 0.05, 0.025):
        found = periods(scenario, step=step)
        result = traced(found)
        values.append(found.at_start(result.value))
        sour = found.row({"fence": "none", "mood": "sour"}, "ours")
        play.append(result.policy[sour, 0, 1])
    assert found.game.players == tuple(actor.name for actor in structure.scenario.actors)
    errors = [np.abs(value - exact.value).max() for value in values]
    assert errors[1] < 0.54 * errors[0]
    assert errors[2] < 0.52 * errors[1]
    better = [np.abs(2 * values[k + 1] - values[k] - exact.value).max() for k in (0, 1)]
    assert better[1] < 0.3 * better[0] < 0.05 * errors[0]
    here = structure.index({"fence": "none", "mood": "sour"})
    build = [k for k, action in enumerate(structure.scenario.actions) if action.name == "build"]
    chosen = [float(p[here]) for c, p in zip(structure.columns, exact.policy, strict=True) if c.action[here] in build]
    assert abs(play[2] - chosen[0]) < 0.52 * abs(play[1] - chosen[0])


def by_hand_at_once(values: dict[tuple[int, int], np.ndarray]) -> dict[tuple[int, int], np.ndarray]:
    """The stage payoffs (2, 2 or 3, ..) of the gate: Q of every profile, by state, from values of the month's start."""
    fade = np.array([0.9, 0.8, 0.9]) ** (1 / 12)

    def stands(gate: int, alarm: int) -> np.ndarray:
        return np.array([2.0 * gate / 2, -2.0 * alarm / 2, 0.0]) + fade * values[gate, alarm]

    def end(gate: int, alarm: int) -> np.ndarray:
        rust, quiet = (0.4 if gate else 0.0), (-math.log(0.75) if alarm else 0.0)
        if rust + quiet == 0:
            return stands(gate, alarm)
        some = 1 - math.exp(-rust - quiet)
        rusted = stands(max(gate - 1, 0), alarm) + np.array([0, 0, 2.0])
        happened = rust * rusted + quiet * (stands(gate, 0) - np.array([0, 1.0, 0]))
        return some * happened / (rust + quiet) + (1 - some) * stands(gate, alarm)

    found = {}
    for gate, alarm in values:
        worth = np.full((3, 2, 3), np.nan)
        for north, south in product(range(3), range(2)):
            if (north == 2 and not gate) or (south and gate == 1):
                continue
            pay = np.array([-1.0 if north == 1 else -0.2 if north == 2 else 0.0, 0, 0])
            total = np.zeros(3)
            for low, high in product((False, True), repeat=2):
                share = (0.3 if low else 0.7) if north == 1 else float(not low)
                share *= (0.09 if high else 0.91) if south else float(not high)
                after = 1 if south else (2, 0)[north - 1] if north else gate
                total += share * end(after, 2 if high else 1 if low else alarm) if share else 0.0
            worth[north, south] = pay + total
        found[gate, alarm] = worth
    return found


def test_a_month_at_once_is_that_reckoned_by_hand() -> None:
    """Effects read the state before, the later action wins on a factor that both set, their chances are independent."""
    found = periods(load_text(AT_ONCE, "gate"))
    assert len(found.rows) == 9
    play = traced(found)
    rows = {}
    for row, each in enumerate(found.rows):
        gate, alarm = (list(levels).index(each.levels[f]) for f, levels in LEVELS.items())
        rows[gate, alarm] = row
    worth = by_hand_at_once({key: play.value[row] for key, row in rows.items()})
    game = found.game
    for key, row in rows.items():
        profiles = (
            game.payoffs[row]
            + np.einsum("abct,tn->nabc", game.transitions[row], play.value) * game.discount[:, None, None, None]
        )[..., 0]
        open_here = ~np.isnan(worth[key][..., 0])
        np.testing.assert_array_equal(open_here, np.outer(game.mask[0][row], game.mask[1][row]))
        for n in range(3):
            np.testing.assert_allclose(profiles[n][open_here], worth[key][..., n][open_here], rtol=1e-9)
    assert game.weight[0][0].tolist()[:2] == [1.0, 0.5]


LEVELS = {"gate": ("shut", "ajar", "wide"), "alarm": ("none", "low", "high")}


def test_moves_at_once_reach_what_no_move_alone_does() -> None:
    """Each move shuts the other out, but not when both are made in the same month."""
    found = periods(load_text(CROSSED, "crossed"))
    both = {"gate": "wide", "alarm": "high"}
    row = found.row("2000-01", "all")
    onward = found.game.transitions[row, 1, 1]
    assert onward[found.row(both, "all")] == 1.0
    excluded = CROSSED.replace("situations:", "never: [gate is wide and alarm is high]\nsituations:")
    with pytest.raises(DetenteError, match="lead into what `never` excludes: gate wide, alarm high"):
        periods(load_text(excluded, "crossed"))
    in_turn = periods(load_text(excluded.replace("simultaneous", "in_turn"), "crossed"))
    assert all(row.levels != both for row in in_turn.rows)


def test_hazards_compete_and_what_is_sure_leaves_no_room() -> None:
    hazard = np.array([[0.1, np.inf, np.inf, 0.0], [0.3, 2.0, np.inf, 0.0], [0.0, 0.0, 1.0, 0.0]])
    chance = competing(hazard)
    some = 1 - math.exp(-0.4)
    np.testing.assert_allclose(chance[:, 0], [some / 4, 3 * some / 4, 0])
    np.testing.assert_allclose(chance[:, 1:], [[1, 0.5, 0], [0, 0.5, 0], [0, 0, 0]])


def test_a_discount_of_one_is_for_months_that_end() -> None:
    assert not [problem for problem in check(CENTIPEDE) if problem.severity == "error"]
    with pytest.raises(Problems, match="discount of one is 1; it must lie between 0 and 1"):
        load_text(CENTIPEDE.replace("moves: in_turn\n", ""), "centipede")
    endless = CENTIPEDE.replace(
        "then: {pile: taken}\n    gain: {one: 12.8", "then: {pile: small}\n    gain: {one: 12.8"
    )
    load_text(endless, "centipede")  # somebody may take it: so it ends
    idle = endless.replace("when: pile < taken\n", "when: pile is taken\n")
    with pytest.raises(Problems, match="discount of one can be 1, and the game never ends where pile is small"):
        load_text(idle, "centipede")
    while_it_lasts = CENTIPEDE.replace("outcomes:", "interests: {one: {joy: 1 if pile is small else 0}}\noutcomes:")
    assert len(periods(load_text(while_it_lasts, "centipede")).rows) == 6
    paid = CENTIPEDE.replace("outcomes:", "interests: {one: {joy: 1}}\noutcomes:")
    with pytest.raises(Problems, match="never ends where pile is small"):
        load_text(paid, "centipede")


def test_check_says_who_solves_it_and_where_it_is_written() -> None:
    said = [problem for problem in check(CENTIPEDE) if problem.code == "solved-by-trace"]
    assert len(said) == 1
    assert said[0].severity == "warning"
    assert "dt.trace" in said[0].render()
    assert said[0].place is not None
    assert (said[0].place.line, said[0].place.column) == (5, 8)
    assert not [problem for problem in check(TEXT) if problem.code == "solved-by-trace"]


@pytest.mark.parametrize(
    ("text", "numbers", "step", "told"),
    [
        (TEXT, None, None, "`moves: continuous`, and so no periods"),
        (TEXT.replace("unit: month\n", "unit: month\nmoves: simultaneous\n"), None, None, "theirs.ask needs consent"),
        (AT_ONCE, None, 0.5, "have no steps"),
        (IN_TURN, None, 1.5, "A step of 1.5 months"),
        (IN_TURN, {"luk": 0.3}, None, "no parameter 'luk'.*luck"),
        (IN_TURN, {"luck": 1.2}, None, "A chance of ours.build is 1.2; it must be between 0 and 1"),
        (IN_TURN, {"pace": -1.0}, None, "tempo of ours is -1; it must be at least 0"),
        (IN_TURN, None, "a", "A step of 'a' months"),
        (IN_TURN.replace("{ours: 0.7, court: 0.9}", "{ours: luck}"), {"luck": 1.0}, None, "A lean.*both excluded"),
        (COUNTERS, None, None, r"states\) x 9 profiles of actions \(3 x 3\) x .* at most 50,000,000"),
    ],
)
def test_what_has_no_such_reading_is_refused_with_a_sentence(
    text: str, numbers: dict[str, float] | None, step: Any, told: str
) -> None:
    with pytest.raises(DetenteError, match=told):
        periods(load_text(text, "scenario"), numbers, step)


def test_in_turn_is_refused_when_it_is_too_large() -> None:
    text = COUNTERS.replace("simultaneous", "in_turn")
    with pytest.raises(DetenteError, match=r"8,204 rows \(of 2,744 states\) x 9 profiles of actions \(3 x 3\)"):
        periods(load_text(text, "counters"))
