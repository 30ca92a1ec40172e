"""Tracing: the equations hold, no branch is left for another, and what is met on the way is told."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from detente.equilibrium.homotopy import path as stepping
from detente.equilibrium.homotopy.trace import trace
from detente.equilibrium.homotopy.traced import Traced
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError
from tests.equilibrium.homotopy.dense_games import best_reply_values, errors, random_game

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=15)


@FEW
@given(SEEDS, st.integers(1, 3), st.integers(1, 3), st.sampled_from(["errors", "shocks", "raw"]))
def test_the_equations_hold_written_a_second_time(seed: int, states: int, players: int, noise: str) -> None:
    game = random_game(seed, states=states, players=players, masked=True)
    precision = np.linspace(2.0, 3.0, players)
    found = trace(game, precision, noise=noise)
    assert found.reached, found.status
    assert errors(game, found.policy, found.value, precision, noise) < 1e-9
    assert found.residual < 1e-9
    for n, mask in enumerate(game.mask):
        chances = found.policy[:, n, : mask.shape[1]]
        assert (np.isnan(chances) == ~mask).all()
        np.testing.assert_allclose(np.nansum(chances, axis=1), 1.0)


def in_small_steps(game: StochasticGame, precision: float, monkeypatch: pytest.MonkeyPatch) -> Traced:
    """The same walk with a hundredth of the error allowed at a step, and a thousandth of the turn."""
    with monkeypatch.context() as patch:
        patch.setattr(stepping, "WIDE", 2e-4)
        patch.setattr(stepping, "TURN", 0.999)
        return trace(game, precision, most=100_000)


@pytest.mark.parametrize("some", range(4))
def test_no_branch_is_left_for_another(some: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred random games, some of whose branches fold, against small steps."""
    folds = 0
    for seed in range(25 * some, 25 * (some + 1)):
        game = random_game(seed, states=1 + seed % 3, players=2 + seed % 2)
        precision = (3.0, 10.0, 30.0)[seed % 3 - 1]
        found, slow = trace(game, precision), in_small_steps(game, precision, monkeypatch)
        assert found.reached, (seed, found.status)
        assert slow.reached, (seed, slow.status)
        np.testing.assert_allclose(found.policy, slow.policy, atol=1e-7, err_msg=str(seed))
        assert [met.kind for met in found.met] == [met.kind for met in slow.met], seed
        for one, other in zip(found.met, slow.met, strict=True):
            assert one.precision == pytest.approx(other.precision, abs=1e-6)
        folds += len(found.met)
        assert slow.steps > 1.2 * found.steps
    assert folds > 0


@FEW
@given(SEEDS)
def test_regret_is_that_of_the_best_reply(seed: int) -> None:
    game = random_game(seed)
    found = trace(game, 2.0)
    for n in range(game.shape[1]):
        best = best_reply_values(game, found.policy, n, rounds=400)
        np.testing.assert_allclose(found.regret[:, n], best - found.value[:, n], atol=1e-6)
    assert (found.regret >= 0).all()


@FEW
@given(SEEDS, st.sampled_from(["errors", "shocks"]), st.sampled_from([1e-3, 0.1, 7.0, 1e4]))
def test_scaling_payoffs_up_and_precision_down_changes_no_chance(seed: int, noise: str, scale: float) -> None:
    game = random_game(seed)
    scaled = StochasticGame(scale * game.payoffs, game.transitions, game.discount)
    one, other = trace(game, 4.0, noise=noise), trace(scaled, 4.0 / scale, noise=noise)
    np.testing.assert_allclose(other.policy, one.policy, atol=1e-8)
    np.testing.assert_allclose(other.value, scale * one.value, atol=1e-7 * scale)
    assert one.steps == other.steps


@FEW
@given(SEEDS, st.floats(-50.0, 50.0))
def test_what_a_state_pays_whatever_is_done_changes_no_chance(seed: int, gift: float) -> None:
    """Of a game played once: a payoff shift by what the others do not change either."""
    game = random_game(seed, states=1)
    payoffs = game.payoffs.copy()
    payoffs[:, 0] += gift
    one, other = trace(StochasticGame(game.payoffs), 3.0), trace(StochasticGame(payoffs), 3.0)
    np.testing.assert_allclose(other.policy, one.policy, atol=1e-8)
    np.testing.assert_allclose(other.value[:, 0], one.value[:, 0] + gift, atol=1e-7)


