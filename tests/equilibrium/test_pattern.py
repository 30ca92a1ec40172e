"""Index arrays: shared by games of one structure, and laid out anew where the structure differs."""

from __future__ import annotations

import dataclasses

import numpy as np

from detente.equilibrium.pattern import KEEP, pattern_of
from detente.game.double import double_precision
from tests.equilibrium.games import toy_game


def test_games_that_differ_in_numbers_share_a_pattern() -> None:
    game = toy_game(0)
    with double_precision():
        other = dataclasses.replace(game, flow=2 * game.flow, precision=3 * game.precision)
    assert pattern_of(game) is pattern_of(other)


def test_an_action_struck_out_makes_another_structure() -> None:
    game = toy_game(0)
    struck = game.without([2])
    one, other = pattern_of(game), pattern_of(struck)
    assert one is not other
    assert other.columns[2].entries.stop == other.columns[2].entries.start
    assert len(other.entries.rows) == len(one.entries.rows) - int(np.sum(np.asarray(game.columns[2].action) >= 0))


def test_only_the_last_few_are_kept() -> None:
    first = pattern_of(toy_game(0))
    for seed in range(1, KEEP + 1):
        pattern_of(toy_game(seed))
    assert pattern_of(toy_game(0)) is not first


def test_every_open_choice_is_an_entry_once() -> None:
    game = toy_game(3)
    pattern = pattern_of(game)
    for column, laid in zip(game.columns, pattern.columns, strict=True):
        rows = pattern.entries.rows[laid.entries]
        np.testing.assert_array_equal(rows, np.flatnonzero(np.asarray(column.action) >= 0))
        own = slice(pattern.entries.starts[laid.entries.start], pattern.entries.starts[laid.entries.stop])
        np.testing.assert_array_equal(pattern.entries.succ[own].reshape(len(rows), -1), np.asarray(column.succ)[rows])
