"""What is certified and what is not: two solutions, folds, eigenvalues, the words."""

from __future__ import annotations

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.certificate import Evidence, Trial, verdict
from detente.equilibrium.derivative import Derivative
from detente.equilibrium.newton import newton
from detente.equilibrium.problem import Problem
from detente.equilibrium.relaxation import relax
from detente.equilibrium.spectrum import Index, Spectrum, index, rightmost
from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from tests.equilibrium.games import own_factor_game, toy_game
from tests.equilibrium.plain import plain_slope
from tests.random_games import random_game


def dispute(precision: float, tilt: float = 0.2) -> Game:
    """Two who gain by standing alike but each on its own side: a contest of who gives way."""
    flow = np.zeros((2, 2, 2))
    flow[0, 0] = [2.0 + tilt, 1.0]
    flow[1, 1] = [1.0, 2.0]
    return own_factor_game(flow, precision)


def test_a_second_solution_is_found_and_told() -> None:
    low, high = solve(dispute(0.3)), solve(dispute(6.0))
    assert low.certified, low.statement
    assert high.converged
    assert not high.certified
    assert high.statement.startswith("Not certified: a second solution was found from"), high.statement


def test_the_second_solution_is_one() -> None:
    game = dispute(6.0)
    found = solve(game)
    other = relax(Problem(game), 2 * found.value.mean(axis=0) - found.value, 1.0, 1e-8)
    assert other.converged
    problem = Problem(game)
    assert np.abs(problem.at(other.value, 1.0).residual).max() < 1e-7
    assert np.abs(other.value - found.value).max() > 0.1


def test_between_two_stable_solutions_lies_one_with_an_eigenvalue_right_of_zero() -> None:
    """With nobody favoured the branch splits; going straight on it leads between the two that part."""
    middle = solve(dispute(6.0, tilt=0.0), certify="index")
    assert middle.converged
    assert not middle.certified
    assert "a real eigenvalue of the backward operator has crossed zero" in middle.statement
    assert middle.rightmost[0].real > 0.0
    assert middle.rightmost[0].imag == 0.0


@pytest.mark.parametrize("noise", ["errors", "shocks"])
def test_eigenvalues_equal_dense_ones(noise: str) -> None:
    game = toy_game(2, precision=3.0, noise=noise)  # type: ignore[arg-type]
    found = solve(game)
    dense = np.linalg.eigvals(plain_slope(game, found.value, 1.0))
    dense = dense[np.lexsort((dense.imag, -dense.real))]
    for value in found.rightmost:
        assert np.abs(dense - value).min() < 1e-6
    fading = [-rho for rho in np.asarray(game.discount)]
    others = [v for v in dense if min(abs(v - rho) for rho in fading) > 1e-6]
    assert found.rightmost[0].real == pytest.approx(max(v.real for v in others), abs=1e-6)


def large(precision: float) -> tuple[np.ndarray, Derivative]:
    """G' of a game with 450 unknowns at full precision, at the values of a fifth of it: near a solution or not."""
    game = random_game(0, states=150, actors=3, precision=precision)
    problem = Problem(game)
    value = newton(problem, np.zeros(game.shape), 0.2, 1e-6).value
    return value, problem.slope(problem.at(value, 1.0))


def dense_of(slope: Derivative) -> np.ndarray:
    """All eigenvalues but those of constants, from the right."""
    unit = np.eye(int(np.prod(slope.shape))).reshape(-1, *slope.shape)
    values = np.linalg.eigvals(np.stack([slope(column).ravel() for column in unit], axis=1))
    constant = [int(np.argmin(np.abs(values + rho))) for rho in slope.discount]
    values = np.delete(values, constant)
    return values[np.lexsort((-values.imag, -values.real))]


@pytest.mark.parametrize("precision", [0.05, 0.3, 1.0, 3.0])
def test_krylov_eigenvalues_and_index_equal_dense_ones(precision: float) -> None:
    value, slope = large(precision)
    dense = dense_of(slope)
    crossed = int(np.sum((dense.imag == 0.0) & (dense.real > 0.0)))
    for exactness in (slope, slope.single()):
        found, counted = rightmost(exactness, value, most=200), index(exactness)
        assert found.settled
        assert found.sharp
        assert counted.settled
        assert found.values[0].real == pytest.approx(dense[0].real, rel=0.1)
        assert counted.count % 2 == crossed % 2
        assert (counted.count == 0) == (crossed == 0)


@pytest.mark.parametrize("most", [20, 30, 40, 60])
def test_a_sharp_eigenvalue_is_one_of_the_dense_ones(most: int) -> None:
    """Told as it is only where it is known to a tenth; otherwise 'about'."""
    value, slope = large(0.3)
    nearest = np.abs(dense_of(slope).real - (found := rightmost(slope, value, most=most)).values[0].real).min()
    assert found.products <= most
    if found.sharp:
        assert found.settled
        assert nearest <= 0.1 * abs(found.values[0].real)
    else:
        assert found.products == most
    assert rightmost(slope, value, most=200).sharp
    assert not rightmost(slope, value, most=3).sharp


