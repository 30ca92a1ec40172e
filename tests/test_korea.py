"""The Korean case: what its README says of it, and that play is certified."""

import re

import pytest

from detente.ensemble.draws import draw, named
from detente.ensemble.solve import TOLERANCE
from detente.equilibrium.stationary import solve
from detente.game.structure import compile as compiled
from detente.scenario.bearing import bearing
from detente.scenario.cases import case, case_path
from detente.scenario.model import Scenario
from detente.scenario.reach import reachable


@pytest.fixture(scope="module")
def korea() -> Scenario:
    return case("korea")


@pytest.fixture(scope="module")
def readme() -> str:
    return case_path("korea").with_name("README.md").read_text(encoding="utf-8")


def test_nothing_is_found_wrong_with_it(korea):
    assert [warning.render() for warning in korea.warnings] == []


def test_its_size_is_the_one_that_its_readme_gives(korea, readme):
    states = len(reachable(korea))
    assert 20_000 <= states <= 60_000
    assert f"{states:,}" in readme


def test_situations_and_actors(korea):
    assert {"1994-10", "2012-04", "2018-03", "2019-02", "2022-12", "2025-06"} <= {s.name for s in korea.situations}
    assert len(korea.actors) >= 7


def test_the_numbers_are_counted_as_its_readme_says(korea, readme):
    judged = sum(parameter.basis_kind == "judgement" for parameter in korea.parameters)
    assert f"Each of the {len(korea.parameters)} parameters has a range and a basis; {judged} rest" in readme


def test_a_payoff_that_cites_a_claim_says_whether_its_size_is_counted_or_judged(korea):
    for parameter in korea.parameters:
        if parameter.basis_kind == "claims" and "payoff" in parameter.unit:
            assert re.search("judge|count", parameter.note, re.IGNORECASE), parameter.name


def test_every_claim_bears_on_something_or_is_explained(korea, readme):
    essays = [name for name in korea.claims if re.fullmatch(r"[WF]\d\d", name)]
    assert len(essays) == 95
    bears = bearing(korea)
    left = [name for name in essays if not bears.get(name)]
    told = readme[readme.index("## Claims that are not modelled") :]
    assert all(re.search(rf"^\| {name} \| \S.{{8,}} \|$", told, re.MULTILINE) for name in left)
    assert len(left) <= 10


def test_every_number_has_a_range_a_unit_and_a_basis(korea):
    for parameter in korea.parameters:
        assert parameter.low < parameter.high, parameter.name
        assert parameter.low <= parameter.likely <= parameter.high
        assert parameter.unit
        assert parameter.basis or parameter.basis_kind in ("judgement", "estimate")


@pytest.mark.slow
def test_play_is_certified_in_nine_of_ten_draws(korea):
    structure = compiled(korea)
    game = structure.game(korea.likely)
    central = solve(game)
    assert central.certified, central.statement
    count, certified = 10, 0
    for row in draw(korea, count, 0):
        near = structure.game(named(korea, row))
        certified += solve(near, start=central, neighbour=game, tolerance=TOLERANCE).certified
    assert certified >= 0.9 * count
