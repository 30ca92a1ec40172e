"""The front door on small games, against dense solutions computed here, and its answers when it cannot."""

from __future__ import annotations

import dataclasses

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from tests.equilibrium.games import no_chance, own_factor_game, toy_game
from tests.equilibrium.plain import plain_residual, plain_trace
from tests.random_games import random_game


@pytest.mark.parametrize(
    "game",
    [
        toy_game(0, precision=2.0),
        toy_game(1, precision=2.0, noise="shocks"),
        random_game(0, states=60, actors=2),
        random_game(1, states=20, actors=4, actions_per_actor=3, precision=1.0),
    ],
)
def test_small_games_equal_a_dense_solution(game: Game) -> None:
    found = solve(game)
    dense, reached, _ = plain_trace(game, steps=10)
    assert reached == 1.0
    assert found.converged
    assert found.certified, found.statement
    assert found.statement.startswith("Certified: on the branch from default play")
    precision = np.asarray(game.precision)
    assert (precision * np.ptp(found.value - dense, axis=0)).max() < 2e-8
    np.testing.assert_allclose(found.value, dense, rtol=3e-8, atol=1e-7)
    assert found.residual == pytest.approx(np.abs(plain_residual(game, found.value)).max(), rel=0.5, abs=1e-12)
    assert found.regret < 1e-14
    assert found.reached == 1.0
    assert all(value.real < 0 for value in found.rightmost)


def test_a_game_too_large_for_dense_algebra_is_certified_by_krylov_spaces() -> None:
    game = random_game(0, states=300, actors=4, actions_per_actor=3, precision=0.05)
    found = solve(game)
    assert found.certified, found.statement
    assert np.abs(plain_residual(game, found.value)).max() < 1e-6
    assert found.rightmost[0].real < 0.0
    nearby = random_game(0, states=300, actors=4, actions_per_actor=3, precision=0.052)
    again = solve(nearby, start=found, neighbour=game)
    assert again.certified
    assert again.sweeps < found.sweeps / 3


def test_play_is_handed_back_over_all_states() -> None:
    game = toy_game(2)
    found = solve(game, certify=False)
    for column, policy, accepted in zip(game.columns, found.policy, found.accepted, strict=True):
        closed = np.asarray(column.action) < 0
        assert policy.shape == accepted.shape == (6,)
        assert (policy[closed] == 0.0).all()
        assert (accepted[closed] == 1.0).all()
        assert (policy[~closed] > 0.0).all()
        assert column.consenters or (accepted == 1.0).all()


def single(noise: str, precision: float) -> Game:
    """One actor that walks up and down eight states, pays for a step, and slides down by chance."""
    states, here = 8, np.arange(8)
    rng = np.random.default_rng(5)
    with double_precision():
        game = toy_game(0, states=states, actors=1, precision=precision, noise=noise)  # type: ignore[arg-type]
        up = dataclasses.replace(
            game.columns[0],
            action=jnp.zeros(states, jnp.int32),
            weight=jnp.full(states, 0.5),
            succ=jnp.asarray(np.stack([np.minimum(here + 1, 7), here], 1), jnp.int32),
            chance=jnp.asarray(np.tile([0.7, 0.3], (states, 1))),
            pay=jnp.full((states, 1), -0.4),
            asking=None,
        )
        down = dataclasses.replace(up, succ=jnp.asarray(np.stack([np.maximum(here - 1, 0), here], 1), jnp.int32))
        slide = dataclasses.replace(
            no_chance(states),
            succ=jnp.asarray(np.maximum(here - 1, 0)[:, None], jnp.int32),
            rate=jnp.full((states, 1), 0.05),
        )
        flow = jnp.asarray(rng.normal(0, 1, (states, 1)))
        return dataclasses.replace(game, columns=(up, down), chance=slide, flow=flow)


