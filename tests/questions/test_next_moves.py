"""Who moves next is the response to the values, at one state."""

import jax.numpy as jnp
import numpy as np
import pytest

from detente.equilibrium.response import respond
from detente.game.double import double_precision
from detente.questions.next_moves import next_moves
from tests.border import asking, border


@pytest.mark.parametrize("name", ["2024-06", "2025-06"])
def test_next_moves_are_what_the_whole_response_says(name: str) -> None:
    solved = asking().solved(border())
    one = solved.solved(solved.central)
    state = one.structure.index(one.structure.scenario.situation(name))
    with double_precision():
        play = respond(one.game, jnp.asarray(one.equilibrium.value), one.equilibrium.reached)
    found, seen = next_moves(one, state), set()
    for c, column in enumerate(one.game.columns):
        action = int(column.action[state])
        if action < 0:
            continue
        seen.add(action)
        for mine, whole in (("chosen", play.policy), ("accepted", play.accepted), ("advantage", play.advantage)):
            np.testing.assert_allclose(found[mine][action], whole[c][state], atol=1e-6)
        given = play.yes[c]
        asked = np.zeros(one.game.shape[1], dtype=bool)
        if given is not None:
            asked[list(column.consenters)] = True
            np.testing.assert_allclose(found["yes"][action][list(column.consenters)], given[state], atol=1e-6)
        assert np.isnan(found["yes"][action][~asked]).all()
    assert seen
    assert set(np.flatnonzero(~np.isnan(found["chosen"]))) == seen
    for i in range(one.game.shape[1]):
        mine = [a for a in seen if one.structure.scenario.actions[a].actor == i]
        if not np.isnan(found["waits"][i]):
            assert found["waits"][i] + found["chosen"][mine].sum() == pytest.approx(1.0)