@pytest.mark.parametrize("single", [False, True])
def test_constants_leave_no_eigenvalue_near_zero(single: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """However deep the Krylov space, in which rounding brings constants back."""
    monkeypatch.setattr("detente.equilibrium.spectrum.SHARP", 1e-9)
    value, slope = large(0.05)
    found = rightmost(slope.single() if single else slope, value, most=250)
    assert found.values[0].real == pytest.approx(dense_of(slope)[0].real, rel=1e-3)


def test_what_is_pushed_across_zero_is_counted() -> None:
    """G' with a rank-one change that brings one real eigenvalue to the right."""
    value, slope = large(0.05)
    direction = np.random.default_rng(0).normal(size=slope.shape)
    direction -= direction.mean(axis=0)
    direction /= np.linalg.norm(direction)

    fields = {field.name: getattr(slope, field.name) for field in dataclasses.fields(slope)}

    def pushed_by(push: float) -> Derivative:
        class Pushed(Derivative):
            def __call__(self, change: np.ndarray) -> np.ndarray:
                return slope(change) + push * direction * float(np.sum(direction * change))

        return Pushed(**fields)

    counts = []
    for push in (0.0, 0.2, 5.0):
        pushed = pushed_by(push)
        dense = dense_of(pushed)
        counts.append(index(pushed).count)
        assert counts[-1] == int(np.sum((dense.imag == 0.0) & (dense.real > 0.0)))
        assert rightmost(pushed, value).values[0].real == pytest.approx(dense[0].real, rel=0.15)
    assert counts[0] == 0
    assert counts[-1] == 1


def test_relaxation_agrees_with_newton_from_far_away() -> None:
    game = toy_game(3, precision=2.0)
    far = 100.0 * np.random.default_rng(0).normal(size=game.shape)
    relaxed = relax(Problem(game), far, 1.0, 1e-8)
    near = newton(Problem(game), solve(game).value, 1.0, 1e-8)
    assert relaxed.converged
    np.testing.assert_allclose(relaxed.value, near.value, rtol=1e-6, atol=1e-6)


def test_levels_of_certificate() -> None:
    game = toy_game(0)
    assert solve(game, certify="none").statement == "Converged; not checked, so not certified."
    light = solve(game, certify="index")
    assert light.certified
    assert light.statement.endswith("other starts not tried.")
    assert solve(game, certify="full", start=light).statement.endswith("both other starts lead to it.")


SURE = (0.5, Index(0, True, 1)), (1.0, Index(0, True, 1))
CALM = Spectrum((complex(-0.02),), True, 1)
AGREES = Trial("the values of default play", True, 0.0, 0.0, True)
FAILS = Trial("values turned upside down", False, np.nan, np.nan, False)


@pytest.mark.parametrize(
    ("evidence", "certified", "says"),
    [
        (Evidence("full", SURE, CALM, (AGREES, FAILS)), True, "from values turned upside down nothing converged"),
        (Evidence("full", SURE, CALM, (FAILS,)), False, "none of the other starts converged"),
        (Evidence("full", ((0.5, Index(1, True, 1)), *SURE), CALM, (AGREES,)), False, "at t = 0.50 on the way"),
        (Evidence("index", (*SURE, (1.0, Index(0, False, 1))), CALM), False, "could not be settled"),
        (Evidence("index", SURE, Spectrum((0.1 + 1j, 0.1 - 1j), True, 1)), True, "not stable backwards"),
        (Evidence("index", SURE, Spectrum((complex(0.1),), True, 1)), False, "0.1, lies right of zero"),
        (Evidence("index", SURE, Spectrum((complex(-0.01),), True, 1, sharp=False)), True, "about -0.01 a month"),
        (Evidence("index", SURE, Spectrum((complex(0.1),), True, 1, sharp=False)), False, "0.1, lies right of zero"),
    ],
)
def test_the_rule_and_its_words(evidence: Evidence, certified: bool, says: str) -> None:
    verdict_, statement = verdict(1.0, True, evidence)
    assert verdict_ is certified
    assert says in statement


def test_words_for_what_did_not_converge() -> None:
    assert "t = 0.62, that is 0.62 times the given precisions" in verdict(0.62, False, Evidence("none"))[1]
    assert "not even default play" in verdict(0.0, False, Evidence("none"))[1]
    assert "but not the tolerance" in verdict(1.0, False, Evidence("none"))[1]


def test_play_that_is_not_stable_backwards_is_told() -> None:
    found = solve(toy_game(13, precision=60.0))
    assert found.converged
    assert found.rightmost[0].imag != 0.0
    assert found.rightmost[0].real > 0.0
    assert "It is not stable backwards (eigenvalues 1.2 ± 0.63i a month)" in found.statement


def test_jax_arrays_in_single_precision_are_read_as_numbers() -> None:
    game = toy_game(0)
    with double_precision():
        single = dataclasses.replace(game, flow=jnp.asarray(game.flow, dtype=jnp.float32))
    assert solve(single).certified
