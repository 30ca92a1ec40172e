"""Tracing told: the classics against closed forms and Gambit, each draw by itself, trees, and what cannot be traced."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from detente.ensemble.draws import draw
from detente.equilibrium.homotopy.trace import trace
from detente.game.gambit import read_efg, read_gambit, read_strategic
from detente.game.gambit.nfg import Strategic
from detente.game.periods import periods
from detente.problems import DetenteError
from detente.questions import trace_course, trace_textbook
from detente.questions.answer import Finding
from detente.questions.trace import Principal, principal_branch
from detente.questions.trace_picture import Axis
from detente.questions.trace_turns import centred
from detente.scenario.cases import case
from detente.scenario.load import load_text
from tests.game.months import AT_ONCE, IN_TURN, strategic
from tests.questions.pictures import drawn

KNOWN = Path(__file__).parents[1] / "anchors"
CENTIPEDE = next(
    one
    for one in json.loads((KNOWN / "logit.json").read_text(encoding="utf-8"))
    if one["name"] == "centipede4_agentQRE"
)
FOLDING = json.loads((KNOWN / "gambit.json").read_text(encoding="utf-8"))["games"][7]  # two folds
CRISIS = """EFG 2 R "Aid first" { "State" "Rival" } ""
c "" 1 "luck" { "calm" 1/4 "storm" 3/4 } 1 "aid" { 1, 2 }
p "" 1 1 "calm sea" { "go" "stay" } 0
t "" 2 "" { 4, 0 }
t "" 0
p "" 2 1 "storm" { "help" "leave" "rob" } 0
t "" 3 "" { 2, 1 }
t "" 4 "" { 0, 0 }
t "" 5 "" { -4, 3 }
"""


@cache
def classic(name: str, precision: float | None = None) -> Principal:
    return principal_branch(case(name), precision, draws=5)


def chances(answer: Principal, name: str) -> list[float]:
    """The chances of an action, decision by decision."""
    return [float(answer.data["chance"][k]) for k in np.flatnonzero(answer.data["action"].values == name)]


def folding() -> Strategic:
    names = tuple(tuple(str(a + 1) for a in range(size)) for size in FOLDING["sizes"])
    pays = np.stack([np.reshape(pay, FOLDING["sizes"]) for pay in FOLDING["payoffs"]])
    return Strategic("It folds", ("a", "b", "c"), names, pays)


def excess(p: float, worst: str, numbers: dict[str, float]) -> float:
    """How far p lies from the logit reply to itself in a symmetric game of two."""
    alone, together = numbers["temptation"] - numbers["reward"], numbers[worst] - numbers["sucker"]
    return p - float(expit(numbers["precision"] * ((1 - p) * alone + p * together)))


@pytest.mark.parametrize(
    ("name", "action", "worst"), [("prisoners-dilemma", "confess", "punishment"), ("chicken", "drive on", "crash")]
)
def test_two_by_two_is_its_closed_form_in_each_draw(name: str, action: str, worst: str) -> None:
    answer, scenario = classic(name), case(name)
    known = brentq(excess, 0, 1, (worst, scenario.likely), xtol=1e-14)
    assert chances(answer, action) == pytest.approx([known, known], abs=1e-9)
    for row, told in zip(draw(scenario, 5), answer.data["drawn"].values, strict=True):
        numbers = dict(zip(scenario.likely, row, strict=True))
        p = brentq(excess, 0, 1, (worst, numbers), xtol=1e-14)
        np.testing.assert_allclose(told, [1 - p, p, 1 - p, p], atol=1e-8)
    finding = answer.findings()[0]
    told = answer.data["drawn"].values[:, int(answer.data["chance"].values[:2].argmax())]
    assert (finding.low, finding.high) == pytest.approx(tuple(np.quantile(told, (0.05, 0.95))))


def test_the_prisoners_dilemma_in_words() -> None:
    said = classic("prisoners-dilemma").summary()
    assert "The first suspect and the second suspect mostly choose confess, with 73%" in said
    assert "at every precision above 0" in said
    assert "Together confess / confess comes about with 53%." in said
    assert "It is worth 1.27 (" in said
    assert "met no fold and no crossing with another." in said
    assert (
        "the Nash equilibrium: the first suspect, confess; the second suspect, confess. The game has no other." in said
    )


def test_chicken_selects_the_third_of_three_and_meets_the_crossing_beyond() -> None:
    answer = classic("chicken")
    assert answer.met == ()
    assert [one.kind for one in answer.later] == ["bifurcation"]
    said = answer.summary()
    assert "Beyond, it meets a crossing at precision 1.07, beyond which there are other equilibria too." in said
    assert "The game has 3 Nash equilibria: (1) the first driver wait, the second driver drive on;" in said
    third = "wait with 75% and drive on with 25%"
    assert f"(3) the first driver {third}, the second driver {third}. This is (3)." in said
    assert "met a crossing at precision 1.07" in classic("chicken", 2.0).summary()
    drawn_met = answer.data["drawn_met"].values
    assert f"In {int((drawn_met > 0).sum())} of 5 draws" in said


@pytest.mark.parametrize("point", CENTIPEDE["points"], ids=lambda point: str(point["lam"]))
def test_the_centipede_is_gambits(point: dict[str, Any]) -> None:
    known = [point["profile"][f"Player {n}"][node][0] for node in (0, 1) for n in (1, 2)]
    answer = classic("centipede", point["lam"])
    assert chances(answer, "take") == pytest.approx(known, abs=1e-8)
    gets = np.cumprod([1.0, *(1 - p for p in known[:3])])
    visits = answer.play.visits(answer.found.policy)
    assert [visits[turn.row] for turn in answer.play.turns] == pytest.approx(gets.tolist(), abs=1e-8)


def test_from_where_on_is_where_the_lead_changes() -> None:
    """The centipede's third node takes from 0.56 on, its first turns to taking at 2.53, as tracing there says."""
    said = classic("centipede").summary()
    assert "With round late, the first player mostly chooses take" in said
    assert "from precision 0.56 on." in said
    assert "at lower precision too; above 2.5 it mostly chooses take." in said
    found = periods(case("centipede"))
    take = [[trace(found.game, lam).policy[row, 0, 1] for row in (0, 3)] for lam in (0.55, 0.57, 2.52, 2.54)]
    assert [[p > 0.5 for p in row] for row in take] == [[False, False], [False, True], [False, True], [True, True]]
    assert "It is what backward induction, worked out from the end, gives too." in said
    assert answer_known(classic("centipede"))["actions"] == ["take"] * 4


