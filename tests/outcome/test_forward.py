import numpy as np
import pytest
from scipy.linalg import expm

from detente.outcome import forward as module
from detente.outcome.backward import backward
from detente.outcome.forward import forward, outlook, present
from detente.outcome.process import Chain, Events, assemble
from detente.outcome.targets import Target, hits
from detente.outcome.uniform import uniform
from tests.outcome.chains import line, random_chain, random_jump, schedule, target
from tests.outcome.dense import by_and_slips, generator, occupied

MONTHS = np.arange(13)


def test_waiting_for_one_event_is_exponential():
    found = forward(line(0.2), [target(2, 1)], 0, schedule(12))
    assert found.by[0] == pytest.approx(1 - np.exp(-0.2 * MONTHS), abs=1e-12)
    assert found.at[0] == pytest.approx(found.by[0], abs=1e-12)
    assert found.error < 1e-11


def test_waiting_for_two_events_in_a_row_is_their_sum():
    found = forward(line(0.5, 0.5), [target(3, 2)], 0, schedule(12))
    assert found.by[0] == pytest.approx(1 - np.exp(-0.5 * MONTHS) * (1 + 0.5 * MONTHS), abs=1e-12)


def test_an_action_that_changes_nothing_is_still_taken():
    failed = assemble(1, 1, [Events(np.array([0]), np.array([0.3]), 0)])
    found = forward(failed, [Target("test", None, (0,))], 0, schedule(12))
    assert found.by[0] == pytest.approx(1 - np.exp(-0.3 * MONTHS), abs=1e-12)
    assert found.counts[0] == pytest.approx(0.3 * MONTHS, abs=1e-10)
    assert np.isnan(found.at).all()


def test_a_refused_action_is_not_taken():
    refused = assemble(2, 1, [Events(np.array([1, 1]), np.array([0.3, 0.0]), 0, refused=True)])
    found = forward(refused, [Target("asked", None, (0,)), target(2, 1)], 0, schedule(12))
    assert (found.by[0] == 0).all()
    assert found.by[1, -1] == pytest.approx(1 - np.exp(-3.6), abs=1e-12)


def test_what_holds_at_the_start_has_been_reached():
    found = forward(line(0.5), [target(2, 0)], 0, schedule(3))
    assert found.by[0] == pytest.approx(np.ones(4))
    assert found.at[0] == pytest.approx(np.exp(-0.5 * np.arange(4)), abs=1e-12)
    assert found.arrival[0] == pytest.approx([1, 0])
    assert (found.slips == 0).all()


def test_a_slip_is_told_by_the_last_step():
    both = assemble(
        2,
        2,
        [Events(np.array([1, 1]), np.array([0.1, 0]), 0, slip=True), Events(np.array([1, 1]), np.array([0.3, 0]), 1)],
    )
    found = forward(both, [target(2, 1), Target("first", None, (0,))], 0, schedule(6))
    assert found.slips[0] == pytest.approx(found.by[0] / 4, abs=1e-13)
    assert found.slips[1] == pytest.approx(found.by[1], abs=1e-13)


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_the_matrix_exponential(seed):
    chain = random_chain(seed)
    dates = schedule(12, (1, 2), (4, 3), (4, 2), (12, 3))
    targets = [target(6, 2), target(6, 1, 4), Target("one", None, (0,)), Target("several", None, (1, 2))]
    found = forward(chain, targets, 0, dates)
    where = occupied(chain, 0, dates)
    for k, wanted in enumerate(targets):
        by, slips = by_and_slips(chain, wanted, 0, dates)
        assert found.by[k] == pytest.approx(by, abs=1e-10)
        assert found.slips[k] == pytest.approx(slips, abs=1e-10)
        if wanted.holds is not None:
            assert found.at[k] == pytest.approx(where @ wanted.holds, abs=1e-10)
    assert found.occupancy == pytest.approx(where[-1], abs=1e-10)
    assert found.arrival.sum(axis=1) == pytest.approx(found.by[:, -1], abs=1e-12)


def test_arrival_tells_in_which_state_it_was_reached():
    fork = assemble(
        3,
        2,
        [Events(np.array([1, 1, 2]), np.array([0.3, 0, 0]), 0), Events(np.array([2, 1, 2]), np.array([0.1, 0, 0]), 1)],
    )
    found = forward(fork, [target(3, 1, 2), Target("second", None, (1,))], 0, schedule(40))
    assert found.arrival[0] == pytest.approx([0, 0.75, 0.25], abs=1e-6)
    assert found.arrival[1] == pytest.approx([0, 0, 0.25], abs=1e-6)


