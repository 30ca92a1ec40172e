"""What the determinant's sign does not tell: several crossings at once or in one step, two folds in one step."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

from detente.equilibrium.homotopy.trace import trace
from detente.equilibrium.homotopy.traced import Traced
from detente.game.stochastic import StochasticGame
from tests.equilibrium.homotopy.dense_games import errors, random_game

tracing = importlib.import_module("detente.equilibrium.homotopy.trace")
MEET = np.stack([np.eye(2)] * 2)  # paid 1 for doing the same: uniform play is singular at precision 2
CROSSING = np.array(  # McKelvey and McLennan's, which branches at 0.59675515
    [[[[9, 0], [0, 3]], [[0, 3], [9, 0]]], [[[8, 0], [0, 4]], [[0, 4], [8, 0]]], [[[12, 0], [0, 6]], [[0, 6], [2, 0]]]],
    dtype=float,
)


def majority(sign: float) -> StochasticGame:
    """Three who are paid ``sign`` for each other that does the same."""
    pay = np.zeros((3, 2, 2, 2))
    for acts in np.ndindex(2, 2, 2):
        for n in range(3):
            pay[(n, *acts)] = sign * (acts.count(acts[n]) - 1)
    return StochasticGame(pay[None])


def lead_on(game: StochasticGame, found: Traced, precision: float) -> list[np.ndarray]:
    """Play at a precision on every way on from the first bifurcation; each is an equilibrium."""
    ends = [trace(game, precision, start=turn) for turn in found.met[0].turns]
    for one in ends:
        assert one.reached, one.status
        assert errors(game, one.policy, one.value, np.full(game.shape[1], precision), "errors") < 1e-9
    return [one.policy for one in ends]


def different(plays: list[np.ndarray]) -> int:
    """How many differ."""
    kept: list[np.ndarray] = []
    for play in plays:
        if all(np.nanmax(np.abs(play - each)) > 1e-3 for each in kept):
            kept.append(play)
    return len(kept)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_where_all_actions_are_alike_all_differences_vanish_at_once(size: int) -> None:
    """u = lam (pi' - 1 / n), pi = 1 / n + u / n + ..: every difference between actions vanishes at lam = n."""
    found = trace(StochasticGame.strategic([np.eye(size)] * 2), 4.0 * size)
    assert [met.kind for met in found.met] == ["bifurcation"]
    assert found.met[0].precision == pytest.approx(size, abs=1e-6)
    assert found.met[0].together == size - 1
    assert ("at once" in found.status) == (size > 2)
    np.testing.assert_allclose(found.policy, 1.0 / size, atol=1e-12)


def test_from_a_choice_of_three_places_to_meet_six_ways_lead_on() -> None:
    """To each of the places, and away from each."""
    game = StochasticGame.strategic([np.eye(3)] * 2)
    found = trace(game, 8.0)
    ends = lead_on(game, found, 8.0)
    assert len(ends) == different(ends) == 6
    assert sorted(int((play[0, 0] > 0.2).sum()) for play in ends) == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(("sign", "where", "together"), [(1.0, 1.0, 1), (-1.0, 2.0, 2)])
def test_three_who_want_to_meet_or_to_part(sign: float, where: float, together: int) -> None:
    """u_i = sign lam / 2 (u_j + u_k): eigenvalues 2 and twice -1 of the matrix without diagonal."""
    found = trace(majority(sign), 5.0)
    assert [met.precision for met in found.met] == pytest.approx([where], abs=1e-6)
    assert found.met[0].together == together
    assert len(lead_on(majority(sign), found, 5.0)) >= 2 * together


@pytest.mark.parametrize(("payoffs", "where", "ways"), [(MEET, 2.0, 8), (CROSSING, 0.59675515, 6)])
def test_two_games_without_connection_cross_at_once(
    payoffs: np.ndarray, where: float, ways: int, tmp_path: Any
) -> None:
    """One, the other or both turn off: 3 x 3 - 1 ways where both sides rise, one and both on two sides else."""
    alone = trace(StochasticGame(payoffs[None]), 2.0 * where)
    game = StochasticGame(np.stack([payoffs, payoffs]))
    found = trace(game, 2.0 * where)
    assert [met.precision for met in found.met] == pytest.approx([where], abs=1e-6)
    assert [(met.kind, met.together) for met in found.met] == [("bifurcation", 2)]
    assert f"at {where:.6g} (2 at once)" in found.status
    assert str(found.met[0]).endswith("where 2 directions vanish at once")
    np.testing.assert_allclose(found.policy, np.concatenate([alone.policy] * 2), atol=1e-9)
    assert len(found.met[0].turns) == ways
    ends = lead_on(game, found, 2.0 * where)
    assert different(ends) == ways
    found.save(tmp_path / "kept.npz")
    back = Traced.load(tmp_path / "kept.npz")
    assert [met.together for met in back.met] == [2]
    turned = trace(game, 2.0 * where, start=back.met[0].turns[1])
    assert np.array_equal(turned.policy, trace(game, 2.0 * where, start=found.met[0].turns[1]).policy)
    turned.save(tmp_path / "turned.npz")
    again = Traced.load(tmp_path / "turned.npz")
    assert np.array_equal(trace(again.game, **again.asked).path.policy, turned.path.policy)


@pytest.mark.parametrize("factor", [1.001, 1.1, 1.5])
def test_two_crossings_within_one_step_are_both_found(factor: float) -> None:
    """Two games without connection, one paid more: uniform play is singular at 2 / factor and at 2."""
    game = StochasticGame(np.stack([MEET, factor * MEET]))
    found = trace(game, 5.0)
    assert not ((found.path.precision > 2.0 / factor) & (found.path.precision < 2.0)).any()
    assert [met.precision for met in found.met] == pytest.approx([2.0 / factor, 2.0], abs=1e-6)
    assert [(met.kind, met.together, len(met.turns)) for met in found.met] == [("bifurcation", 1, 2)] * 2
    for met in found.met:
        turned = np.abs(trace(game, 5.0, start=met.turns[0]).policy - 0.5).max(axis=(1, 2))
        assert (turned > 0.1).tolist() == [met.precision == pytest.approx(2.0), met.precision != pytest.approx(2.0)]


@pytest.mark.parametrize(
    "blocks",
    [
        [(3, 1.9), (3, 2.0)],
        [(3, 1.0), (3, 1.003)],
        [(3, 1.9), (3, 1.0), (3, 2.0), (3, 1.9)],
        [(2, 1.9), (2, 1.0), (2, 1.05), (2, 1.0)],
        [(3, 1.9), (2, 1.3)],
        [(3, 1.9), (2, 1.25), (2, 1.3), (3, 2.2)],
        [(2, 1.9), (3, 1.9), (2, 1.9), (2, 2.0), (3, 1.0)],
    ],
)
def test_of_several_crossings_within_one_step_none_is_dropped(blocks: list[tuple[int, float]]) -> None:
    """Unconnected games of n places to meet, paid k: n - 1 directions vanish at n / k."""
    most = max(size for size, _ in blocks)
    open_here = np.array([[action < size for action in range(most)] for size, _ in blocks])
    payoffs = np.stack([np.stack([k * np.eye(most)] * 2) for _, k in blocks])
    expected: dict[float, int] = {}
    for size, k in sorted(blocks, key=lambda block: block[0] / block[1]):
        expected[size / k] = expected.get(size / k, 0) + size - 1
    found = trace(StochasticGame(payoffs, mask=[open_here] * 2), 3.9)
    assert found.reached
    assert [met.precision for met in found.met] == pytest.approx(list(expected), abs=1e-6)
    assert [met.together for met in found.met] == list(expected.values())


@pytest.mark.parametrize("seed", [3, 8])
def test_rounding_errors_near_a_crossing_hide_none(seed: int) -> None:
    """Circulant payoffs, the same for both: uniform play, singular at 3 over the singular values, each met twice."""
    rng = np.random.default_rng(seed)
    rows = 2 * rng.normal(size=(3, 3))
    payoffs = np.stack([np.stack([[np.roll(row, i) for i in range(3)]] * 2) for row in rows])
    onward = np.broadcast_to(rng.dirichlet(np.ones(4), size=3)[:, None, None, :3], (3, 3, 3, 3))
    found = trace(StochasticGame(payoffs, onward, 0.9), 8.0)
    expected = sorted(3 / np.abs(np.fft.fft(rows, axis=1)[:, 1]))
    assert [met.precision for met in found.met] == pytest.approx(expected, abs=1e-6)
    assert [met.together for met in found.met] == [2, 2, 2]


def test_a_way_that_leads_upward_does_not_come_to_a_precision_below() -> None:
    game = StochasticGame(CROSSING[None])
    turn = max(trace(game, 2.0).met[0].turns, key=lambda turn: turn.lam)
    found = trace(game, 0.5968, start=turn)
    assert turn.lam > 0.5968
    assert not found.reached
    assert "leads on past precision" in found.status


@pytest.mark.parametrize("past", [0.0, 1e-12, -1e-12, 1e-9, -1e-9, 1e-8, 1e-7, 1e-6, -1e-6])
def test_a_precision_next_to_a_crossing_is_reached(past: float) -> None:
    """The two who meet choose by chance, the third with log odds of half the precision: (12 - 6 - 6 + 2) / 4."""
    game = StochasticGame(CROSSING[None])
    asked = trace(game, 2.0).met[0].precision + past
    found = trace(game, asked)
    assert found.reached
    assert found.precision == asked
    np.testing.assert_allclose(found.policy[0, :2], 0.5, atol=1e-7)
    assert found.policy[0, 2, 0] == pytest.approx(1 / (1 + np.exp(-asked / 2)), abs=1e-8)
    assert found.residual < 1e-9
    assert ("beside a crossing" in found.status) == (abs(past) < 5e-7)


@pytest.mark.parametrize("size", [2, 3])
def test_the_precision_of_a_crossing_itself_is_reached(size: int) -> None:
    found = trace(StochasticGame.strategic([np.eye(size)] * 2), float(size))
    assert found.reached
    assert found.precision == size
    np.testing.assert_allclose(found.policy, 1 / size, atol=1e-12)
    assert found.residual < 1e-12


def test_a_precision_with_no_point_gives_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "root", lambda *_: None)
    found = trace(StochasticGame(CROSSING[None]), 0.59675515)
    assert not found.reached
    assert f"this is the nearest, at {found.precision:.6g}" in found.status
    assert abs(found.precision - 0.59675515) < 0.2


