"""The cases beside Korea, and the classics: what their READMEs say of them, certified play, known answers."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from detente.ensemble.solution import solve
from detente.equilibrium.homotopy.trace import trace
from detente.game.periods import periods
from detente.scenario.bearing import bearing
from detente.scenario.cases import case, case_names, case_path
from detente.scenario.reach import reachable

COMPARED = ("iran", "cuba", "vietnam")
CLASSICS = ("centipede", "chicken", "crisis-bargaining", "prisoners-dilemma")
KNOWN = Path(__file__).parents[1] / "anchors" / "logit.json"
ANCHORS = {known["name"]: known for known in json.loads(KNOWN.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", [*COMPARED, *CLASSICS, "korea"])
def test_every_number_has_a_title_of_its_own(name):
    made = case(name)
    for parameters in (made.parameters, *(one.parameters for one in made.agreements)):
        titles = [one.title for one in parameters]
        assert all(0 < len(title) <= 60 for title in titles)
        assert len(set(titles)) == len(titles)


@pytest.fixture(scope="module", params=COMPARED)
def compared(request):
    return case(request.param)


def readme(name):
    return case_path(name).with_name("README.md").read_text(encoding="utf-8")


def traced(name, **numbers):
    """A classic solved: chances of anything but waiting, at a situation's row of that turn."""
    found = periods(case(name), numbers)
    done = trace(found.game, found.precision, noise=found.noise)
    assert done.reached, done.status

    def chance(turn, player, **levels):
        first = {factor.name: factor.levels[0] for factor in found.scenario.factors}
        return float(done.policy[found.row(first | levels, turn), player, 1])

    return chance


@pytest.mark.parametrize("name", [*COMPARED, "korea"])
def test_a_percentage_is_written_without_a_space(name):
    assert re.search(r"\d%", readme(name))
    assert not re.search(r"\d\s%", readme(name))


def test_all_are_found_by_their_names():
    assert {"korea", *COMPARED, *CLASSICS} <= set(case_names())
    assert "claims" not in case_names()
    for name in case_names():
        assert case(name).name == name
        assert case_path(name).with_name("README.md").exists()


def test_nothing_is_found_wrong_with_them(compared):
    assert [warning.render() for warning in compared.warnings] == []


def test_every_claim_bears_on_something(compared):
    assert [claim for claim, places in bearing(compared).items() if not places] == []


def test_sizes_are_those_that_the_readme_gives(compared):
    states = len(reachable(compared))
    assert states <= 3_500
    assert f"{states:,} reachable states" in readme(compared.name)


def test_every_number_has_a_range_a_unit_and_a_basis(compared):
    for parameter in compared.parameters:
        assert parameter.low < parameter.high, parameter.name
        assert parameter.low <= parameter.likely <= parameter.high, parameter.name
        assert parameter.unit, parameter.name
        assert parameter.note, parameter.name
        if parameter.basis_kind == "claims" and "payoff" in parameter.unit:
            assert re.search("judge|count", parameter.note, re.IGNORECASE), parameter.name


def test_the_same_person_sits_in_all(compared):
    """Numbers that stand for the American president and for the method are the same in all cases that have them."""
    iran = {parameter.name: parameter for parameter in case("iran").parameters}
    own = {parameter.name: parameter for parameter in compared.parameters}
    person = {"discount_washington", "discount_patient", "precision", "legacy_worth", "talks_burden", "deal_taste"}
    person |= {"stage_worth", "asking_price", "dealmaker_share", "hawk_share", "reelected", "tempo_principals"}
    assert len(person & own.keys()) >= 7
    for name in person & own.keys():
        one, other = iran[name], own[name]
        assert (one.likely, one.low, one.high) == (other.likely, other.low, other.high), name
    assert {"us_president", "us_term"} <= {factor.name for factor in compared.factors}
    assert "2012-04" in {situation.name for situation in compared.situations}


def test_play_is_certified_at_the_likely_numbers(compared):
    found = solve(compared)
    assert found.equilibrium.certified, found.statement