def table_of(payoffs: np.ndarray, names: tuple[tuple[str, ...], ...]) -> Strategic:
    return Strategic("made up", tuple("AB"[: len(names)]), names, payoffs)


def test_each_action_that_comes_to_lead_is_named_in_turn() -> None:
    """Against play of chance 'flat' is best; as B grows surer of r, first 'mid' is, then 'steep'."""
    own = np.array([[1.0, 1.0], [0.4, 1.3], [-1.5, 1.5]])
    game = table_of(np.stack([own, np.array([[0.0, 1.0]] * 3)]), (("flat", "mid", "steep"), ("l", "r")))
    told = principal_branch(game, 0.2, draws=0).summary()
    found = re.search(r"chooses flat, with 3\d%, at lower precision too; above ([\d.]+) it mostly chooses mid and "
                      r"above ([\d.]+) steep", told)  # fmt: skip
    assert found, told
    r = expit(np.array([float(one) for one in found.groups()]))
    worth = own[:, :1] * (1 - r) + own[:, 1:] * r
    assert worth[0, 0] == pytest.approx(worth[1, 0], abs=0.01)
    assert worth[1, 1] == pytest.approx(worth[2, 1], abs=0.015)


def test_a_constant_in_payoffs_hides_nothing() -> None:
    dilemma = np.array([[[2.0, 0.0], [3.0, 1.0]], [[2.0, 3.0], [0.0, 1.0]]])
    names = (("silent", "confess"),) * 2
    plain, high = (principal_branch(table_of(dilemma + c, names), 1.0, draws=0).summary() for c in (0.0, 10_000.0))
    assert "Nobody could gain more than 0.27 by" in plain
    assert "Nobody could gain more than 0.27 by" in high
    assert "It is worth 1.27 to A and 1.27 to B" in plain
    assert "It is worth 10001.27 to A and 10001.27 to B" in high


ENTRY = """EFG 2 R "Entry" {{ "In" "Old" }} ""
p "" 1 1 "" {{ "enter" "out" }} 0
p "" 2 1 "" {{ "fight" "yield" }} 0
t "" 1 "" {{ {0}, {0} }}
t "" 2 "" {{ {1}, {1} }}
t "" 3 "" {{ {2}, {3} }}
"""