def test_counts_integrate_the_rate_of_taking():
    chain, dates = random_chain(11), schedule(8, (3, 2))
    found = forward(chain, [], 0, dates)
    fine = 400  # Simpson's rule within each month
    weights = np.ones(fine + 1)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    step = expm(generator(chain, None)[:-2, :-2] / fine)
    state, total = np.eye(6)[0], np.zeros(3)
    for month in range(1, 9):
        inside = [state]
        for _ in range(fine):
            inside.append(inside[-1] @ step)
        total += chain.taking @ (weights @ np.array(inside)) / (3 * fine)
        state = inside[-1] @ (chain.dated[2].matrix.toarray() if month == 3 else np.eye(6))
        assert found.counts[:, month] == pytest.approx(total, abs=1e-9)


def test_a_date_counts_in_its_own_month():
    still = assemble(2, 0, [], {0: random_jump(np.random.default_rng(0), 2)})
    jump = still.dated[0].matrix.toarray()
    found = forward(still, [target(2, 1)], 0, schedule(4, (3, 0)))
    assert found.by[0] == pytest.approx([0, 0, 0, jump[0, 1], jump[0, 1]])
    assert found.at[0] == pytest.approx([0, 0, 0, jump[0, 1], jump[0, 1]])
    assert forward(still, [target(2, 1)], 0, schedule(3, (3, 0))).by[0, -1] == pytest.approx(jump[0, 1])


def test_only_reachable_states_matter():
    chain = random_chain(5, size=4)
    apart = random_chain(6, size=5)
    targets = [target(4, 3), Target("a", None, (0,))]
    wide = assemble(9, 3, _side_by_side(chain, apart))
    small = forward(chain, targets, 0, schedule(9))
    large = forward(wide, [target(9, 3), targets[1]], 0, schedule(9))
    assert large.by == pytest.approx(small.by, abs=1e-12)
    assert large.products == small.products
    assert large.arrival[:, :4] == pytest.approx(small.arrival, abs=1e-12)
    assert (large.occupancy[4:] == 0).all()


def _side_by_side(one, other):
    """Every event of two chains as a kind of its own."""
    for chain, shift in ((one, 0), (other, len(one))):
        for e in range(len(chain.rate)):
            rate = np.zeros(len(one) + len(other))
            rate[chain.source[e] + shift] = chain.rate[e]
            goes = np.full(len(rate), chain.target[e] + shift)
            yield Events(
                goes, rate, int(chain.action[e]), int(chain.rule[e]), bool(chain.refused[e]), bool(chain.slip[e])
            )


def test_a_distribution_at_the_start_is_the_mean_over_its_states():
    chain, dates = random_chain(7), schedule(6, (2, 3))
    targets = [target(6, 5), Target("a", None, (1,))]
    first, second = (forward(chain, targets, state, dates) for state in (0, 3))
    mixed = forward(chain, targets, np.array([0.25, 0, 0, 0.75, 0, 0]), dates)
    assert mixed.by == pytest.approx(0.25 * first.by + 0.75 * second.by, abs=1e-11)
    assert mixed.counts == pytest.approx(0.25 * first.counts + 0.75 * second.counts, abs=1e-9)


def test_nothing_happens_in_no_time_and_where_nothing_can():
    assert forward(random_chain(1), [target(6, 3)], 0, schedule(0)).by.tolist() == [[0.0]]
    nothing = forward(assemble(1, 0, []), [target(1)], 0, schedule(24))
    assert (nothing.by == 0).all()
    assert nothing.occupancy == pytest.approx([1])


@pytest.mark.parametrize("spared", [1e-3, 1e-6])
def test_states_hardly_visited_are_left_out_and_what_is_lost_is_told(monkeypatch, spared):
    chain = line(*[0.3] * 30)
    targets, dates = [target(31, 2, 3, 4), target(31, 17), target(31, 0)], schedule(12)
    whole = forward(chain, targets, 0, dates)
    monkeypatch.setattr(module, "LARGE", 5)
    monkeypatch.setattr(module, "SPARED", spared)
    found = forward(chain, targets, 0, dates)
    assert 5 < len(module._frequented(chain, np.eye(31)[0], dates)) < 20
    assert 1e-12 < found.error < 1e3 * spared
    for one, other in ((whole.by, found.by), (whole.at, found.at), (whole.slips, found.slips)):
        assert (one - other > -1e-12).all()
        assert (one - other <= found.error + 1e-12).all()
    assert (whole.by - found.by).max() > 1e-8  # something was lost
    assert found.arrival.shape == whole.arrival.shape
    np.testing.assert_allclose(found.occupancy, whole.occupancy, atol=found.error)