def discrete(game: Game, best: bool) -> np.ndarray:
    """Value iteration of the same decision problem as a uniformised chain: by the best reply, or by the logsum."""
    rate, lam = float(game.tempo[0]) + 0.05, float(game.precision[0])
    beta = rate / (rate + float(game.discount[0]))
    flow, value = np.asarray(game.flow)[:, 0] / (rate + float(game.discount[0])), np.zeros(8)
    moved = float(game.tempo[0]) / rate
    for _ in range(20_000):
        up, down = (
            -0.4 + 0.7 * value[np.asarray(column.succ)[:, 0]] + 0.3 * value
            for column in (game.columns[0], game.columns[1])
        )
        if best:
            move = np.maximum(value, np.maximum(up, down))
        else:
            total = np.exp(lam * (value - value.max())) + 0.5 * np.exp(lam * (up - value.max()))
            move = value.max() + np.log((total + 0.5 * np.exp(lam * (down - value.max()))) / 2.0) / lam
        value = flow + beta * (moved * move + (1 - moved) * value[np.maximum(np.arange(8) - 1, 0)])
    return value


def test_one_actor_with_shocks_is_a_logsum_fixed_point() -> None:
    game = single("shocks", 1.5)
    found = solve(game)
    np.testing.assert_allclose(found.value[:, 0], discrete(game, best=False), rtol=1e-9)


def test_one_actor_at_high_precision_comes_near_the_best_policy() -> None:
    best = discrete(single("errors", 1.0), best=True)
    gaps = [best - solve(single("errors", precision)).value[:, 0] for precision in (0.3, 1.0, 3.0, 10.0)]
    assert all((gap > -1e-9).all() for gap in gaps)
    assert gaps[0].max() > gaps[1].max() > gaps[2].max() > gaps[3].max()
    assert gaps[3].max() < 1e-7


def test_a_sure_thing_is_valued_by_hand() -> None:
    flow = np.broadcast_to([1.0, -2.0], (2, 2, 2))
    found = solve(own_factor_game(flow, 3.0))
    rho = -np.log(0.9) / 12
    np.testing.assert_allclose(found.value, np.tile([1.0 / rho, -2.0 / rho], (4, 1)), rtol=1e-9)
    np.testing.assert_allclose(found.policy[0], 0.2 / 1.2, rtol=1e-9)


