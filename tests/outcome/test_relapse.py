import numpy as np
import pytest

from detente.outcome.forward import forward
from detente.outcome.process import Events, assemble
from detente.outcome.relapse import back_by_slip
from detente.outcome.targets import Target
from tests.outcome.chains import random_chain, schedule, target

MONTHS = np.arange(13)


def war_and_peace(ends: float, slips: float, chosen: float):
    """State 0 is war; it ends at a rate, and comes back from state 1 by a slip or by choice."""
    return assemble(
        2,
        3,
        [
            Events(np.array([1, 1]), np.array([ends, 0.0]), 0),
            Events(np.array([0, 0]), np.array([0.0, slips]), 1, slip=True),
            Events(np.array([0, 0]), np.array([0.0, chosen]), 2),
        ],
    )


def test_what_never_ended_is_no_slip_and_all_else_is_where_nothing_but_slips_leads_back():
    chain = war_and_peace(0.2, 0.1, 0.0)
    at = 1 / 3 + 2 / 3 * np.exp(-0.3 * MONTHS)
    found = back_by_slip(chain, target(2, 0), 0, schedule(12))
    assert found == pytest.approx(at - np.exp(-0.2 * MONTHS), abs=1e-12)


def test_what_comes_back_divides_as_the_rates_of_its_ways_back():
    chain = war_and_peace(0.2, 0.025, 0.075)
    at = 1 / 3 + 2 / 3 * np.exp(-0.3 * MONTHS)
    found = back_by_slip(chain, target(2, 0), 0, schedule(12))
    assert found == pytest.approx((at - np.exp(-0.2 * MONTHS)) / 4, abs=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3, 8])
def test_agrees_with_histories_drawn_event_by_event(seed):
    chain, dates, count = random_chain(seed), schedule(8, (3, 2), (6, 3)), 4_000
    there = target(6, 0, 2)
    expected = back_by_slip(chain, there, 0, dates)[-1]
    rng = np.random.default_rng(seed)
    marked = sum(_last_by_slip(chain, there, dates, rng) for _ in range(count)) / count
    assert expected > 0.01
    assert marked == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / count))


def _last_by_slip(chain, there, dates, rng) -> bool:
    state, slipped = 0, False
    for month in range(1, dates.months + 1):
        time = 0.0
        while True:
            events = np.arange(chain.first[state], chain.first[state + 1])
            total = chain.rate[events].sum()
            time += rng.exponential() / total if total else np.inf
            if time >= 1:
                break
            event = rng.choice(events, p=chain.rate[events] / total)
            after = chain.target[event]
            if there.holds[after] and not there.holds[state]:
                slipped = bool(chain.slip[event])
            state = after
        for rule in dates.due(month):
            after = rng.choice(len(chain), p=chain.dated[rule].matrix.toarray()[state])
            if there.holds[after] and not there.holds[state]:
                slipped = False
            state = after
    return bool(there.holds[state]) and slipped


def test_it_is_a_part_of_the_chance_that_the_outcome_holds():
    chain, there, dates = random_chain(7), target(6, 0, 1, 2), schedule(12, (5, 3))
    part = back_by_slip(chain, there, 0, dates)
    at = forward(chain, [there], 0, dates).at[0]
    assert part[0] == 0
    assert (part > -1e-12).all()
    assert (part < at).all()


def test_an_action_does_not_hold():
    with pytest.raises(ValueError, match="is an action"):
        back_by_slip(random_chain(0), Target("strike", None, (0,)), 0, schedule(2))