@FEW
@given(SEEDS)
def test_order_of_players_actions_and_states_is_a_name_only(seed: int) -> None:
    game = random_game(seed, states=3, players=3, masked=True)
    rng = np.random.default_rng(seed)
    players, states = rng.permutation(3), rng.permutation(3)
    actions = [rng.permutation(size) for size in game.sizes]
    payoffs, transitions = game.payoffs[states][:, players], game.transitions[states][..., states]
    payoffs = np.transpose(payoffs, (0, 1, *(2 + players)))
    transitions = np.transpose(transitions, (0, *(1 + players), 4))
    for axis, player in enumerate(players):
        payoffs = np.take(payoffs, actions[player], axis=2 + axis)
        transitions = np.take(transitions, actions[player], axis=1 + axis)
    other_game = StochasticGame(
        payoffs,
        transitions,
        game.discount[players],
        mask=[game.mask[n][states][:, actions[n]] for n in players],
        weight=[game.weight[n][states][:, actions[n]] for n in players],
    )
    one, other = trace(game, 3.0), trace(other_game, 3.0)
    for axis, player in enumerate(players):
        size = game.sizes[player]
        expected = one.policy[states][:, player, :size][:, actions[player]]
        np.testing.assert_allclose(other.policy[:, axis, :size], expected, atol=1e-9)
        np.testing.assert_allclose(other.value[:, axis], one.value[states, player], atol=1e-9)


@FEW
@given(SEEDS, st.sampled_from(["errors", "shocks"]))
def test_an_action_split_in_two_of_half_the_weight_is_the_same_action(seed: int, noise: str) -> None:
    game = random_game(seed)
    twice = [*range(game.sizes[0]), 0]
    weight = [game.weight[0][:, twice].copy(), game.weight[1]]
    weight[0][:, [0, -1]] /= 2
    split = StochasticGame(game.payoffs[:, :, twice], game.transitions[:, twice], game.discount, weight=weight)
    one, other = trace(game, 3.0, noise=noise), trace(split, 3.0, noise=noise)
    joined = other.policy[:, 0, : game.sizes[0]].copy()
    joined[:, 0] += other.policy[:, 0, game.sizes[0]]
    np.testing.assert_allclose(joined, one.policy[:, 0, : game.sizes[0]], atol=1e-9)
    np.testing.assert_allclose(other.value, one.value, atol=1e-9)


def test_folds_are_where_a_closed_form_has_them() -> None:
    """Coordination against a habit: log odds u solve u - h = lam (tanh(u / 2) - b), so lam is a function of u.

    Each gets tanh(u / 2) - b more by the first action; default play leans to it by h. lam(u) rises, falls and rises.
    """
    habit, b = 2.0, np.tanh(1.0) + 0.02
    payoffs = np.array([[1 - b, -b], [0.0, 1.0]])
    weight = [np.array([[np.exp(habit), 1.0]])] * 2
    game = StochasticGame.strategic([payoffs, payoffs.T], weight=weight)

    def slope(u: float) -> float:
        return b - np.tanh(u / 2) - (habit - u) / 2 / np.cosh(u / 2) ** 2

    folds = [brentq(slope, 0.5, 1.99), brentq(slope, -6.0, 0.5)]
    expected = [(u - habit) / (np.tanh(u / 2) - b) for u in folds]
    assert expected[0] > expected[1]
    found = trace(game, 1.5 * expected[0])
    assert [met.kind for met in found.met] == ["fold", "fold"]
    assert [met.precision for met in found.met] == pytest.approx(expected, abs=1e-9)
    assert f"passed folds at {expected[0]:.6g}, {expected[1]:.6g}" in found.status
    lams = found.path.precision
    assert lams.max() == pytest.approx(1.5 * expected[0])
    assert (np.diff(lams) < 0).any()


def test_to_the_limit_nobody_has_anything_left_to_gain() -> None:
    for seed in range(8):
        found = trace(random_game(seed), math.inf)
        assert found.reached, found.status
        assert found.regret.max() < 1e-3
        assert "limit" in found.status


def test_precision_zero_is_default_play() -> None:
    game = random_game(3, masked=True)
    found = trace(game, 0.0)
    for n, weight in enumerate(game.weight):
        expected = weight / weight.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(np.nan_to_num(found.policy[:, n, : weight.shape[1]]), expected)
    assert found.precision == 0.0


