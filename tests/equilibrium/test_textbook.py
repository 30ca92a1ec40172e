"""The textbook's answers, against brute force: every deviation tried, and trees worked out by recursion."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.equilibrium.textbook import Tie, backward_induction, nash_of_two, order_of, pure, pure_of_two, tie_of
from detente.game.gambit import Extensive, Move, Node, Outcome
from detente.game.stochastic import StochasticGame

PAYOFFS = st.lists(st.integers(-5, 5), min_size=8, max_size=8).map(
    lambda each: np.reshape(each, (2, 2, 2)).astype(float)
)


def expected(payoffs, chances):
    """What each is paid when the second actions have these chances."""
    mixed = [np.array([1 - p, p]) for p in chances]
    return [float(mixed[0] @ payoffs[n] @ mixed[1]) for n in range(2)]


@given(PAYOFFS)
def test_nobody_gains_by_a_deviation_and_their_number_is_odd(payoffs):
    found = nash_of_two(payoffs)
    gains = [payoffs[0, 1] - payoffs[0, 0], payoffs[1, :, 1] - payoffs[1, :, 0]]
    if not np.all(gains):
        assert found is None
        return
    for one in found:
        here = expected(payoffs, one)
        for n, other in product(range(2), (0.0, 1.0)):
            tried = list(one)
            tried[n] = other
            assert expected(payoffs, tried)[n] <= here[n] + 1e-12
    assert len(found) in (1, 3)
    pure = [(float(a), float(b)) for a in (0, 1) for b in (0, 1)
            if payoffs[0, a, b] >= payoffs[0, :, b].max() and payoffs[1, a, b] >= payoffs[1, a].max()]  # fmt: skip
    assert [one for one in found if set(one) <= {0.0, 1.0}] == pure


@given(PAYOFFS)
def test_equilibria_in_pure_actions_are_those_that_nobody_gains_by_leaving_ties_or_none(payoffs):
    pure = [(float(a), float(b)) for a in (0, 1) for b in (0, 1)
            if payoffs[0, a, b] >= payoffs[0, :, b].max() and payoffs[1, a, b] >= payoffs[1, a].max()]  # fmt: skip
    assert pure_of_two(payoffs) == pure


@given(st.lists(st.integers(-2, 2), min_size=36, max_size=36))
def test_of_three_players_the_pure_equilibria_are_those_that_nobody_gains_by_leaving(flat):
    payoffs = np.reshape(flat, (3, 2, 3, 2)).astype(float)

    def gains(profile, n):
        tried = [tuple(k if m == n else each for m, each in enumerate(profile)) for k in range(payoffs.shape[1 + n])]
        return any(payoffs[(n, *other)] > payoffs[(n, *profile)] for other in tried)

    known = [each for each in product(range(2), range(3), range(2)) if not any(gains(each, n) for n in range(3))]
    assert pure(payoffs) == known


def test_known_games():
    assert nash_of_two(np.array([[[0, -1], [1, -4]], [[0, 1], [-1, -4]]])) == [(0, 1), (1, 0), (0.25, 0.25)]
    assert nash_of_two(np.array([[[2, 0], [3, 1]], [[2, 3], [0, 1]]])) == [(1, 1)]
    assert nash_of_two(np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])) == [(0.5, 0.5)]


@st.composite
def trees(draw):
    """A tree of perfect information of two players with whole payoffs; chance is among who moves."""
    nodes, sets = [], [0, 0, 0]

    def grow(depth):
        mover = draw(st.integers(0, 2)) if depth < 3 else None
        payoffs = tuple(float(draw(st.integers(-50, 50))) for _ in range(2))
        outcome = Outcome(len(nodes) + 1, "", payoffs)
        if mover is None or (depth > 0 and draw(st.booleans())):
            nodes.append(Node("", None, outcome))
            return
        sets[mover] += 1
        actions = ("a", "b", "c")[: draw(st.integers(2, 3))]
        chances = tuple(Fraction(1, len(actions)) for _ in actions) if mover == 0 else ()
        nodes.append(Node("", Move(mover, sets[mover], "", actions, chances), outcome))
        for _ in actions:
            grow(depth + 1)

    grow(0)
    return nodes


def solved(nodes):
    """The value of a tree and what is taken at each decision in prefix order, by recursion; None for a tie."""
    rest = iter(nodes)

    def go():
        node = next(rest)
        paid = np.array(node.outcome.payoffs)
        if node.move is None:
            return paid, []
        at = [None] if node.mover else []
        below, tied, taken = [], False, []
        for _ in range(node.branches):
            value, chosen = go()
            tied |= chosen is None
            below.append(value)
            taken += chosen or []
        if not node.mover:
            return paid + np.mean(below, axis=0), None if tied else taken
        own = sorted((value[node.mover - 1] for value in below), reverse=True)
        best = int(np.argmax([value[node.mover - 1] for value in below]))
        if tied or own[0] - own[1] <= 1e-9:
            return paid + below[best], None
        return paid + below[best], [best, *taken] if at else taken

    return go()


@given(trees())
def test_backward_induction_is_the_recursion_over_the_tree(nodes):
    if not any(node.mover for node in nodes):
        return
    tree = Extensive("", ("one", "two"), tuple(nodes))
    value, taken = solved(nodes)
    found = backward_induction(tree.game())
    if taken is None:
        assert found is None
        return
    assert found[0] == taken
    np.testing.assert_allclose(tree.folded.before + tree.folded.start @ found[1], value, atol=1e-9)


@given(trees())
def test_a_tie_is_told_where_the_recursion_has_one(nodes):
    if any(node.mover for node in nodes):
        tree = Extensive("", ("one", "two"), tuple(nodes))
        assert (tie_of(tree.game()) is None) == (solved(nodes)[1] is not None)


def test_the_tie_told_is_the_first_from_the_end_and_only_among_the_states_that_count():
    payoffs = np.zeros((3, 1, 3))
    payoffs[0], payoffs[1], payoffs[2] = [[0, 1, 1]], [[1, 0, 1]], [[1, 2, 3]]
    onward = np.zeros((3, 3, 3))
    onward[0, :, 1] = 1.0
    game = StochasticGame(payoffs, onward)
    assert tie_of(game) == Tie(1, 0, (0, 2))
    assert tie_of(game, np.array([False, False, True])) is None
    assert backward_induction(game, np.array([False, False, True]))[0][2] == 2


def test_play_that_comes_back_and_two_who_decide_at_once_are_left_alone():
    circle = StochasticGame(np.zeros((2, 1, 2)), [[[0, 1], [0, 1]], [[1, 0], [1, 0]]], 0.9)
    assert order_of(circle) is None
    assert backward_induction(circle) is None
    assert backward_induction(StochasticGame.strategic([[[1, 2], [3, 5]], [[1, 2], [3, 5]]])) is None


@pytest.mark.parametrize("flip", [False, True])
def test_each_state_comes_before_what_follows_it(flip):
    onward = np.zeros((3, 1, 3))
    onward[(2, 0, 1) if flip else (0, 0, 1)] = 1.0
    onward[(1, 0, 0) if flip else (1, 0, 2)] = 0.5
    assert order_of(StochasticGame(np.zeros((3, 1, 1)), onward)) == ([2, 1, 0] if flip else [0, 1, 2])