def test_a_neighbour_is_continued_to_the_same_solution() -> None:
    one, other = toy_game(3, precision=2.0), toy_game(3, precision=2.0)
    with double_precision():
        other = dataclasses.replace(other, flow=1.1 * one.flow, tempo=1.05 * one.tempo)
    first = solve(one)
    again = solve(other, start=first, neighbour=one)
    traced = solve(other)
    assert again.certified
    assert again.statement.startswith("Certified: continued from a neighbouring solution")
    assert again.settings.certify == "index"
    assert again.sweeps < traced.sweeps / 2
    np.testing.assert_allclose(again.value, traced.value, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(solve(other, start=first.value).value, traced.value, rtol=1e-7, atol=1e-7)


def test_a_far_neighbour_is_walked_from() -> None:
    one, other = toy_game(4, precision=4.0), toy_game(5, precision=4.0)
    with double_precision():
        start = dataclasses.replace(other, flow=one.flow)
    first = solve(start, certify=False)
    walked = solve(other, start=first, neighbour=start)
    assert walked.converged
    np.testing.assert_allclose(walked.value, solve(other).value, rtol=1e-7, atol=1e-6)


def test_a_start_of_another_shape_or_without_numbers_is_not_used() -> None:
    game = toy_game(3)
    traced = solve(game, certify=False)
    for start in (np.zeros((3, 3)), np.full(game.shape, np.nan)):
        found = solve(game, start=start, certify=False)
        np.testing.assert_allclose(found.value, traced.value, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("hurt", ["flow", "discount", "chance"])
def test_no_number_in_is_no_answer_out(hurt: str) -> None:
    game = toy_game(0)
    with double_precision():
        if hurt == "flow":
            game = dataclasses.replace(game, flow=game.flow.at[2, 1].set(jnp.nan))
        elif hurt == "discount":
            game = dataclasses.replace(game, discount=jnp.zeros(3))
        else:
            rate = game.chance.rate.at[0, 0].set(jnp.inf)
            game = eqx.tree_at(lambda one: one.chance.rate, game, rate)
    found = solve(game)
    assert not found.converged
    assert not found.certified
    assert found.reached == 0.0
    assert found.statement.startswith("Did not converge: not even default play")


def test_a_spent_budget_is_told() -> None:
    from detente.equilibrium.result import Settings

    found = solve(toy_game(0, precision=20.0), settings=Settings(most_sweeps=60))
    assert not found.converged
    assert 0.0 <= found.reached < 1.0
    assert "Did not converge" in found.statement


def test_no_actions_and_a_single_state() -> None:
    game = dataclasses.replace(toy_game(0), columns=())
    found = solve(game)
    assert found.certified
    dense, _, _ = plain_trace(game, steps=1)
    np.testing.assert_allclose(found.value, dense, rtol=1e-8)
    lone = toy_game(0, states=2)
    with double_precision():
        lone = dataclasses.replace(lone, columns=(), chance=no_chance(1), flow=jnp.asarray([[1.0, 2.0, 3.0]]))
    found = solve(lone)
    np.testing.assert_allclose(found.value, [[1.0, 2.0, 3.0]] / np.asarray(lone.discount), rtol=1e-9)
    assert found.certified, found.statement


def test_progress_is_told_in_order() -> None:
    told: list[tuple[float, str]] = []
    solve(toy_game(0), progress=lambda share, what: told.append((share, what)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert any("default play, t = 1.00" in what for _, what in told)


def test_a_looser_tolerance_is_kept() -> None:
    game = toy_game(1, precision=2.0)
    loose, tight = solve(game, tolerance=1e-4, certify=False), solve(game, tolerance=1e-10, certify=False)
    gap = (np.asarray(game.precision) * np.ptp(loose.value - tight.value, axis=0)).max()
    assert gap < 1e-4
    assert loose.sweeps < tight.sweeps
    assert loose.settings.tolerance == 1e-4
    assert loose.statement == "Converged; not checked, so not certified."


def test_one_actor_with_shocks_is_a_decision_problem() -> None:
    """At any precision at once, and equal to value iteration on the soft maximum."""
    game = random_game(4, states=40, actors=1, actions_per_actor=3, consent_share=0.0, precision=50.0, noise="shocks")
    found = solve(game)
    assert found.certified, found.statement
    assert found.sweeps < 1000
    lam, tempo, rho = (float(np.asarray(x)[0]) for x in (game.precision, game.tempo, game.discount))
    rate, succ = np.asarray(game.chance.rate), np.asarray(game.chance.succ)
    value = np.zeros(40)
    for _ in range(20_000):
        odds, weight = [lam * value], [np.ones(40)]
        for column in game.columns:
            after = (np.asarray(column.chance) * value[np.asarray(column.succ)]).sum(axis=1)
            for paid, sign in ((column.pay, 1.0), (column.asking, -1.0)):
                after = after + (0.0 if paid is None else sign * np.asarray(paid)[:, 0])
            odds.append(lam * after)
            weight.append(np.asarray(column.weight))
        top = np.max(odds, axis=0)
        soft = top + np.log((np.array(weight) * np.exp(odds - top)).sum(axis=0) / np.sum(weight, axis=0))
        moved = np.asarray(game.flow)[:, 0] + tempo * soft / lam + (rate * value[succ]).sum(axis=1)
        value = moved / (rho + tempo + rate.sum(axis=1))
    np.testing.assert_allclose(found.value[:, 0], value, atol=1e-6)
