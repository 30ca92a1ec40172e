"""Acts struck out: the rest in the same proportions, as a mover with the same values would choose."""

from __future__ import annotations

import numpy as np
import pytest

from detente.equilibrium.response import respond
from detente.game.double import double_precision
from detente.outcome.calendar import schedule
from detente.outcome.chain import chain_of
from detente.outcome.forward import forward
from detente.outcome.struck import chain_without, policy_without
from detente.outcome.targets import targets_of
from tests.border import answer, border


def act(name: str) -> int:
    return next(a for a, one in enumerate(border().actions) if one.name == name)


@pytest.fixture(scope="module")
def solved():
    return answer().ensemble.solved(answer().ensemble.central)


@pytest.mark.parametrize("names", [("raid",), ("raid", "mass_troops", "cease_fire")])
def test_the_mover_chooses_among_the_rest_by_the_same_values(solved, names: tuple[str, ...]) -> None:
    """Against the logit formula at the same values in the game that lacks the acts; other movers are as before."""
    acts = [act(name) for name in names]
    game, found = solved.game, solved.equilibrium
    with double_precision():
        wanted = respond(game.without(acts), found.value, 1.0).policy
    for column, mine, other in zip(game.columns, policy_without(game, found.policy, acts), wanted, strict=True):
        np.testing.assert_allclose(mine, np.asarray(other), atol=1e-7, err_msg=str(column.actor))


def test_an_act_that_is_struck_out_never_happens(solved) -> None:
    structure, game, found = solved.structure, solved.game, solved.equilibrium
    raid, start = act("raid"), structure.index("2025-06")
    dates = schedule(border(), "2025-06", 24)
    targets = targets_of(structure)
    k = [target.name for target in targets].index("raid")
    before = forward(chain_of(structure, game, found), targets, start, dates)
    after = forward(chain_without(structure, game, found, [raid]), targets, start, dates)
    assert before.by[k, -1] > 0.001
    assert after.by[k, -1] == 0.0
    assert after.counts[raid, -1] == 0.0


def test_without_acts_it_is_the_chain_as_it_is(solved) -> None:
    structure, game, found = solved.structure, solved.game, solved.equilibrium
    as_it_is, same = chain_of(structure, game, found), chain_without(structure, game, found, ())
    assert np.array_equal(as_it_is.rate, same.rate)
    assert np.array_equal(as_it_is.target, same.target)