def test_a_large_constant_changes_nobodys_play_and_loses_no_branch() -> None:
    """The equilibria are those of the differences; the same holds of a tree whose paths end after one step or two."""
    stag, names, large = np.array([[[4.0, 0.0], [3.0, 2.0]], [[4.0, 3.0], [0.0, 2.0]]]), (("stag", "hare"),) * 2, 1e12
    for precision in (0.7, math.inf):
        plain, high = (principal_branch(table_of(stag + c, names), precision) for c in (0.0, large))
        np.testing.assert_allclose(high.data["chance"], plain.data["chance"], atol=1e-9)
        np.testing.assert_allclose(high.data["value"] - large, plain.data["value"], atol=1e-3)
        trees = [read_efg(ENTRY.format(c - 1, c + 1, c, c + 2)) for c in (0, int(large))]
        plain, high = (principal_branch(tree, precision) for tree in trees)
        np.testing.assert_allclose(high.data["chance"], plain.data["chance"], atol=1e-9)
        np.testing.assert_allclose(high.data["value"] - large, plain.data["value"], atol=1e-3)
    assert "Old at enter, yield. It is what backward induction" in high.summary()


def test_payoffs_without_a_large_constant_are_left_as_they_are() -> None:
    tree = read_efg(CRISIS)
    game, constant = centred(tree.game(), tree.folded.start)
    assert not constant.any()
    assert (game.payoffs == tree.game().payoffs).all()


def test_ties_are_told() -> None:
    one = principal_branch(table_of(np.array([[[1.0, 1], [0, 0]], [[1.0, 0], [1, 0]]]), (("u", "d"), ("l", "r"))))
    assert "Payoffs tie" not in one.summary()
    game = table_of(np.array([[[1.0, 0], [1, 0]], [[1.0, 0], [0, 1]]]), (("u", "d"), ("l", "r")))
    said = principal_branch(game).summary()
    assert "there may be infinitely many Nash equilibria; those in pure actions are: A u, B l; A d, B r." in said
    said = principal_branch(read_efg(ENTRY.format(1, 1, 0, 2))).summary()
    assert "Backward induction says no one thing here: fight and yield are worth the same to Old at enter" in said


DILEMMA = 'NFG 1 R "D" { "A" "B" } { 2 2 }\n\n3 3 5 0 0 5 1 1'
THREE = 'NFG 1 R "D" { "A" "B" "C" } { 2 2 2 }\n\n4 4 4 5 2 2 2 5 2 3 3 0 2 2 5 3 0 3 0 3 3 1 1 1'
MEET = 'NFG 1 R "M" { "A" "B" } { { "x" "y" "z" } { "x" "y" "z" } }\n\n3 3 0 0 0 0 0 0 2 2 0 0 0 0 0 0 1 1'
RINGS = 'NFG 1 R "R" { "A" "B" } { 3 3 }\n\n0 0 1 -1 -1 1 -1 1 0 0 1 -1 1 -1 -1 1 0 0'


def test_a_chance_in_the_limit_is_told_of_the_limit_only() -> None:
    """On the way there it is 73%, say; only that the action leads holds at every precision."""
    at_one, said = (principal_branch(read_strategic(DILEMMA), each) for each in (1.0, math.inf))
    assert 0.5 < chances(at_one, "2")[0] < 0.99
    assert "A and B choose 2, with 100% in the limit; it leads at every precision above 0." in said.summary()
    late = principal_branch(table_of(np.array([[[1.0, 1.0], [0.4, 1.3]], [[0.0, 1.0], [0.0, 1.0]]]), (("l", "r"),) * 2))
    assert re.search(r"A chooses r, with 100% in the limit; it leads from precision [\d.]+ on\.", late.summary())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (DILEMMA, "A, 2; B, 2. The game has no other."),
        (THREE, "C, 2. The game has no other in pure actions; others in mixed actions were not sought."),
        (MEET, "B, x. The game's other equilibria in pure actions: A y, B y; A z, B z; others in mixed"),
        (RINGS, "The game has no equilibrium in pure actions; others in mixed actions were not sought."),
    ],
)
def test_other_equilibria_in_pure_actions_are_told(text: str, told: str) -> None:
    assert told in principal_branch(read_strategic(text)).summary()


def test_of_a_game_with_very_many_profiles_other_equilibria_are_not_sought(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_textbook, "TRIED", 8)
    answer = principal_branch(read_strategic(MEET))
    assert answer.summary().endswith("B, x. Other equilibria were not sought.")
    assert answer.details()["textbook"] is None


def test_names_that_repeat_or_are_missing_are_numbered() -> None:
    game = read_strategic('NFG 1 R "" { "a" "b" } { { "x" "x" } { "" "y" } }\n\n4 4 3 0 0 3 2 2')
    answer = principal_branch(game)
    assert answer.data["action"].values.tolist() == ["1 (x)", "2 (x)", "1", "2 (y)"]
    assert [list(one["actions"]) for one in answer.details()["decisions"]] == [["1 (x)", "2 (x)"], ["1", "2 (y)"]]
    assert "(2) a: 2 (x), b: 2 (y)" in answer.summary()
    tree = read_efg(CRISIS.replace('"go" "stay"', '"go" "go"'))
    assert "1 (go)" in principal_branch(tree).data["action"].values