@pytest.mark.parametrize("name", CLASSICS)
def test_of_a_classic_only_is_said_that_it_is_played_in_months_and_ends(name):
    """A game that is over is an end, and one in months is for ``dt.trace``: both are meant."""
    said = [warning.message for warning in case(name).warnings]
    assert all("never left" in message or "play goes in months" in message for message in said), said
    assert f"`{name}`" in readme(name)
    bears, known = bearing(case(name)), case(name).claims
    assert all(bears.get(claim) for claim in known if known[claim].bears_on == name)


@pytest.mark.parametrize("point", ANCHORS["centipede4_agentQRE"]["points"], ids=lambda point: str(point["lam"]))
def test_the_centipede(point):
    """Against Gambit's agent logit equilibrium of the same game."""
    chance = traced("centipede", precision=point["lam"])
    for n, (player, title) in enumerate((("first", "Player 1"), ("second", "Player 2"))):
        for node, level in enumerate(("early", "late")):
            known = point["profile"][title][node][0]
            assert chance(player, n, round=level) == pytest.approx(known, abs=1e-8)


@pytest.mark.parametrize("precision", [0.0, 0.5, 1.0, 2.0, 5.0])
def test_the_prisoners_dilemma(precision):
    """With temptation - reward = punishment - sucker the gain of confessing is 1 whatever the other does."""
    chance = traced("prisoners-dilemma", precision=precision)
    for n in (0, 1):
        assert chance("all", n) == pytest.approx(expit(precision), abs=1e-10)


@pytest.mark.parametrize("numbers", [{"precision": 0.7}, {"temptation": 3.4, "punishment": 0.7, "precision": 1.5}])
def test_the_prisoners_dilemma_at_other_numbers(numbers):
    likely = case("prisoners-dilemma").likely | numbers
    chance = traced("prisoners-dilemma", **numbers)
    assert chance("all", 0) == pytest.approx(_symmetric(likely, "punishment"), abs=1e-10)


@pytest.mark.parametrize("precision", [0.3, 1.0, 1.05, 2.0])
def test_chicken(precision):
    """The branch from default play stays at the symmetric solution of p = L(precision (1 - 4 p))."""
    likely = case("chicken").likely | {"precision": precision}
    chance = traced("chicken", precision=precision)
    for n in (0, 1):
        assert chance("all", n) == pytest.approx(_symmetric(likely, "crash"), abs=1e-9)


def test_chicken_has_more_than_one_equilibrium_above_the_precision_in_its_readme():
    def slope(precision):
        p = brentq(lambda p: p - expit(precision * (1 - 4 * p)), 0, 1, xtol=1e-14)
        return 4 * precision * p * (1 - p) - 1

    known = brentq(slope, 0.5, 3, xtol=1e-12)
    found = periods(case("chicken"), {"precision": 2.0})
    met = trace(found.game, found.precision, noise=found.noise).met
    assert [one.kind for one in met] == ["bifurcation"]
    assert met[0].precision == pytest.approx(known, abs=1e-6)
    assert f"{known:.4f}" in readme("chicken")


@pytest.mark.parametrize(
    "numbers", [{}, {"precision": 1.0, "war_defender": 0.4}, {"status_quo_worth": 0.3, "prize": 0.8}]
)
def test_crisis_bargaining(numbers):
    """The closed form: p4 = L(lam u24), p2 = L(lam (p3 u13 + p4 u14 - u11))."""
    known = case("crisis-bargaining").likely | numbers
    lam = known["precision"]
    resists = expit(lam * known["war_defender"])
    gives_in = 1 - resists
    hope = gives_in * known["prize"] + resists * known["war_challenger"]
    challenges = expit(lam * (hope - known["status_quo_worth"]))
    chance = traced("crisis-bargaining", **numbers)
    assert chance("challenger", 0) == pytest.approx(challenges, abs=1e-10)
    assert chance("defender", 1, crisis="challenged") == pytest.approx(resists, abs=1e-10)


def _symmetric(numbers, worst):
    """The chance p of the second action, alike for both, where p = L(precision x its gain against p)."""

    def excess(p):
        alone = numbers["temptation"] - numbers["reward"]
        together = numbers[worst] - numbers["sucker"]
        return p - expit(numbers["precision"] * ((1 - p) * alone + p * together))

    grid = np.linspace(0, 1, 1001)
    signs = np.sign([excess(p) for p in grid])
    assert (np.diff(signs) != 0).sum() == 1  # one symmetric solution
    return brentq(excess, 0, 1, xtol=1e-14)
