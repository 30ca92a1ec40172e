"""Branches past bifurcations that are nearly met: round the corner, as dense steps of small size go."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq

from detente.equilibrium.branch import Branch, Pace, branch
from detente.equilibrium.folds import crossing
from detente.equilibrium.vanishing import nearest, smallest, vanished
from detente.equilibrium.walk import Spot, Walker
from tests.equilibrium.plain import plain_residual, plain_slope
from tests.equilibrium.small_steps import small_steps
from tests.equilibrium.standards import standards

LOW, HIGH = 0.5, 3.0
BIASES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)


def follow(*bias: float, pace: Pace | None = None) -> Branch:
    return branch(standards(*bias), LOW, HIGH, name="precision", pace=pace)


def relative(value: np.ndarray) -> np.ndarray:
    return value - value[0]


def alike(precision: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The equilibrium at which all standards are used alike, by dense Newton steps, and G' there."""
    game = standards(*[0.0] * count)(precision)
    value = np.zeros(game.shape)
    for _ in range(20):
        slope = plain_slope(game, value, 1.0)
        change = np.linalg.solve(slope, plain_residual(game, value).ravel())
        value = value - change.reshape(value.shape)
        if np.abs(change).max() < 1e-9:
            break
    return value, slope


def first(precision: float, count: int) -> float:
    """The real eigenvalue of G' furthest to the right, constants left out, where all standards are used alike."""
    values = np.linalg.eigvals(alike(precision, count)[1])
    return float(np.sort(np.delete(values, np.argsort(np.abs(values + 0.06))[:2]).real)[-1])


@cache
def parting(count: int) -> float:
    """The precision at which it crosses zero."""
    return float(brentq(lambda p: first(p, count), 1.9, 2.5, xtol=1e-8))


@pytest.mark.parametrize("bias", [*((0.0, e) for e in BIASES), *((0.0, e, 1.6 * e) for e in BIASES)])
def test_round_the_corner_as_small_steps_go(bias: tuple[float, ...]) -> None:
    found, wanted = follow(*bias), small_steps(standards(*bias), LOW, HIGH)
    last = found.points[-1]
    assert last.p == wanted.p == HIGH
    assert "reached the high end" in found.status
    assert found.branch_points == ()
    assert len(found.folds) == wanted.turns
    assert wanted.sharpest > 1e-5  # it meets no bifurcation
    assert wanted.right == 0
    assert last.stable
    np.testing.assert_allclose(relative(last.value), wanted.value, atol=1e-6)
    assert last.value[-1, 0] > last.value[0, 0] + 0.5  # the best standard is the one played


@pytest.mark.parametrize("count", [2, 3])
def test_where_standards_are_equal_the_branch_point_is_found_and_all_ways_on_can_be_followed(count: int) -> None:
    """With three, two directions vanish at once and the determinant keeps its sign."""
    found = follow(*[0.0] * count)
    wanted = parting(count)
    (point,) = found.branch_points
    assert point.p == pytest.approx(wanted, abs=1e-6)
    assert [found.points[0].stable, found.points[-1].stable] == [True, False]
    np.testing.assert_allclose(relative(found.points[-1].value), relative(alike(HIGH, count)[0]), atol=1e-6)
    favoured = np.linspace(0.0, count**2 - 1, count).astype(int)  # states in which both have the same standard
    ends = []
    for k in favoured:
        values = alike(wanted + 0.2, count)[0]
        values[k] += 1.5
        values[np.setdiff1d(favoured, k)] -= 0.5
        arm = branch(standards(*[0.0] * count), wanted + 0.2, HIGH, values=values)
        assert arm.points[-1].p == HIGH
        assert arm.points[-1].stable
        best = int(np.argmax(arm.points[-1].value[:, 0]))
        assert best == k
        ends.append(np.sort(arm.points[-1].value[:, 0]))
    np.testing.assert_allclose(ends, np.tile(ends[0], (count, 1)), atol=1e-6)


def spot(walker: Walker, value: np.ndarray, p: float) -> Spot:
    found = walker.begin(value, p)
    assert found is not None
    return found


@pytest.mark.parametrize("count", [2, 3])
def test_as_many_directions_vanish_as_part(count: int) -> None:
    """Across the gap of nearly equal standards; the sign of the determinant tells one of them, and not two."""
    at = parting(count)
    walker = Walker(follow(*[0.0] * (count - 1), 1e-6).family, 1e-8)
    before, after = (spot(walker, alike(p, count)[0], p) for p in (at - 0.1, at + 0.1))
    assert before.border is not None
    assert after.border is not None
    assert vanished(before.border, after.border) == vanished(after.border, before.border) == count - 1
    assert vanished(before.border, before.border) == 0
    assert (before.side == after.side) == (count == 3)
    assert crossing(walker, before, after) is None


def test_b_is_singular_at_branch_points_alone_whatever_the_units() -> None:
    exact, near = follow(0.0, 0.0), follow(0.0, 1e-4)
    point = exact.branch_points[0]
    walker = Walker(exact.family, 1e-12)
    singular = spot(walker, point.value, point.p).border
    assert singular is not None
    assert smallest(singular) < 1e-6
    least = []
    for other in near.points:
        regular = Walker(near.family, 1e-12).begin(other.value, other.p, other.way)
        assert regular is not None
        assert regular.border is not None
        least.append(smallest(regular.border))
    assert min(least) > 1e-4
    matrix, again = np.random.default_rng(0).normal(size=(2, 5, 5))
    units = np.random.default_rng(1).uniform(1e-3, 1e3, 5)
    assert smallest(matrix / units) == pytest.approx(smallest(matrix))
    assert smallest(units[:, None] * matrix) == pytest.approx(smallest(matrix), rel=0.5)
    assert nearest(matrix / units, again / units) == pytest.approx(nearest(matrix, again))
    assert vanished(np.full((2, 2), np.nan), np.eye(2)) == vanished(np.zeros((2, 2)), np.eye(2)) == 0
    assert vanished(np.eye(3), np.diag([-1.0, -1.0, 1.0])) == 2
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    assert vanished(np.eye(2), turn) == 0  # a complex pair that crosses the imaginary axis
    assert vanished(np.eye(2), -np.eye(2) + 1e-6 * turn) == 2  # two that vanish almost at once


def test_where_steps_may_not_be_short_enough_it_ends_and_says_so() -> None:
    found = follow(0.0, 1e-6, pace=Pace(least=0.01))
    assert "could not be followed beyond precision = 2.2" in found.status
    assert "the shortest step failed" in found.status
    assert found.branch_points == ()
    assert all(point.stable for point in found.points)


def test_eight_directions_that_vanish_nearly_at_once_in_a_larger_game() -> None:
    """162 unknowns, whose eigenvalues a Krylov space does not tell apart: B does."""
    found = branch(standards(*(1e-6 * np.arange(9))), 0.5, 1.5)
    best = relative(found.points[-1].value)[::10, 0]  # where both have the same
    assert found.points[-1].p == 1.5
    assert found.points[-1].stable
    assert found.branch_points == ()
    assert len(found.folds) == 2
    assert best[-1] > 0.5
    assert np.abs(best[:-1]).max() < 1e-3