def answer_known(answer: Principal) -> dict[str, Any]:
    found: dict[str, Any] = answer.details()["textbook"]
    return found


def test_crisis_bargaining_is_its_closed_form() -> None:
    answer = classic("crisis-bargaining")
    numbers = case("crisis-bargaining").likely
    resists = expit(2 * numbers["war_defender"])
    challenges = expit(2 * ((1 - resists) * numbers["prize"] + resists * numbers["war_challenger"]))
    assert chances(answer, "challenge") == pytest.approx([challenges])
    assert chances(answer, "resist") == pytest.approx([resists])
    value = challenges * ((1 - resists) * numbers["prize"] + resists * numbers["war_challenger"])
    assert float(answer.data["value"][0]) == pytest.approx(value)
    assert [row[-1] for row in answer.table().rows] == ["100%", "", "72%", ""]


def test_folds_are_told_and_drawn() -> None:
    answer = principal_branch(folding())
    assert answer.to_limit
    assert [one.kind for one in answer.met] == ["fold", "fold"] * (FOLDING["folds"] // 2)
    at = [float(one.precision) for one in answer.met]
    assert f"folds at precision {at[0]:.3g} and {at[1]:.3g}, where it turns back" in answer.summary()
    between = principal_branch(folding(), sum(at) / 2)
    assert between.met == ()
    assert "It comes through this precision 3 times; the first is told" in between.summary()
    assert between.line.path.precision.max() > at[0]
    assert (np.diff(between.line.path.precision) < 0).any()
    assert "Dots: folds." in drawn(between, 640)


def test_a_tree_of_gambit_with_chance_and_payoffs_on_the_way() -> None:
    """Both are paid the aid before anybody decides; the decisions are reached with a quarter and three quarters."""
    at_chance, limit = principal_branch(read_efg(CRISIS), 0.0), principal_branch(read_efg(CRISIS))
    assert at_chance.data["value"].values == pytest.approx([1 + 2 / 4 - 2 / 3 * 3 / 4, 2 + 4 / 3 * 3 / 4])
    assert limit.data["value"].values == pytest.approx([1 + 4 / 4 - 4 * 3 / 4, 2 + 3 * 3 / 4], abs=1e-3)
    assert [row[:2] for row in at_chance.table().rows][::2][0] == ("calm sea", "State")
    assert answer_known(limit)["actions"] == ["go", "rob"]
    assert answer_known(limit)["limit"]
    assert limit.data.sizes["draw"] == 0
    assert "draws" not in limit.summary()
    assert "the better action is always taken" in limit.table().note


def test_a_case_that_goes_on_has_values_and_chances_of_its_own_equilibrium() -> None:
    scenario = load_text(AT_ONCE, "gate")
    answer, found = principal_branch(scenario, draws=2), periods(scenario)
    known = trace(found.game, found.precision)
    start = found.row(scenario.situations[0].name, "all")
    np.testing.assert_allclose(answer.data["value"].values, known.value[start], rtol=1e-9)
    assert "at precisions 0.7 (north) and 0.4 (south)" in answer.summary()
    assert "The players' precisions differ" in answer.summary()
    assert "precision of north, 1 / payoff" in drawn(answer, 640)
    assert answer.limit is None
    assert not answer.play.once
    here = answer.data["chance"].values
    for t, turn in enumerate(answer.play.turns):
        np.testing.assert_allclose(
            here[answer.data["turn"].values == t], known.policy[turn.row, turn.player, list(turn.columns)], atol=1e-9
        )


def test_answers_to_a_request_are_decisions_too() -> None:
    answer = principal_branch(load_text(IN_TURN, "fence"), draws=0)
    asked = [turn for turn in answer.play.turns if turn.where.endswith("asked for theirs.ask")]
    assert asked
    assert all(turn.actions == ("yes", "no") for turn in asked)


def test_a_large_game_is_traced_to_its_precision_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_course, "SMALL", 3)
    answer = principal_branch(case("centipede"), draws=0)
    assert answer.limit is None
    assert "is looked for only by --precision inf" in answer.summary()
    assert answer.line is answer.found
    assert principal_branch(case("centipede"), math.inf, draws=0).to_limit


