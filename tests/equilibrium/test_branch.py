"""Branches through folds and branch points: against scalar equations, dense linear algebra, and small natural steps."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.bordered import Bordered, Metric, Way
from detente.equilibrium.branch import Branch, Pace, branch
from detente.equilibrium.family import Family
from detente.equilibrium.folds import crossing
from detente.equilibrium.response import residual
from detente.equilibrium.settling import settle
from detente.equilibrium.sweep import sweep
from detente.equilibrium.walk import Walker
from detente.game.arrays import Game
from detente.game.double import double_precision
from detente.problems import DetenteError
from tests.equilibrium.games import Noise, toy_game
from tests.equilibrium.plain import plain_residual, plain_slope
from tests.equilibrium.tipping import Pair
from tests.random_games import random_game

NOISES = pytest.mark.parametrize("noise", ["errors", "shocks"])
LOW, HIGH = -5.0, 5.0
QUICK = Pace(first=0.1, longest=0.5)


def apart(value: np.ndarray) -> np.ndarray:
    """d: what state 1 is worth more, by actor."""
    return value[1] - value[0]


def tilted(seed: int, precision: float, noise: Noise = "errors") -> Callable[[float], Game]:
    """A random game whose payoffs a month are its own, plus p times others."""
    game = toy_game(seed, precision=precision, noise=noise)
    tilt = np.random.default_rng(100 + seed).normal(size=game.shape)
    return lambda p: dataclasses.replace(game, flow=np.asarray(game.flow) + p * tilt)


def dense_values(game: Game, value: np.ndarray) -> np.ndarray:
    """Eigenvalues of G' by differences, those of constants left out."""
    values = np.linalg.eigvals(plain_slope(game, value, 1.0))
    for rho in np.asarray(game.discount):
        values = np.delete(values, np.argmin(np.abs(values + rho)))
    return values


@cache
def tipping(noise: Noise) -> Branch:
    """The branch with two folds."""
    return branch(Pair(noise=noise).games(), LOW, HIGH, pace=QUICK)


@cache
def parting(noise: Noise) -> Branch:
    """The branch with two branch points."""
    return branch(Pair(-12.0, noise=noise).games(), -8.0, 8.0, pace=QUICK)


@cache
def loop() -> Branch:
    """The branch that parts from it, on which the two differ."""
    values = np.array([[0.0, 0.0], [7.0, -7.0]])
    return branch(Pair(-12.0).games(), -8.0, 8.0, start=0.0, values=values, pace=QUICK)


def check_law(found: Branch) -> None:
    """What holds of any branch: its points are equilibria, and an eigenvalue crosses zero exactly where it should."""
    side = 0
    for point in found.points:
        assert np.abs(plain_residual(found.family.games(point.p), point.value)).max() < 1e-5
        assert found.family.has(point.p)
        if point.kind == "branch point":
            side = -side
        elif point.kind != "fold":
            now = (1 if point.way.p > 0 else -1) * (-1) ** point.index.count
            assert now == side or side == 0
            side = now
    arcs = [point.arc for point in found.points]
    assert all(a < b for a, b in pairwise(arcs))


@NOISES
def test_folds_are_those_of_the_scalar_equation(noise: Noise) -> None:
    pair, found = Pair(noise=noise), tipping(noise)
    wanted = pair.folds()
    assert len(wanted) == 2
    assert wanted[0] > wanted[1]
    np.testing.assert_allclose([point.p for point in found.folds], wanted, rtol=0, atol=1e-6 * (HIGH - LOW))
    assert found.branch_points == ()
    check_law(found)


