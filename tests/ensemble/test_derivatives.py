"""Derivatives by every parameter: against differences of cases solved a little apart."""

import dataclasses
from functools import cache

import pytest

from detente.ensemble.derivatives import derivatives
from detente.ensemble.solution import Solution, solve
from detente.problems import DetenteError
from detente.scenario.load import load_text
from detente.scenario.model import Scenario
from tests.game.small import TEXT

MONTHS, WIDTH = 12, 1e-4


@cache
def fence() -> Scenario:
    return load_text(TEXT, "fence.yaml")


@cache
def solved(**numbers: float) -> Solution:
    return solve(fence(), numbers, start=solved() if numbers else None, tolerance=1e-11, certify="none")


def differs(what, name: str) -> float:
    """By central differences."""
    at = fence().likely[name]
    ends = [what(solved(**{name: at * (1 + sign * WIDTH)})) for sign in (1, -1)]
    return float((ends[0] - ends[1]) / (2 * at * WIDTH))


NAMES = ("pace", "luck", "pain")


@pytest.mark.parametrize(("outcome", "kind"), [("sweet", "by"), ("sweet", "at"), ("a fence built", "by")])
def test_of_a_chance(outcome: str, kind: str) -> None:
    found = derivatives(solved(), outcome, since="2020-01", months=MONTHS, kind=kind)

    def chance(solution: Solution) -> float:
        return float(solution.chances("2020-01", MONTHS)[kind].sel(outcome=outcome)[-1])

    assert found.attrs["answer"] == pytest.approx(chance(solved()), abs=1e-9)
    assert found.attrs["of"] == f"chance of {outcome} {kind} month {MONTHS}"
    for name in NAMES:
        wanted = differs(chance, name)
        assert float(found["slope"].sel(parameter=name)) == pytest.approx(wanted, rel=1e-5, abs=1e-7), name
        assert abs(wanted) > 1e-7, name


def test_of_what_the_future_is_worth_to_an_actor() -> None:
    found = derivatives(solved(), actor="theirs")
    state = solved().structure.index("2021-06")
    assert found.attrs["answer"] == solved().equilibrium.value[state, 1]
    for name in NAMES:
        wanted = differs(lambda solution: solution.equilibrium.value[state, 1], name)
        assert float(found["slope"].sel(parameter=name)) == pytest.approx(wanted, rel=1e-5), name


def test_each_stands_with_its_unit_and_its_range() -> None:
    found = derivatives(solved(luck=0.4), "sweet", since="2020-01", months=MONTHS)
    assert list(found["parameter"].values) == [parameter.name for parameter in fence().parameters]
    one = found.sel(parameter="luck")
    assert (str(one["unit"].values), float(one["at"]), float(one["low"]), float(one["high"])) == (
        "probability", 0.4, 0.1, 0.6
    )  # fmt: skip
    assert float(one["across"]) == pytest.approx(0.5 * float(one["slope"]))
    assert abs(float(one["slope"])) > 1e-4


def test_what_makes_no_sense_is_refused() -> None:
    for arguments, said in (
        ({"outcome": "swete"}, "no outcome 'swete'. Did you mean 'sweet'"),
        ({"actor": "uors"}, "no actor 'uors'. Did you mean 'ours'"),
        ({"actor": "x"}, "There are: ours, theirs, court"),
        ({"outcome": "sweet", "since": "1999"}, "no situation '1999'"),
        ({"outcome": "a fence built", "kind": "at"}, "ask for `by`"),
        ({"outcome": "a fence built", "kind": "in"}, "'by' or 'at', not 'in'"),
        ({"outcome": "a fence built", "months": -1}, "1 to 1200 months"),
        ({}, "one of the two"),
        ({"outcome": "a fence built", "actor": "ours"}, "one of the two"),
    ):
        with pytest.raises(DetenteError, match=said):
            derivatives(solved(), **arguments)
    lost = dataclasses.replace(solved(), equilibrium=dataclasses.replace(solved().equilibrium, converged=False))
    with pytest.raises(DetenteError, match="was not reached"):
        derivatives(lost, "sweet")