def test_raw_shocks_have_no_limit_and_say_so() -> None:
    text = strategic([[[2, 0], [0, 1]], [[1, 0], [0, 2]]]).replace("unit: month\n", "unit: month\nnoise: raw\n")
    answer = principal_branch(load_text(text, "raw"), draws=2)
    assert "With raw shocks there is no limit" in answer.summary()
    with pytest.raises(DetenteError, match="Raw shocks need a precision"):
        principal_branch(load_text(text, "raw"), math.inf)


def test_a_branch_that_is_lost_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(game: Any, precision: Any, **more: Any) -> Any:
        return trace(game, precision, **{**more, "most": 2})

    monkeypatch.setattr("detente.questions.trace.trace", short)
    answer = principal_branch(case("chicken"), draws=3)
    assert not answer.found.reached
    assert "Stopped after 2 steps" in answer.summary()
    lost = principal_branch(folding())
    assert lost.summary().count("Stopped after 2 steps") == 1
    assert "Where the branch leads in the end is not told." in lost.summary()
    assert "In 3 it could not be followed to the end; those are left out." in answer.summary()
    assert json.loads(answer.to_json())["decisions"][0]["actions"]["wait"]["low"] is None


@pytest.mark.parametrize("name", ["chicken", "centipede"])
def test_json_table_and_pictures(name: str) -> None:
    answer = classic(name)
    told = json.loads(answer.to_json())
    assert set(told) >= {"summary", "findings", "provenance", "decisions", "players", "met", "limit", "textbook"}
    assert told["provenance"]["draws"] == 5
    assert told["provenance"]["moves"] == case(name).moves
    assert len(told["decisions"]) == len(answer.play.turns)
    table = answer.table()
    assert all(len(row) == len(table.head) for row in table.rows)
    assert all(isinstance(one, Finding) and one.says for one in answer.findings())
    for width in (640, 340):
        picture = drawn(answer, width)
        for words in ("precision, 1 / payoff", "chance, %", "wait", "middle 90% of draws"):
            assert words in picture
    assert "<svg" in answer._repr_html_()


@pytest.mark.parametrize("precision", [0.5, 1000.0, 1e9, math.inf])
def test_neither_the_early_nor_the_late_precisions_are_squeezed_in_the_picture(precision: float) -> None:
    """Half of all change lies left of the middle of the axis, however high the precision told."""
    answer = principal_branch(case("chicken"), precision, draws=0)
    axis = Axis.of(answer)
    assert axis.at(0) == 0
    assert axis.at(math.inf) == 1
    assert 0.2 < axis.at(1.07) < 0.8  # where branches cross
    places = [axis.at(each) for each in answer.line.path.precision]
    wait = answer.data["along"].values[:, 0]
    assert np.interp(0.5, places, wait) == pytest.approx((wait[0] + 0.75) / 2, abs=0.01)
    assert max(np.diff(places[: int(np.searchsorted(places, 0.8))])) < 0.034  # so the line is smooth there
    assert "∞" in drawn(answer, 640)


def test_a_precision_that_is_given_holds_in_all_draws() -> None:
    answer = classic("chicken", 2.0)
    assert set(answer.data["drawn_precision"].values) == {2.0}
    assert "(precision" not in answer.summary()


@pytest.mark.parametrize(
    ("given", "more", "told"),
    [
        ("korea", {}, "moves in continuous time.*detente forecast korea"),
        ("chicken", {"precision": -1.0}, "at least zero"),
        ("chicken", {"precision": math.nan}, "at least zero"),
        ("chicken", {"precision": 1e300}, "ask for inf, the limit"),
        ("chicken", {"since": "1999-01"}, "no situation '1999-01'"),
        ("chicken", {"draws": -1}, "0 to 100000 draws"),
        ("chicken", {"seed": -1}, "A seed is a whole number"),
    ],
)
def test_what_cannot_be_asked_is_told(given: str, more: dict[str, Any], told: str) -> None:
    with pytest.raises(DetenteError, match=told):
        principal_branch(case(given), **more)


def test_what_cannot_be_asked_of_a_game_of_gambit_is_told() -> None:
    for more, told in (
        ({"since": "2000-01"}, "no situations"),
        ({"draws": 3}, "states no ranges"),
        ({"seed": 3}, "leave --seed out"),
    ):
        with pytest.raises(DetenteError, match=told):
            principal_branch(folding(), **more)
    with pytest.raises(DetenteError, match="Nobody has a choice"):
        principal_branch(read_strategic('NFG 1 R "" { "a" "b" } { 1 1 }\n\n3 4'))
    same = principal_branch(read_gambit('NFG 1 R "" { "a" "a" } { 2 2 }\n\n3 4 0 1 0 1 3 4'))
    assert same.play.players == ("Player 1", "Player 2")