@NOISES
def test_points_lie_on_the_scalar_equation_and_all_solutions_are_found_at_p(noise: Noise) -> None:
    pair = Pair(noise=noise)
    found = tipping(noise)
    for point in found.points:
        one, other = apart(point.value)
        assert one == pytest.approx(other, abs=1e-7)
        assert pair.flow(one) == pytest.approx(point.p, abs=1e-7)
    top, bottom = pair.folds()
    for p in (LOW, -3.0, bottom - 1e-5, -0.4, 0.0, 1.3, top + 1e-5, 4.9, HIGH):
        got = sorted(apart(point.value)[0] for point in found.at(p))
        np.testing.assert_allclose(got, pair.alike(p), atol=1e-6, err_msg=str(p))
    for p in (bottom + 1e-5, top - 1e-5, top - 1e-7):
        near = [apart(point.value)[0] for point in found.at(p)]
        assert len(near) == 3, p
        np.testing.assert_allclose([pair.flow(d) for d in near], p, atol=1e-8)
    assert [point.stable for point in found.at(0.0)] == [True, False, True]


@NOISES
def test_stability_and_index_are_those_of_dense_eigenvalues(noise: Noise) -> None:
    seen = set()
    for found in (tipping(noise), parting(noise), branch(tilted(3, 6.0, noise), -0.2, 0.2, pace=QUICK)):
        for point in found.points:
            values = dense_values(found.family.games(point.p), point.value)
            first = values.real.max()
            assert point.rightmost[0].real == pytest.approx(first, abs=1e-5)
            if point.kind in ("fold", "branch point"):
                assert np.abs(values).min() < 1e-4
                assert point.stable is None
                continue
            assert point.stable == (first < 0.0)
            assert point.index.count == np.sum((np.abs(values.imag) < 1e-9) & (values.real > 0.0))
            seen.add(point.stable)
    assert seen == {True, False}


@NOISES
def test_branch_points_are_where_the_two_begin_to_differ(noise: Noise) -> None:
    pair, found = Pair(-12.0, noise=noise), parting(noise)
    wanted = sorted(pair.partings())
    assert len(wanted) == 2
    np.testing.assert_allclose([point.p for point in found.branch_points], wanted, atol=1e-6 * 16)
    assert found.folds == ()
    assert [point.index.count for point in found.points][:: len(found.points) - 1] == [0, 0]
    assert [point.stable for point in found.at(0.0)] == [False]
    check_law(found)


def test_the_branch_that_parts_is_a_closed_loop_through_both_branch_points() -> None:
    pair, found = Pair(-12.0), loop()
    assert found.status == "From p = 0 upward it comes back to where it began."
    assert found.stopped == ("start",)
    np.testing.assert_allclose(sorted(point.p for point in found.branch_points), sorted(pair.partings()), atol=1e-5)
    assert found.folds == ()
    np.testing.assert_allclose(found.points[-1].value, found.points[0].value)
    one, other = found.at(1.0)
    np.testing.assert_allclose(apart(one.value), apart(other.value)[::-1], atol=1e-6)
    assert one.stable
    assert other.stable
    check_law(found)


@pytest.mark.parametrize(("seed", "noise"), [(0, "errors"), (1, "shocks")])
def test_without_folds_it_is_what_small_natural_steps_find(seed: int, noise: Noise) -> None:
    games = tilted(seed, 1.5, noise)
    found = branch(games, -1.0, 1.0, start=0.2, pace=QUICK)
    assert found.folds == found.branch_points == ()
    value = found.points[0].value
    for p in np.linspace(-1.0, 1.0, 41):
        game = games(p)
        for _ in range(6):
            change = np.linalg.solve(plain_slope(game, value, 1.0), plain_residual(game, value).ravel())
            value = value - change.reshape(value.shape)
        assert np.abs(change).max() < 1e-8
        if round(p * 20) % 8 == 0:
            (point,) = found.at(p)
            np.testing.assert_allclose(point.value, value, rtol=1e-7, atol=1e-7)
    check_law(found)


@settings(max_examples=3)
@given(seed=st.integers(0, 10**6), precision=st.floats(2.0, 30.0))
def test_an_eigenvalue_crosses_zero_exactly_at_folds_and_branch_points(seed: int, precision: float) -> None:
    check_law(branch(tilted(seed, precision), 0.0, 1.0, start=0.5, pace=dataclasses.replace(QUICK, most_points=15)))