def habit(b: float) -> tuple[StochasticGame, Any, list[float]]:
    """A game whose branch is known, lam as a function of u, and its folds; see the test of folds in test_trace."""
    pay = np.array([[1 - b, -b], [0.0, 1.0]])
    game = StochasticGame.strategic([pay, pay.T], weight=[np.array([[np.exp(2.0), 1.0]])] * 2)

    def slope(u: float) -> float:
        return float(b - np.tanh(u / 2) - (2.0 - u) / 2 / np.cosh(u / 2) ** 2)

    return game, lambda u: (u - 2.0) / (np.tanh(u / 2) - b), [brentq(slope, 0.0, 1.0), brentq(slope, -1.0, 0.0)]


@pytest.mark.parametrize("more", [0.234, 0.236, 0.238])
def test_two_folds_within_one_step_are_both_found(more: float) -> None:
    game, lam, folds = habit(np.tanh(1.0) + more)
    found = trace(game, 4.0)
    assert (np.diff(found.path.precision) > 0).all()  # no point between them
    assert [met.kind for met in found.met] == ["fold", "fold"]
    assert [met.precision for met in found.met] == pytest.approx([lam(u) for u in folds], abs=1e-9)


def test_what_lies_between_two_folds_of_a_step_is_met_before_the_first() -> None:
    game, lam, folds = habit(np.tanh(1.0) + 0.234)
    target = (lam(folds[0]) + lam(folds[1])) / 2
    found = trace(game, target)
    u = brentq(lambda u: lam(u) - target, folds[0], 1.0)
    np.testing.assert_allclose(found.policy[0, :, 0], 1 / (1 + np.exp(-u)), atol=1e-9)
    assert not found.met


def test_ordinary_games_report_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    games = [random_game(seed, states=1 + seed % 3, players=2 + seed % 2) for seed in range(300, 350)]
    found = [trace(game, 10.0) for game in games]
    monkeypatch.setattr(tracing, "crossings", lambda *_: 0)
    for one, game in zip(found, games, strict=True):
        assert [str(met) for met in one.met] == [str(met) for met in trace(game, 10.0).met]
    assert sum(len(one.met) for one in found) > 4
