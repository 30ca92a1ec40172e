"""Random games as arrays, for tests and benchmarks that need no scenario.

They look like compiled scenarios: states on a line of neighbours, actions that lead to states nearby, closed in some
states, some with several outcomes, some needing consents, some answered by a changed state when refused.
"""

from __future__ import annotations

from typing import Literal

import jax.numpy as jnp
import numpy as np

from detente.game.arrays import Chance, Column, Game
from detente.game.double import double_precision


def random_game(
    seed: int,
    states: int = 30,
    actors: int = 3,
    actions_per_actor: int = 2,
    *,
    outcomes: int = 2,
    rules: int = 3,
    reach: int = 6,
    consent_share: float = 0.5,
    open_share: float = 0.7,
    precision: float = 0.3,
    discount: float = 0.9,
    noise: Literal["errors", "shocks"] = "errors",
) -> Game:
    """A game with ``actors * actions_per_actor`` columns; the last actor never moves when there are three or more.

    ``reach``: how far (in state numbers) a successor may lie; ``outcomes``: most branches of an action (K varies from
    one to it); ``consent_share``: share of the columns that need another's yes, half of these with a refused state;
    ``discount`` is per year.
    """
    rng = np.random.default_rng(seed)
    tempo = rng.uniform(0.3, 1.0, actors)
    if actors >= 3:
        tempo[-1] = 0.0
    with double_precision():
        columns = tuple(
            _column(
                rng, states, actors, action // actions_per_actor, action, outcomes, reach, consent_share, open_share
            )
            for action in range(actors * actions_per_actor)
            if tempo[action // actions_per_actor] > 0
        )
        return Game(
            noise=noise,
            columns=columns,
            chance=_chance(rng, states, rules, reach),
            flow=jnp.asarray(rng.normal(0.0, 1.0, (states, actors))),
            tempo=jnp.asarray(tempo),
            discount=jnp.asarray(-np.log(rng.uniform(discount - 0.05, discount + 0.05, actors)) / 12),
            precision=jnp.asarray(precision * rng.uniform(0.7, 1.3, actors)),
        )


def _near(rng: np.random.Generator, states: int, wide: int, reach: int) -> np.ndarray:
    """(S, wide) states within ``reach`` of each, but not itself (unless there is just one)."""
    step = rng.integers(1, reach + 1, (states, wide)) * rng.choice([-1, 1], (states, wide))
    return (np.arange(states)[:, None] + step) % states


def _column(
    rng: np.random.Generator,
    states: int,
    actors: int,
    actor: int,
    action: int,
    outcomes: int,
    reach: int,
    consent_share: float,
    open_share: float,
) -> Column:
    here = np.arange(states)
    is_open = rng.random(states) < open_share
    wide = int(rng.integers(1, outcomes + 1))
    succ = np.where(is_open[:, None], _near(rng, states, wide, reach), here[:, None])
    chance = rng.dirichlet(np.ones(wide), states)
    others = [other for other in range(actors) if other != actor]
    count = int(rng.integers(1, min(3, len(others)) + 1)) if others and rng.random() < consent_share else 0
    consenters = tuple(sorted(int(c) for c in rng.choice(others, count, replace=False))) if count else ()
    refused = None
    if consenters and rng.random() < 0.5:
        refused = jnp.asarray(np.where(is_open, _near(rng, states, 1, reach)[:, 0], here).astype(np.int32))
    pay = np.where(is_open[:, None], rng.normal(0, 1, (states, actors)), 0.0)
    asking = np.zeros((states, actors))
    asking[:, actor] = np.where(is_open, rng.uniform(0, 0.5, states), 0.0)
    return Column(
        actor=actor,
        consenters=consenters,
        action=jnp.asarray(np.where(is_open, action, -1).astype(np.int32)),
        weight=jnp.asarray(np.where(is_open, rng.uniform(0.1, 2.0, states), 0.0)),
        succ=jnp.asarray(succ.astype(np.int32)),
        chance=jnp.asarray(chance),
        refused=refused,
        lean=jnp.asarray(rng.uniform(0.2, 0.9, (states, count))) if consenters else None,
        pay=jnp.asarray(pay) if rng.random() < 0.7 else None,
        asking=jnp.asarray(asking) if rng.random() < 0.5 else None,
    )


def _chance(rng: np.random.Generator, states: int, rules: int, reach: int) -> Chance:
    succ = _near(rng, states, rules, reach)
    active = rng.random((states, rules)) < 0.7
    rule = np.where(active, np.arange(rules)[None, :], -1)
    return Chance(
        succ=jnp.asarray(np.where(active, succ, np.arange(states)[:, None]).astype(np.int32)),
        rate=jnp.asarray(np.where(active, rng.uniform(0.01, 0.1, (states, rules)), 0.0)),
        rule=jnp.asarray(rule.astype(np.int32)),
    )