@settings(max_examples=2)
@given(scale=st.floats(1e-3, 1e3))
def test_scaling_payoffs_and_precisions_leaves_the_points_where_they_are(scale: float) -> None:
    one, other = tipping("errors"), branch(Pair().games(scale), LOW, HIGH, pace=QUICK)
    np.testing.assert_allclose([point.p for point in other.points], [point.p for point in one.points], atol=1e-5)
    np.testing.assert_allclose([point.arc for point in other.points], [point.arc for point in one.points], atol=1e-5)
    np.testing.assert_allclose(other.folds[0].value, scale * one.folds[0].value, rtol=1e-4)


def test_stretching_p_leaves_the_points_where_they_are() -> None:
    games, one = Pair().games(), tipping("errors")
    other = branch(lambda q: games(LOW + 10.0 * (q - 3e4) / 2e4), 3e4, 5e4, pace=QUICK)
    np.testing.assert_allclose(
        [LOW + 10.0 * (point.p - 3e4) / 2e4 for point in other.points], [point.p for point in one.points], atol=1e-5
    )


@pytest.mark.parametrize("dense", [True, False])
def test_the_bordered_system_is_solved_at_a_fold_as_dense_algebra_solves_it(dense: bool) -> None:
    """[G_V G_p; t] by LU, at a fold, where G_V has no inverse; the second game by Arnoldi's eigenvalues."""
    found = tipping("errors") if dense else larger()
    point = found.folds[0]
    game, size = found.family.games(point.p), point.value.size
    slope, by_p = plain_slope(game, point.value, 1.0), found.family.slope(point.value, point.p)
    assert np.linalg.cond(slope) > 1e4
    row = np.append(point.metric.read(point.way.value).ravel(), point.way.p)
    matrix = np.block([[slope, by_p.reshape(-1, 1)], [row[None, :]]])
    right = np.random.default_rng(0).normal(size=point.value.shape)
    wanted = np.linalg.solve(matrix, np.append(right.ravel(), 0.0))
    problem = found.family.problem(point.p)
    system = Bordered(problem, problem.slope(problem.at(point.value, 1.0)), by_p, point.way, point.metric)
    got = system.solve(right, 1e-10)
    np.testing.assert_allclose(
        np.append(got.value.ravel(), got.p), wanted, rtol=2e-5, atol=1e-6 * np.abs(wanted[:size]).max()
    )
    assert point.metric.dot(point.way, got) == pytest.approx(0.0, abs=1e-9)


@cache
def larger() -> Branch:
    """120 unknowns, precisions in proportion to p: the principal branch, through a fold."""
    game = random_game(1, states=40, actors=3, precision=1.0)
    scaled = np.asarray(game.precision)
    return branch(lambda p: dataclasses.replace(game, precision=p * scaled), 0.8, 1.0, pace=Pace(most_points=16))


def test_a_larger_game_is_followed_through_its_fold() -> None:
    found = larger()
    top = found.folds[0]
    assert top.p == pytest.approx(0.93115, abs=1e-4)  # where the ray from default play ends
    values = dense_values(found.family.games(top.p), top.value)
    assert np.abs(values[np.abs(values.imag) < 1e-9]).min() < 1e-3
    both = found.at(0.93)
    assert len(both) >= 2
    assert [point.index.count % 2 for point in both[:2]] == [0, 1]
    for point in found.points:
        assert point.residual < 1e-5


def test_a_jump_is_told_from_a_branch_point() -> None:
    """Spots on two stretches that a fold parts, taken for neighbours; and two on either side of a branch point."""
    walker = Walker(tipping("errors").family, 1e-8)
    low, middle = (
        walker.begin(point.value, point.p) for point in (*tipping("errors").at(0.0)[:1], tipping("errors").at(0.3)[1])
    )
    assert low is not None
    assert middle is not None
    assert low.side == -middle.side != 0
    assert crossing(walker, low, middle) is None
    walker = Walker(parting("errors").family, 1e-8)
    (arm,), (alike,) = loop().at(0.0)[:1], parting("errors").at(0.3)
    one, other = walker.begin(arm.value, arm.p), walker.begin(alike.value, alike.p)
    assert one is not None
    assert other is not None
    assert one.side == -other.side != 0
    assert crossing(walker, one, other) is None
    (outer,), (inner,) = (parting("errors").at(p) for p in (-7.2, -6.8))
    before, after = (walker.begin(point.value, point.p) for point in (outer, inner))
    assert before is not None
    assert after is not None
    met = crossing(walker, before, after)
    assert met is not None
    assert met.before.p == pytest.approx(min(Pair(-12.0).partings()), abs=1e-5)


