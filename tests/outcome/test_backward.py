import numpy as np
import pytest

from detente.outcome.backward import backward, holding
from detente.outcome.forward import forward
from detente.outcome.targets import Target
from tests.outcome.chains import line, random_chain, schedule, target


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_forward_from_every_state(seed):
    chain = random_chain(seed)
    dates = schedule(18, (1, 2), (4, 3), (4, 2), (18, 3))
    targets = [target(6, 2), target(6, 1, 4), Target("one", None, (0,)), Target("several", None, (1, 2))]
    found = backward(chain, targets, dates, slips=True)
    for start in range(6):
        ahead = forward(chain, targets, start, dates)
        assert found.by[start] == pytest.approx(ahead.by[:, -1], abs=1e-10)
        assert found.slips[start] == pytest.approx(ahead.slips[:, -1], abs=1e-10)


@pytest.mark.parametrize("seed", range(2))
def test_what_holds_at_the_horizon_agrees_with_forward_from_every_state(seed):
    chain, dates = random_chain(seed), schedule(18, (1, 2), (4, 3), (4, 2), (18, 3))
    holds = target(6, 1, 4)
    found = holding(chain, holds.holds[:, None], dates)[:, 0]
    ahead = [forward(chain, [holds], start, dates).at[0, -1] for start in range(6)]
    assert found == pytest.approx(ahead, abs=1e-10)


def test_is_one_where_the_outcome_holds_and_zero_where_it_cannot_be_reached():
    found = backward(line(0.5, 0.0), [target(3, 1)], schedule(4))
    assert found.by[:, 0] == pytest.approx([1 - np.exp(-2), 1, 0], abs=1e-12)
    assert found.slips is None
    assert found.error < 1e-11
