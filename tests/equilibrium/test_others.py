"""Other equilibria from many starts: in games all of whose equilibria are known."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from scipy.optimize import root

from detente.equilibrium import others
from detente.equilibrium.newton import Corrected
from detente.equilibrium.others import Others, other_equilibria
from detente.equilibrium.stationary import solve
from detente.problems import DetenteError
from tests.equilibrium.games import toy_game
from tests.equilibrium.plain import plain_residual, plain_slope
from tests.equilibrium.tipping import Pair

STARTS = 24


def all_equilibria(pair: Pair) -> np.ndarray:
    """(n, 2) all (d_1, d_2), from a grid of starts for the two scalar equations, sorted."""

    def gap(d: np.ndarray) -> list[float]:
        return [float(np.real(pair.equation(*d))), float(np.real(pair.equation(*d[::-1])))]

    found: list[np.ndarray] = []
    for one in np.linspace(-12, 12, 25):
        for other in np.linspace(-12, 12, 25):
            ended = root(gap, [one, other], tol=1e-12)
            if np.abs(gap(ended.x)).max() < 1e-9 and all(np.abs(ended.x - each).max() > 1e-5 for each in found):
                found.append(ended.x)
    return np.array(sorted(found, key=lambda d: (round(d[0], 4), d[1])))


def searched(pair: Pair, starts: int = STARTS, seed: int = 0) -> Others:
    game = pair.games()(0.0)
    return other_equilibria(game, solve(game, certify="none"), starts, seed)


@cache
def tipping() -> Others:
    return searched(Pair())


@pytest.mark.parametrize("harm", [12.0, -12.0])
def test_all_equilibria_are_found(harm: float) -> None:
    """With harm three in which both play alike; without, one in the middle and two that are lopsided."""
    pair, found = Pair(harm), tipping() if harm > 0 else searched(Pair(harm))
    wanted = all_equilibria(pair)
    assert len(wanted) == 3
    gaps = [other.equilibrium.value[1] - other.equilibrium.value[0] for other in found.found]
    got = np.array(sorted(gaps, key=lambda d: (round(d[0], 4), d[1])))
    np.testing.assert_allclose(got, wanted, atol=1e-6)
    assert sum(other.count for other in found.found) + len(found.lost) == STARTS
    game = pair.games()(0.0)
    for other in found.found:
        assert other.count > 0
        assert np.abs(plain_residual(game, other.equilibrium.value)).max() < 1e-6
        assert other.equilibrium.residual < 1e-6
        assert other.equilibrium.regret < 1e-9
        values = np.linalg.eigvals(plain_slope(game, other.equilibrium.value, 1.0))
        assert other.stable == (values.real.max() < 1e-4)
    assert {other.stable for other in found.found} == {True, False}


def test_how_far_they_are_from_the_first_is_told() -> None:
    first, *rest = tipping().found
    assert first.apart == first.chances == 0.0
    for other in rest:
        change = other.equilibrium.value - first.equilibrium.value
        assert other.apart == pytest.approx(np.abs(np.ptp(change, axis=0)).max())  # at precision 1
        policies = zip(other.equilibrium.policy, first.equilibrium.policy, strict=True)
        assert other.chances == pytest.approx(max(np.abs(a - b).max() for a, b in policies))
    told = tipping().statement
    assert told.startswith(f"{STARTS} starts: {first.count} led to the equilibrium that was known, {rest[0].count} to")
    assert "not stable backwards" in told


def test_the_starts_are_named_and_are_the_same_again() -> None:
    again = searched(Pair())
    assert [other.starts for other in again.found] == [other.starts for other in tipping().found]
    names = {name for other in again.found for name in other.starts} | set(again.lost)
    assert {"default play", "best replies to default play", "the opposite", "actor 1 turned round", "random play",
            "random values"} <= names  # fmt: skip
    game = Pair().games()(0.0)
    some = other_equilibria(game, solve(game, certify="none"), 6, actors=["one", "two"])
    assert "two turned round" in {name for other in some.found for name in other.starts}


def test_where_there_is_one_equilibrium_all_starts_lead_to_it() -> None:
    game = toy_game(0, precision=0.3)
    found = other_equilibria(game, solve(game, certify="none"), 12)
    assert [other.count for other in found.found] == [12]
    assert found.statement == (
        "12 starts: 12 led to the equilibrium that was known. No other was found, which is no proof that there is none."
    )


def test_starts_that_end_nowhere_and_starts_not_tried_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    game = toy_game(0, precision=0.3)
    known = solve(game, certify="none")
    short = other_equilibria(game, known, 12, most_sweeps=40)
    monkeypatch.setattr(others, "EACH", 5)
    hurried = other_equilibria(game, known, 4)
    assert len(hurried.lost) == 4
    assert hurried.left == 0
    monkeypatch.undo()
    assert 0 < short.left < 12
    assert short.statement.endswith(f" {short.left} starts were not tried: as many sweeps as allowed.")
    assert not short.lost

    def nowhere(problem: object, start: np.ndarray, *_: object, **__: object) -> Corrected:
        return Corrected(start, 1.0, False, np.inf, np.inf, 0)

    monkeypatch.setattr(others, "newton", nowhere)
    monkeypatch.setattr(others, "settle", nowhere)
    monkeypatch.setattr(others, "relax", nowhere)
    lost = other_equilibria(game, known, 5)
    assert len(lost.lost) == 5
    assert lost.statement.startswith("5 starts: 0 led to the equilibrium that was known, 5 ended nowhere.")


def test_what_makes_no_sense_is_refused() -> None:
    game = toy_game(0, precision=0.3)
    known = solve(game, certify="none")
    with pytest.raises(DetenteError, match="0 or more"):
        other_equilibria(game, known, -1)
    with pytest.raises(DetenteError, match="values are"):
        other_equilibria(Pair().games()(0.0), known)
    with pytest.raises(DetenteError, match="not reached"):
        other_equilibria(game, dataclasses.replace(known, converged=False))
