"""What must be true of every branch in a parameter, on random games."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import equinox as eqx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.branch import Branch, Pace, branch
from detente.game.arrays import Column, Game
from detente.game.double import double_precision
from tests.equilibrium.games import Noise
from tests.equilibrium.tipping import Pair

SEEDS = st.integers(0, 10_000)
NOISE: st.SearchStrategy[Noise] = st.sampled_from(["errors", "shocks"])
FEW = settings(max_examples=2)
PACE = Pace(first=0.2, longest=1.0, tolerance=1e-10)
LOW, HIGH = -6.0, 6.0
Games = Callable[[float], Game]


def tug(seed: int, noise: Noise) -> Games:
    """Two who move one state back and forth, each by odds, pace and harm of its own; p is what each side is worth."""
    rng = np.random.default_rng(seed)
    base = Pair(noise=noise).games()(0.0)
    with double_precision():
        columns = tuple(
            dataclasses.replace(
                column,
                weight=column.weight * np.exp(rng.uniform(-0.3, 0.3, 2)),
                pay=column.pay * rng.uniform(0.7, 1.3),
                asking=column.pay * 0.0 + rng.uniform(0.0, 0.1),
            )
            for column in base.columns
        )
        tempo, lam = base.tempo * rng.uniform(0.8, 1.2, 2), base.precision * rng.uniform(0.9, 1.2, 2)
    game = dataclasses.replace(base, columns=columns, tempo=tempo, precision=lam)
    worth = rng.uniform(0.5, 1.5, 2)
    return lambda p: dataclasses.replace(game, flow=np.array([[0.0, 0.0], p * worth]))


def followed(games: Games) -> Branch:
    return branch(games, LOW, HIGH, start=-4.0, pace=PACE)


def same_places(one: Branch, other: Branch) -> None:
    """Positions, kinds, stability and how it ended."""
    assert [point.kind for point in other.points] == [point.kind for point in one.points]
    assert [point.stable for point in other.points] == [point.stable for point in one.points]
    for what in ("p", "arc"):
        np.testing.assert_allclose(
            *([getattr(point, what) for point in found.points] for found in (other, one)), atol=1e-5
        )
    assert other.status == one.status


@FEW
@given(SEEDS, NOISE, st.sampled_from([1e-3, 0.1, 7.0, 1e4]))
def test_scaling_payoffs_up_and_precision_down_changes_no_place(seed: int, noise: Noise, scale: float) -> None:
    games = tug(seed, noise)

    def scaled(p: float) -> Game:
        game = games(p)
        with double_precision():
            columns = tuple(
                dataclasses.replace(column, pay=scale * column.pay, asking=scale * column.asking)
                for column in game.columns
            )
            lam = game.precision / scale
        return dataclasses.replace(game, columns=columns, flow=scale * np.asarray(game.flow), precision=lam)

    one, other = followed(games), followed(scaled)
    same_places(one, other)
    for a, b in zip(one.points, other.points, strict=True):
        np.testing.assert_allclose(b.value / scale, a.value, rtol=1e-4, atol=1e-4)


@FEW
@given(SEEDS, NOISE)
def test_the_order_of_actors_says_nothing(seed: int, noise: Noise) -> None:
    games, order = tug(seed, noise), np.array([1, 0])  # new actor i is old actor order[i]

    def moved(column: Column) -> Column:
        assert column.pay is not None
        assert column.asking is not None
        return dataclasses.replace(
            column,
            actor=1 - column.actor,
            consenters=tuple(1 - r for r in column.consenters),
            pay=column.pay[:, order],
            asking=column.asking[:, order],
        )

    def other_games(p: float) -> Game:
        game = games(p)
        with double_precision():
            changed: Game = eqx.tree_at(
                lambda one: (one.flow, one.tempo, one.discount, one.precision),
                game,
                (game.flow[:, order], game.tempo[order], game.discount[order], game.precision[order]),
            )
            columns = sorted((moved(column) for column in game.columns), key=lambda column: column.actor)
        return dataclasses.replace(changed, columns=tuple(columns))

    one, other = followed(games), followed(other_games)
    same_places(one, other)
    for a, b in zip(one.points, other.points, strict=True):
        np.testing.assert_allclose(b.value[:, order], a.value, rtol=1e-4, atol=1e-4)


@FEW
@given(SEEDS, NOISE)
def test_running_the_parameter_backwards_turns_the_branch_round(seed: int, noise: Noise) -> None:
    games = tug(seed, noise)
    one, other = followed(games), branch(lambda p: games(-p), LOW, HIGH, start=4.0, pace=PACE)
    ahead = [(point.p, point.kind) for point in one.points]
    back = [(-point.p, point.kind) for point in reversed(other.points)]
    if ahead[0][0] > ahead[-1][0] or back[0][0] > back[-1][0]:
        back.reverse()
    assert [kind for _, kind in back] == [kind for _, kind in ahead]
    np.testing.assert_allclose([p for p, _ in back], [p for p, _ in ahead], atol=1e-4)
