"""The order of the states."""

from __future__ import annotations

import numpy as np

from detente.game.numbering import changes, number
from detente.scenario.load import load_text
from detente.scenario.reach import reachable
from tests.game.small import TEXT


def test_what_steps_change_most_has_the_smallest_stride() -> None:
    scenario = load_text(TEXT, "fence")
    levels = reachable(scenario)
    states = number(scenario, levels)
    fence, mood = changes(scenario, levels)
    assert fence > mood
    assert states.strides.tolist() == [1, 3]
    assert (np.diff(states.codes) > 0).all()
    assert len(states) == len(levels)


def test_states_are_found_and_others_are_not() -> None:
    scenario = load_text(TEXT, "fence")
    states = number(scenario, reachable(scenario)[:4])
    assert states.find(states.levels).tolist() == [0, 1, 2, 3]
    every = np.array([[fence, mood] for fence in range(3) for mood in range(2)])
    assert sorted(states.find(every).tolist()) == [-1, -1, 0, 1, 2, 3]