@NOISES
def test_sweeps_up_and_down_differ_between_the_folds(noise: Noise) -> None:
    pair = Pair(noise=noise)
    found = sweep(pair.games(), LOW, HIGH, steps=25)
    top, bottom = pair.folds()
    (up,), (down,) = found.jumps_up, found.jumps_down
    assert up.last - 1e-3 <= top <= up.first + 1e-3
    assert down.first - 1e-3 <= bottom <= down.last + 1e-3
    assert abs(up.first - up.last) < 2e-3
    assert up.size > 1.0
    np.testing.assert_array_equal(found.differ, (found.grid > bottom) & (found.grid < top))
    traced = tipping(noise)
    for k in (5, 12, 20):
        ends = sorted(apart(point.value)[0] for point in traced.at(found.grid[k]))
        assert apart(found.up[k])[0] == pytest.approx(ends[0] if found.grid[k] < top else ends[-1], abs=1e-6)
        assert apart(found.down[k])[0] == pytest.approx(ends[-1] if found.grid[k] > bottom else ends[0], abs=1e-6)
    assert found.status.startswith(f"Up: jumps at p = {up.last:.6g}. Down: jumps at p = {down.last:.6g}. Hysteresis:")


@pytest.mark.parametrize("push", [1e-3, -1e-3])
def test_play_settles_where_backward_induction_leads(push: float) -> None:
    """Off an unstable equilibrium it goes away from it, to the stable one on that side."""
    low, middle, high = tipping("errors").at(0.0)
    problem = tipping("errors").family.problem(0.0)
    found = settle(problem, middle.value + np.array([[0.0], [push]]), 1e-8)
    assert found.converged
    np.testing.assert_allclose(found.value, (high if push > 0 else low).value, atol=1e-5)


