"""Games for the tests of the solvers: of one shape each, so that they are compiled once."""

from __future__ import annotations

from typing import Literal

import jax.numpy as jnp
import numpy as np

from detente.game.arrays import Chance, Column, Game
from detente.game.double import double_precision

Noise = Literal["errors", "shocks"]


def toy_game(
    seed: int, states: int = 6, actors: int = 3, precision: float = 0.5, noise: Noise = "errors", pay: float = 1.0
) -> Game:
    """Two columns an actor (two outcomes; the second needs two others' consent, with a refused state), two rules."""
    rng = np.random.default_rng(seed)
    here = np.arange(states)

    def elsewhere(wide: int) -> np.ndarray:
        return (here[:, None] + rng.integers(1, states, (states, wide))) % states

    columns = []
    for actor in range(actors):
        for asks in (False, True):
            is_open = rng.random(states) < 0.8
            others = tuple((actor + k) % actors for k in range(1, min(3, actors))) if asks else ()
            succ = np.where(is_open[:, None], elsewhere(2), here[:, None])
            column = Column(
                actor=actor,
                consenters=others,
                action=_ints(np.where(is_open, len(columns), -1)),
                weight=_floats(np.where(is_open, np.exp(rng.uniform(-3, 1, states)), 0.0)),
                succ=_ints(succ),
                chance=_floats(rng.dirichlet(np.ones(2), states)),
                refused=_ints(np.where(is_open, elsewhere(1)[:, 0], here)) if others else None,
                lean=_floats(rng.uniform(0.2, 0.9, (states, len(others)))) if others else None,
                pay=_floats(np.where(is_open[:, None], rng.normal(0, pay, (states, actors)), 0.0)),
                asking=_floats(np.where(is_open[:, None], rng.uniform(0, 0.3, (states, actors)), 0.0)),
            )
            columns.append(column)
    return Game(
        noise=noise,
        columns=tuple(columns),
        chance=Chance(
            succ=_ints(elsewhere(2)),
            rate=_floats(rng.uniform(0.01, 0.1, (states, 2))),
            rule=_ints(np.tile([0, 1], (states, 1))),
        ),
        flow=_floats(rng.normal(0, 1, (states, actors))),
        tempo=_floats(rng.uniform(0.3, 1.0, actors)),
        discount=_floats(-np.log(rng.uniform(0.8, 0.95, actors)) / 12),
        precision=_floats(precision * rng.uniform(0.7, 1.3, actors)),
    )


def own_factor_game(flow: np.ndarray, precision: float, tempo: float = 1.0, discount: float = 0.9) -> Game:
    """Two actors with a switch each, flow[a, b, i] a month where 1's stands at a and 2's at b. State 2 a + b."""
    here = np.arange(4)
    columns = tuple(
        Column(
            actor=actor,
            consenters=(),
            action=_ints(np.full(4, actor)),
            weight=_floats(np.full(4, 0.2)),
            succ=_ints((here ^ flip)[:, None]),
            chance=_floats(np.ones((4, 1))),
            refused=None,
            lean=None,
            pay=None,
            asking=None,
        )
        for actor, flip in ((0, 2), (1, 1))
    )
    return Game(
        noise="errors",
        columns=columns,
        chance=no_chance(4),
        flow=_floats(flow.reshape(4, 2)),
        tempo=_floats([tempo, tempo]),
        discount=_floats(np.full(2, -np.log(discount) / 12)),
        precision=_floats([precision, precision]),
    )


def tree_game(succ: np.ndarray, pay: np.ndarray, movers: list[int], precision: float, discount: float) -> Game:
    """Forced choices: each state has one mover, with a column for each of its actions.

    ``succ``: (S, A) states; ``pay``: (S, A, N); who does not move in a state waits there. ``discount`` is rho,
    a month: near 0 time costs nothing, and the odds between two actions are those of the game without waiting.
    """
    states, choices, actors = pay.shape
    chance = np.ones((states, 1))
    columns = []
    for actor in range(actors):
        for a in range(choices):
            is_open = np.array([mover == actor for mover in movers])
            columns.append(
                Column(
                    actor=actor,
                    consenters=(),
                    action=_ints(np.where(is_open, len(columns), -1)),
                    weight=_floats(np.where(is_open, 1.0, 0.0)),
                    succ=_ints(np.where(is_open, succ[:, a], np.arange(states))[:, None]),
                    chance=_floats(chance),
                    refused=None,
                    lean=None,
                    pay=_floats(np.where(is_open[:, None], pay[:, a], 0.0)),
                    asking=None,
                )
            )
    return Game(
        noise="errors",
        columns=tuple(columns),
        chance=no_chance(states),
        flow=_floats(np.zeros((states, actors))),
        tempo=_floats(np.ones(actors)),
        discount=_floats(np.full(actors, discount)),
        precision=_floats(np.full(actors, precision)),
    )


def no_chance(states: int) -> Chance:
    here = np.arange(states)[:, None]
    return Chance(succ=_ints(here), rate=_floats(np.zeros((states, 1))), rule=_ints(np.full((states, 1), -1)))


def _ints(array: object) -> jnp.ndarray:
    return jnp.asarray(np.asarray(array, dtype=np.int32))


def _floats(array: object) -> jnp.ndarray:
    with double_precision():
        return jnp.asarray(np.asarray(array, dtype=np.float64))
