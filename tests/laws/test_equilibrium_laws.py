"""What must be true of every equilibrium, on random games."""

from __future__ import annotations

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.equilibrium.result import Equilibrium
from detente.equilibrium.stationary import solve
from detente.game.arrays import Chance, Column, Game
from detente.game.double import double_precision
from tests.equilibrium.games import Noise, toy_game

SEEDS = st.integers(0, 10_000)
NOISE: st.SearchStrategy[Noise] = st.sampled_from(["errors", "shocks"])
FEW = settings(max_examples=12)


def worth(game: Game, found: Equilibrium, c: int) -> np.ndarray:
    """(S,) the mover's Q of column c, payoff."""
    column, own = game.columns[c], found.value[:, game.columns[c].actor]
    taken = (np.asarray(column.chance) * own[np.asarray(column.succ)]).sum(axis=1)
    if column.pay is not None:
        taken = taken + np.asarray(column.pay)[:, column.actor]
    refused = own if column.refused is None else own[np.asarray(column.refused)]
    asking = 0.0 if column.asking is None else np.asarray(column.asking)[:, column.actor]
    return np.asarray(found.accepted[c] * taken + (1 - found.accepted[c]) * refused - asking)


def same_play(one: Equilibrium, other: Equilibrium) -> None:
    assert one.converged
    assert other.converged
    for a, b in zip([*one.policy, *one.accepted], [*other.policy, *other.accepted], strict=True):
        np.testing.assert_allclose(a, b, rtol=3e-7, atol=1e-12)


@FEW
@given(SEEDS, NOISE)
def test_play_is_made_of_chances(seed: int, noise: Noise) -> None:
    """Waiting, of weight one, is open to every mover, and its chance is what the acts leave."""
    game = toy_game(seed, precision=3.0, noise=noise)
    found = solve(game, certify=False)
    for mover in range(game.shape[1]):
        mine = [c for c, column in enumerate(game.columns) if column.actor == mover]
        total = sum((found.policy[c] for c in mine), np.zeros(game.shape[0]))
        assert ((total >= 0.0) & (total < 1.0)).all()
        for c in mine:
            is_open = np.asarray(game.columns[c].action) >= 0
            assert ((found.policy[c] > 0.0) == is_open).all()
            odds = np.log(found.policy[c][is_open] / (1.0 - total[is_open]))
            q = worth(game, found, c)[is_open] - found.value[is_open, mover]
            expected = np.log(np.asarray(game.columns[c].weight)[is_open]) + float(game.precision[mover]) * q
            np.testing.assert_allclose(odds, expected, atol=1e-6)
    assert all(((each >= 0.0) & (each <= 1.0 + 1e-12)).all() for each in (*found.policy, *found.accepted))


@FEW
@given(SEEDS, NOISE, st.sampled_from([1e-3, 0.1, 7.0, 1e4]))
def test_scaling_payoffs_up_and_precision_down_changes_no_chance(seed: int, noise: Noise, scale: float) -> None:
    game = toy_game(seed, precision=2.0, noise=noise)
    with double_precision():
        columns = tuple(
            dataclasses.replace(column, pay=scale * column.pay, asking=scale * column.asking) for column in game.columns
        )
        scaled = dataclasses.replace(game, columns=columns, flow=scale * game.flow, precision=game.precision / scale)
    one, other = solve(game), solve(scaled)
    same_play(one, other)
    assert one.certified == other.certified
    np.testing.assert_allclose(other.value, scale * one.value, rtol=1e-6, atol=1e-7 * scale)


@FEW
@given(SEEDS, NOISE)
def test_a_constant_payoff_changes_values_only(seed: int, noise: Noise) -> None:
    game = toy_game(seed, precision=2.0, noise=noise)
    gift = np.array([3.0, -5.0, 0.7])
    with double_precision():
        richer = dataclasses.replace(game, flow=game.flow + gift)
    one, other = solve(game, certify=False), solve(richer, certify=False)
    same_play(one, other)
    np.testing.assert_allclose(other.value - one.value, np.tile(gift / np.asarray(game.discount), (6, 1)), rtol=1e-6)


@FEW
@given(SEEDS, NOISE)
def test_the_order_of_states_says_nothing(seed: int, noise: Noise) -> None:
    game = toy_game(seed, precision=2.0, noise=noise)
    order = np.random.default_rng(seed).permutation(6)  # new state s is old state order[s]
    where = np.argsort(order)

    def moved(column: Column) -> Column:
        refused = None if column.refused is None else jnp.asarray(where[np.asarray(column.refused)][order], jnp.int32)
        rows = jax.tree.map(lambda leaf: leaf[order], column)
        succ = jnp.asarray(where[np.asarray(column.succ)][order], jnp.int32)
        return dataclasses.replace(rows, succ=succ, refused=refused)

    with double_precision():
        chance = Chance(
            succ=jnp.asarray(where[np.asarray(game.chance.succ)][order], jnp.int32),
            rate=game.chance.rate[order],
            rule=game.chance.rule[order],
        )
        other_game = dataclasses.replace(
            game, columns=tuple(moved(column) for column in game.columns), chance=chance, flow=game.flow[order]
        )
    one, other = solve(game), solve(other_game)
    np.testing.assert_allclose(other.value, one.value[order], rtol=1e-6, atol=1e-6)
    assert one.certified == other.certified


@FEW
@given(SEEDS, NOISE)
def test_the_order_of_actors_says_nothing(seed: int, noise: Noise) -> None:
    game = toy_game(seed, precision=2.0, noise=noise)
    order = np.random.default_rng(seed).permutation(3)  # new actor i is old actor order[i]
    where = np.argsort(order)

    def moved(column: Column) -> Column:
        assert column.pay is not None
        assert column.asking is not None
        return dataclasses.replace(
            column,
            actor=int(where[column.actor]),
            consenters=tuple(int(where[r]) for r in column.consenters),
            pay=column.pay[:, order],
            asking=column.asking[:, order],
        )

    with double_precision():
        other_game: Game = eqx.tree_at(
            lambda one: (one.flow, one.tempo, one.discount, one.precision),
            game,
            (game.flow[:, order], game.tempo[order], game.discount[order], game.precision[order]),
        )
        columns = sorted((moved(column) for column in game.columns), key=lambda column: column.actor)
        other_game = dataclasses.replace(other_game, columns=tuple(columns))
    one, other = solve(game), solve(other_game)
    np.testing.assert_allclose(other.value, one.value[:, order], rtol=1e-6, atol=1e-6)
    assert one.certified == other.certified


@FEW
@given(SEEDS, NOISE)
def test_an_action_split_in_two_with_half_the_weight_each_changes_nothing(seed: int, noise: Noise) -> None:
    game = toy_game(seed, precision=2.0, noise=noise)
    with double_precision():
        halves = [dataclasses.replace(column, weight=0.5 * column.weight) for column in game.columns[:2]]
        split = dataclasses.replace(game, columns=(halves[0], halves[0], halves[1], halves[1], *game.columns[2:]))
    one, other = solve(game, certify=False), solve(split, certify=False)
    np.testing.assert_allclose(other.value, one.value, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(other.policy[0] + other.policy[1], one.policy[0], rtol=1e-6, atol=1e-12)


@FEW
@given(SEEDS, NOISE)
def test_every_answer_is_its_own_best_reply(seed: int, noise: Noise) -> None:
    found = solve(toy_game(seed, precision=3.0, noise=noise), certify=False)
    assert found.converged
    assert 0.0 <= found.regret < 1e-12
    assert found.residual < 1e-6