def test_a_neighbours_result_is_a_start(tmp_path: Any) -> None:
    game = random_game(4)
    nearby = StochasticGame(game.payoffs + 0.01, game.transitions, game.discount)
    there, fresh = trace(game, 5.0), trace(nearby, 5.0)
    there.save(tmp_path / "there.npz")
    warm = trace(nearby, 5.0, start=Traced.load(tmp_path / "there.npz"))
    np.testing.assert_allclose(warm.policy, fresh.policy, atol=1e-9)
    assert warm.evaluations < fresh.evaluations / 3
    told = "Continued from a neighbour's solution by Newton's method; whether it is on the principal branch was not"
    assert told in warm.status
    warm.save(tmp_path / "warm.npz")
    back = Traced.load(tmp_path / "warm.npz")
    assert told in back.status
    again = trace(back.game, **back.asked)
    assert np.array_equal(again.policy, warm.policy, equal_nan=True)
    assert again.evaluations == warm.evaluations


def test_a_result_comes_back_whole_from_its_file(tmp_path: Any) -> None:
    found = trace(random_game(5, masked=True), 3.0, noise="shocks")
    found.save(tmp_path / "kept.npz")
    back = Traced.load(tmp_path / "kept.npz")
    for name in ("policy", "value", "regret", "ratio"):
        assert np.array_equal(getattr(back, name), getattr(found, name), equal_nan=True)
    for name in ("status", "noise", "residual", "steps"):
        assert getattr(back, name) == getattr(found, name)
    again = trace(back.game, **back.asked)
    assert np.array_equal(again.policy, found.policy, equal_nan=True)
    np.savez(tmp_path / "strange.npz", x=np.zeros(3))
    short = (tmp_path / "kept.npz").read_bytes()
    for content in (b"no such thing", short[: len(short) // 2], (tmp_path / "strange.npz").read_bytes()):
        (tmp_path / "other.npz").write_bytes(content)
        with pytest.raises(DetenteError, match="no traced equilibrium"):
            Traced.load(tmp_path / "other.npz")


def test_a_branch_beside_the_principal_one_is_met_from_above_too() -> None:
    """From a turn at a higher precision than asked for: play there leads on along its own branch, downwards."""
    game = StochasticGame.strategic(
        [
            [[[9, 0], [0, 3]], [[0, 3], [9, 0]]],
            [[[8, 0], [0, 4]], [[0, 4], [8, 0]]],
            [[[12, 0], [0, 6]], [[0, 6], [2, 0]]],
        ]
    )
    turn = trace(game, 2.0).met[0].turns[0]
    target = 0.45
    assert turn.lam > target
    found = trace(game, target, start=turn)
    assert found.reached, found.status
    assert (np.diff(found.path.precision) < 0).all()
    on_the_way_up = trace(game, 2.0, start=turn)
    fold = next(met.precision for met in on_the_way_up.met if met.kind == "fold")
    assert fold < target
    assert not found.met
    assert np.abs(found.policy[0, :2] - 0.5).max() > 0.05
    assert errors(game, found.policy, found.value, np.full(3, target), "errors") < 1e-9


def test_a_walk_that_is_cut_short_says_so() -> None:
    found = trace(random_game(0), 10.0, most=2)
    assert not found.reached
    assert "Stopped after 2 steps" in found.status


@pytest.mark.parametrize(
    ("precision", "noise", "told"),
    [(-1.0, "errors", "at least zero"), (math.nan, "errors", "at least zero"), ([1.0] * 3, "errors", "one for each"),
     (1.0, "loud", "not 'loud'"), (math.inf, "raw", "Raw shocks"), ([1.0, math.inf], "errors", "Either all")],
)  # fmt: skip
def test_senseless_requests_are_refused(precision: Any, noise: str, told: str) -> None:
    with pytest.raises(DetenteError, match=told):
        trace(random_game(0), precision, noise=noise)


def test_a_path_with_points_near_each_other_leads_to_the_same_place() -> None:
    game = StochasticGame.strategic([[[0, -1], [1, -4]], [[0, 1], [-1, -4]]])
    usual, fine = trace(game, 3.0), trace(game, 3.0, longest=0.05)
    assert len(usual.path) < 20 < 60 <= len(fine.path)
    assert np.abs(np.diff(fine.path.precision)).max() <= 0.05 + 1e-9
    np.testing.assert_allclose(fine.policy, usual.policy, atol=1e-9)
    for nonsense in (0, -1.0, math.nan, "far"):
        with pytest.raises(DetenteError, match="longest="):
            trace(game, 3.0, longest=nonsense)  # type: ignore[arg-type]