@pytest.mark.parametrize("harm", [None, 2.0])
def test_the_way_down_is_the_way_up_in_a_mirror(harm: float | None) -> None:
    """Going down in p is going up in -p: walked anew there, retraced here, with folds and without."""
    games = (Pair() if harm is None else Pair(harm=harm)).games()
    found, mirrored = sweep(games, LOW, HIGH, steps=25), sweep(lambda p: games(-p), -HIGH, -LOW, steps=25)
    for one, other in zip(found.down, reversed(mirrored.up), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert [-jump.last for jump in mirrored.jumps_up] == pytest.approx(
        [jump.last for jump in found.jumps_down], abs=2e-3
    )


def test_sweeps_without_a_fold_agree() -> None:
    found = sweep(Pair(harm=2.0).games(), LOW, HIGH, steps=10)
    assert found.status == "Up: no jump. Down: no jump."
    assert not found.differ.any()


def test_a_sweep_of_what_changes_nothing_stays_where_it_began() -> None:
    game = Pair(harm=2.0).games()(0.3)
    found = sweep(lambda p: game, 0.0, 1.0, steps=16)
    assert found.status == "Up: no jump. Down: no jump."
    for value in (*found.up, *found.down):
        np.testing.assert_allclose(value, found.up[0], atol=1e-9)


def test_a_path_that_leaves_the_range_ends_with_that_status() -> None:
    games = Pair().games()
    through = tipping("errors").status
    assert (
        through
        == "From p = -5 upward it reached the high end, p = 5; downward it is at the low end of the range already."
    )
    back = branch(games, 0.0, HIGH, name="worth", pace=QUICK)
    assert back.status.startswith("From worth = 0 upward it reached the low end, worth = 0;")
    assert back.points[-1].p == 0.0
    assert back.points[-1].kind == "end"
    assert len(back.folds) == 1
    both = branch(games, -1.0, 1.0, start=0.5, pace=QUICK)
    assert both.status == "From p = 0.5 upward it reached the high end, p = 1; downward it reached the low end, p = -1."
    assert both.stopped == ("end", "end")
    assert [both.points[0].p, both.points[-1].p] == [-1.0, 1.0]
    assert sorted(point.p for point in both.points) == [point.p for point in both.points]


def test_where_it_stops_and_why_is_told() -> None:
    games = Pair().games()
    short = branch(games, LOW, HIGH, pace=Pace(most_points=5))
    assert len(short.points) == 5
    assert "and no further: as many points as allowed" in short.status
    assert short.stopped == ("points", "end")
    tired = branch(games, LOW, HIGH, pace=Pace(most_sweeps=100))
    assert "as many sweeps as allowed" in tired.status
    assert tired.stopped == ("sweeps", "end")
    broken = branch(lambda p: games(p if p < 0.25 else p + 3.0), -1.0, 1.0, pace=QUICK)
    assert "could not be followed beyond p = 0.24" in broken.status
    assert broken.stopped == ("lost", "end")
    assert "Newton's method did not contract" in broken.status or "turns" in broken.status
    far = branch(games, LOW, HIGH, values=np.full((2, 2), np.nan))
    assert far.points == ()
    assert far.status == "No branch: at p = -5 Newton's method did not converge from the values given."
    assert far.at(0.0) == ()
    nowhere = sweep(games, LOW, HIGH, values=np.full((2, 2), np.nan), steps=2)
    assert nowhere.status == "No sweep: at p = -5 Newton's method did not converge from the values given."
    assert nowhere.up == nowhere.down == (None, None, None)


def test_senseless_input_is_refused() -> None:
    games = Pair().games()
    for low, high in ((1.0, 1.0), (2.0, 1.0), (np.nan, 1.0), (0.0, np.inf)):
        with pytest.raises(DetenteError, match="low end must lie below"):
            branch(games, low, high)
    with pytest.raises(DetenteError, match="lies outside the range"):
        branch(games, 0.0, 1.0, start=2.0)
    with pytest.raises(DetenteError, match="lies outside the range"):
        branch(games, LOW, -4.0, pace=QUICK).at(0.0)
    with pytest.raises(DetenteError, match="differ in more than their numbers"):
        branch(lambda p: toy_game(0 if p < 0.5 else 1), 0.0, 1.0)
    with pytest.raises(DetenteError, match="Values have the shape"):
        branch(games, 0.0, 1.0, values=np.zeros((3, 2)))
    with pytest.raises(DetenteError, match="at least one step"):
        sweep(games, LOW, HIGH, steps=0)


@NOISES
def test_differences_in_p_equal_forward_differentiation(noise: Noise) -> None:
    """dG/dp where p enters precisions, payoffs and rates at once, inside the range and at both ends."""
    game = toy_game(4, precision=2.0, noise=noise)
    value = np.random.default_rng(0).normal(size=game.shape)

    def games(p: float) -> Game:
        scaled = jnp.exp(p)
        return dataclasses.replace(
            game, precision=game.precision * scaled, flow=game.flow * (1 + p**2), tempo=game.tempo * (1 + jnp.sin(p))
        )

    with double_precision():
        family = Family(lambda p: jax.tree.map(jnp.asarray, games(jnp.asarray(p))), 0.2, 0.7)
        forward = jax.jit(jax.jacfwd(lambda q: residual(games(q), jnp.asarray(value))))
        for p in (0.2, 0.20003, 0.4, 0.69999, 0.7):
            wanted = 0.5 * np.asarray(forward(jnp.asarray(p)))
            np.testing.assert_allclose(family.slope(value, p), wanted, rtol=1e-6, atol=1e-7)


def test_lengths_count_log_odds_and_shares_of_the_range() -> None:
    metric = Metric(np.array([2.0, 0.0]))
    way = Way(np.array([[1.0, 5.0], [3.0, 9.0]]), 3.0)
    assert metric.size(way) == pytest.approx(np.sqrt(9.0 + 4.0))  # deviations of 1, times precision 2; 3 of p
    assert metric.dot(way, Way(np.ones((2, 2)), 0.0)) == 0.0
