"""Quantal response equilibria that other software gives, where they can be said in this game's terms.

Time here is continuous and waiting is always open. Where one actor at a time has a choice, nothing is paid a month and
discounting tends to none, waiting costs nothing: the odds between the actions, given that one is taken, are those of
the sequential game, and so are the values. Discounting by period becomes a chance, at every move, that the game ends.
Games with simultaneous moves have no such reading; they belong to the discrete ways of moving.
"""

from __future__ import annotations

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.stationary import solve
from detente.game.arrays import Game
from detente.game.double import double_precision
from tests.equilibrium.games import toy_game, tree_game
from tests.equilibrium.plain import plain_residual

# Agent form, chance of TAKE at nodes (1,1), (2,1), (1,2), (2,2). Source: gambitproject/gambit@8883f759,
# contrib/games/cent4.efg (McKelvey and Palfrey 1992, 1998), solved by Gambit; tolerance 1e-8.
CENTIPEDE = {
    0.5: (0.29625657492731744, 0.2779802855735908, 0.46488364935626575, 0.8320183851339245),
    1.0: (0.23619296552951877, 0.37629874417130627, 0.7615768235579715, 0.9608342772032357),
    2.0: (0.37284630679085295, 0.7587508037114838, 0.9594117942144679, 0.9983411989198255),
    5.0: (0.8514361040179494, 0.9818471868312385, 0.9996646477568695, 0.9999998874648379),
}


@pytest.mark.parametrize("precision", sorted(CENTIPEDE))
def test_centipede_of_four_moves(precision: float) -> None:
    takes = np.array([[0.8, 0.2], [0.4, 1.6], [3.2, 0.8], [1.6, 6.4]])
    pay = np.zeros((5, 2, 2))
    pay[:4, 0] = takes
    pay[3, 1] = [12.8, 3.2]
    succ = np.array([[4, 1], [4, 2], [4, 3], [4, 4], [4, 4]])
    game = tree_game(succ, pay, movers=[0, 1, 0, 1, -1], precision=precision, discount=1e-11)
    found = solve(game, tolerance=1e-11)
    assert found.converged
    for node, expected in enumerate(CENTIPEDE[precision]):
        take, go_on = (found.policy[2 * (node % 2) + a][node] for a in (0, 1))
        assert take / (take + go_on) == pytest.approx(expected, abs=1e-8)


# One actor, four states, three actions, discount 0.95 a period. Source: the layout of SGame.random_game(seed=0) of
# seibelsh/sgamesolver@0a46b29, solved independently and cross-checked with sgamesolver 1.0.2; tolerance 1e-7.
REWARD = np.array(
    [
        [0.6369616873214543, 0.2697867137638703, 0.04097352393619469],
        [0.016527635528529094, 0.8132702392002724, 0.9127555772777217],
        [0.6066357757671799, 0.7294965609839984, 0.5436249914654229],
        [0.9350724237877682, 0.8158535541215322, 0.002738500170148095],
    ]
)
NEXT = np.array(
    [
        [
            [0.5326606223299724, 0.01701853279858106, 0.25103731432744664, 0.199283530544],
            [0.5939582519363663, 0.06675342335601325, 0.05790999541693114, 0.2813783292906893],
            [0.018716578887698416, 0.06844979504810561, 0.5210701694904888, 0.3917634565737072],
        ],
        [
            [0.39034466808734636, 0.09292507872991655, 0.10068414878895444, 0.4160461043937826],
            [0.49536268097546354, 0.09287525439877223, 0.06051618296995935, 0.35124588165580484],
            [0.14652654891777658, 0.23263686907083106, 0.2854518621134255, 0.3353847198979668],
        ],
        [
            [0.5162589338392383, 0.027096518733070413, 0.2584327618248082, 0.19821178560288305],
            [0.5017535083586557, 0.1583447529128556, 0.12389774916694181, 0.21600398956154696],
            [0.09570772694852347, 0.26990271071958527, 0.03838237226033009, 0.5960071900715612],
        ],
        [
            [0.3735369554914187, 0.09048228499841136, 0.5183297243432279, 0.017651035166942115],
            [0.12281690963091074, 0.13059597976807027, 0.335468151682328, 0.41111895891869094],
            [0.16981969020098112, 0.03946638906044305, 0.6330867144218891, 0.15762720631668672],
        ],
    ]
)
RANDOM = {
    1.0: (
        [0.42673897392192556, 0.29460461188767245, 0.27865641419040194],
        [0.17307300062591768, 0.3702299244375955, 0.45669707493648676],
        [0.3046312009300409, 0.3512014009364033, 0.34416739813355574],
        [0.4135973058828402, 0.412356622071058, 0.17404607204610176],
    ),
    10.0: (
        [0.962627072085178, 0.03021970810881078, 0.007153219806011313],
        [6.713431772397075e-05, 0.15294821369624073, 0.8469846519860352],
        [0.10732118488707804, 0.5389894106731669, 0.3536894044397551],
        [0.5213774868818143, 0.4785561911279185, 6.632199026728633e-05],
    ),
}
VALUES = {
    1.0: [11.259367123689321, 11.662228296307928, 11.554439362474186, 11.666333729506267],
    10.0: [14.320541564407646, 14.707318578256025, 14.437556961895607, 14.631507158463476],
}


def one_actor(precision: float) -> Game:
    """State 4 is the end, reached with chance 0.05 at every move."""
    pay = np.concatenate([REWARD, np.zeros((1, 3))])[:, :, None]
    game = tree_game(np.full((5, 3), 4), pay, movers=[0, 0, 0, 0, -1], precision=precision, discount=1e-11)
    columns = []
    for a, column in enumerate(game.columns):
        succ = np.concatenate([np.tile([0, 1, 2, 3, 4], (4, 1)), np.full((1, 5), 4)])
        chance = np.concatenate([np.hstack([0.95 * NEXT[:, a], np.full((4, 1), 0.05)]), [[1, 0, 0, 0, 0]]])
        with double_precision():
            columns.append(
                dataclasses.replace(column, succ=jnp.asarray(succ, jnp.int32), chance=jnp.asarray(chance, jnp.float64))
            )
    return dataclasses.replace(game, columns=tuple(columns))


@pytest.mark.parametrize("precision", sorted(RANDOM))
def test_random_game_of_one_actor(precision: float) -> None:
    found = solve(one_actor(precision), tolerance=1e-10)
    assert found.converged
    policy = np.stack(found.policy, axis=1)[:4]
    np.testing.assert_allclose(policy / policy.sum(axis=1, keepdims=True), RANDOM[precision], atol=1e-7)
    np.testing.assert_allclose(found.value[:4, 0], VALUES[precision], atol=1e-7)


def test_short_steps_of_the_discrete_game_tend_to_the_same_values() -> None:
    """The game read in steps of length d by value iteration, V <- V + d G(V), ends where the solver ends."""
    game = toy_game(2, states=5, precision=0.3)
    found = solve(game)
    value = np.zeros(game.shape)
    for _ in range(12_000):
        value = value + 0.25 * plain_residual(game, value)
    np.testing.assert_allclose(found.value, value, rtol=1e-7, atol=1e-7)