def test_an_outlook_is_the_chances_of_a_forecast():
    chain, dates = random_chain(3), schedule(12, (4, 3), (4, 2), (7, 2), (12, 3))
    targets = [target(6, 0, 4), target(6, 1, 2), Target("one", None, (0,)), target(6, *range(6))]
    whole, found = (each(chain, targets, 0, dates) for each in (forward, outlook))
    np.testing.assert_array_equal(found.by, whole.by)
    np.testing.assert_array_equal(found.at, whole.at)
    assert (found.error, found.products) == (whole.error, whole.products)


def ring(size: int) -> Chain:
    """States that follow one another round and round: no decay, so that polynomials grow as they do nowhere else."""
    following = np.roll(np.arange(size), -1)
    return assemble(
        size, 1, [Events(following, np.full(size, 0.8), 0)], {2: random_jump(np.random.default_rng(1), size)}
    )


@pytest.mark.parametrize("chain", [random_chain(3, 40), random_chain(8, 40), ring(40)], ids=["one", "other", "ring"])
@pytest.mark.parametrize("dates", [schedule(60, (4, 2), (40, 2)), schedule(3), schedule(1), schedule(0)])
def test_an_outlook_on_a_large_chain_errs_by_no_more_than_it_says(monkeypatch, chain, dates):
    targets = [target(40, 0, 4), target(40, 11, 12), Target("one", None, (0,)), target(40, *range(40))]
    truth = forward(chain, targets, 0, dates)
    monkeypatch.setattr(module, "LARGE", 10)
    found = outlook(chain, targets, 0, dates)
    assert (found.by[[0, 3]] == 1).all()
    assert found.error < 1e-5
    assert np.abs(found.by - truth.by).max() <= found.error + truth.error
    assert np.nanmax(np.abs(found.at - truth.at)) <= found.error + truth.error
    assert ((found.by >= 0) & (found.by <= 1)).all()
    assert (np.diff(found.by, axis=1) >= 0).all()
    assert np.nanmin(found.at) >= 0


def test_where_polynomials_grow_too_large_or_time_is_long_ticks_are_counted(monkeypatch):
    monkeypatch.setattr(module, "LARGE", 10)
    targets, dates = [target(40, 11)], schedule(120)
    whole, found = (each(ring(40), targets, 0, dates) for each in (forward, outlook))
    assert found.products == whole.products
    np.testing.assert_array_equal(found.by, whole.by)
    chain, short, long = random_chain(3, 40), schedule(20), schedule(1200)
    assert outlook(chain, targets, 0, short).products < forward(chain, targets, 0, short).products
    assert outlook(chain, targets, 0, long).products == forward(chain, targets, 0, long).products


def test_the_present_of_numbers_is_their_mean_where_the_state_is():
    chain, dates = random_chain(4), schedule(12, (4, 3), (4, 2), (12, 3))
    worth = np.random.default_rng(0).random((6, 2))
    where = occupied(chain, 5, dates)
    np.testing.assert_allclose(present(chain, worth, 5, dates), (where @ worth).T, atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_an_action_may_be_taken_more_often_than_the_clock_ticks(seed):
    rng, here = np.random.default_rng(seed), np.arange(4)
    kinds = [Events(rng.integers(4, size=4), rng.random(4), 1, slip=True), Events(here, 3 * rng.random(4), 0)]
    chain, often, dates = assemble(4, 2, kinds), Target("often", None, (0,)), schedule(12)
    tick = uniform(chain, hits(chain, [often]), transposed=True)
    stays = tick.matrix.toarray() - tick.taken.toarray()
    assert stays.diagonal().min() < -0.2
    assert np.abs(stays).sum(axis=0).max() <= 1 + 1e-12
    found = forward(chain, [often, Target("both", None, (0, 1))], 0, dates)
    for k, wanted in enumerate((often, Target("both", None, (0, 1)))):
        by, slips = by_and_slips(chain, wanted, 0, dates)
        np.testing.assert_allclose(found.by[k], by, atol=1e-12)
        np.testing.assert_allclose(found.slips[k], slips, atol=1e-12)
        for start in range(4):
            back = backward(chain, [wanted], dates).by[start, 0]
            assert back == pytest.approx(by_and_slips(chain, wanted, start, dates)[0][-1], abs=1e-12)
