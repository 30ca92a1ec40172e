import numpy as np
import pytest

from detente.outcome.process import NOBODY, Events, assemble
from detente.outcome.targets import Target
from detente.problems import DetenteError
from tests.outcome.chains import random_chain


def test_events_are_sorted_by_state_and_keep_what_they_are():
    chain = assemble(
        2,
        1,
        [
            Events(np.array([1, 1]), np.array([0.5, 0.2]), 0, slip=np.array([True, False])),
            Events(np.array([0, 0]), np.array([0.1, 0.3]), rule=0),
            Events(np.array([0, 1]), np.array([0.4, 0.0]), 0, refused=True),
        ],
    )
    assert chain.first.tolist() == [0, 2, 4]
    assert chain.source.tolist() == [0, 0, 1, 1]
    assert chain.target.tolist() == [1, 0, 1, 0]  # chance that changes nothing is no event, a refusal is
    assert chain.rate.tolist() == [0.5, 0.4, 0.2, 0.3]
    assert chain.action.tolist() == [0, 0, 0, NOBODY]
    assert chain.rule.tolist() == [NOBODY, NOBODY, NOBODY, 0]
    assert chain.refused.tolist() == [False, True, False, False]
    assert chain.slip.tolist() == [True, False, False, False]
    assert chain.rates.toarray().tolist() == [[0, 0.5], [0.3, 0]]
    assert chain.taking.toarray().tolist() == [[0.5, 0.2]]


@pytest.mark.parametrize("rate", [-0.1, np.nan, np.inf])
def test_a_rate_must_be_a_number_of_at_least_zero(rate):
    with pytest.raises(DetenteError, match="rate"):
        assemble(2, 1, [Events(np.array([1, 1]), np.array([rate, 0.0]), 0)])


def test_a_rounding_below_zero_is_zero():
    assert len(assemble(2, 1, [Events(np.array([1, 1]), np.array([-1e-17, 0.0]), 0)]).rate) == 0


def test_reachable_states_are_closed_and_renumbered():
    chain = assemble(4, 1, [Events(np.array([2, 0, 3, 2]), np.array([1.0, 1.0, 2.0, 3.0]), 0)])
    kept = np.flatnonzero(chain.reachable(np.array([True, False, False, False]), ()))
    assert kept.tolist() == [0, 2, 3]
    assert chain.within(kept).rates.toarray().tolist() == [[0, 1, 0, 0], [0, 0, 2, 0], [0, 3, 0, 0], [0, 0, 0, 0]]


def test_states_left_out_are_one_that_nothing_leaves():
    chain = random_chain(3, actions=1, rules=1)
    kept = np.array([0, 2, 4])
    some, whole = chain.within(kept), chain.rates.toarray()
    inside = whole[np.ix_(kept, kept)]
    np.testing.assert_allclose(some.rates.toarray()[:3, :3], inside)
    np.testing.assert_allclose(some.rates.toarray()[:3, 3], whole[kept].sum(axis=1) - inside.sum(axis=1))
    assert not some.rates.toarray()[3].any()
    jump, left = chain.dated[1].matrix.toarray(), some.dated[1].matrix.toarray()
    np.testing.assert_allclose(left[:3, :3], jump[np.ix_(kept, kept)])
    np.testing.assert_allclose(left.sum(axis=1), 1)
    assert left[3].tolist() == [0, 0, 0, 1]


def test_dates_count_in_what_is_reachable():
    chain = random_chain(0, actions=0, rules=0)
    start = np.eye(6, dtype=bool)[int(np.argmax(chain.dated[0].holds))]
    assert chain.reachable(start, ()).tolist() == start.tolist()
    assert chain.reachable(start, (0,)).sum() > 1


def test_an_outcome_is_either_a_condition_or_actions():
    with pytest.raises(DetenteError, match="neither"):
        Target("neither", None)
