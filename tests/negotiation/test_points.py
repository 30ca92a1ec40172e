import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.negotiation.frontier import frontier
from detente.negotiation.points import NAMES, zone
from tests.negotiation import brute


def found(case):
    """Rule -> choices picked, and the zone."""
    domain = brute.domain_of(case)
    front = frontier(domain)
    made = zone(front.utilities, domain.floor)
    return {name: {tuple(map(int, front.choices[n])) for n in one.rows} for name, one in made.points.items()}


@given(brute.cases(most_parties=4))
@settings(max_examples=80)
def test_they_are_those_of_looking_at_every_outcome(case):
    worth = brute.outcomes(*case[:3])
    expected = brute.points(worth, brute.floors(case, worth))
    assert found(case) == expected


@given(brute.cases(most_parties=3), st.sampled_from([2, 5, 10]), st.integers(0, 3))
@settings(max_examples=25)
def test_nash_and_ks_do_not_depend_on_scales(case, by, plus):
    issues, weights, constant, reservation = case
    scaled = (
        issues,
        [[row[0] * by, *row[1:]] for row in weights],
        [constant[0] * by + plus, *constant[1:]],
        [None if reservation[0] is None else reservation[0] * by + plus, *reservation[1:]],
    )
    one, other = found(case), found(scaled)
    for name in ("Nash", "Kalai-Smorodinsky"):
        assert one.get(name) == other.get(name)


@given(brute.cases(most_parties=4))
@settings(max_examples=25)
def test_the_order_of_parties_does_not_matter(case):
    issues, weights, constant, reservation = case
    back = ([[row[::-1] for row in values] for values in issues], [row[::-1] for row in weights], constant[::-1],
            reservation[::-1])  # fmt: skip
    assert found(case) == found(back)


@given(brute.cases(most_parties=3), st.integers(0, 4))
@settings(max_examples=25)
def test_ks_and_egalitarian_are_monotone_where_gains_are_kept(case, which):
    """More outcomes that leave everybody's ideal as it is cannot lower the least share; more of any, the least gain."""
    domain = brute.domain_of(case)
    front = frontier(domain)
    whole = zone(front.utilities, domain.floor)
    if len(whole.rows) < 2:
        return
    out = whole.rows[which % len(whole.rows)]
    fewer = zone(np.delete(front.utilities, out, axis=0), domain.floor)
    assert fewer.points["utilitarian"].value <= whole.points["utilitarian"].value
    if "egalitarian" in fewer.points and np.array_equal(fewer.ideal > 0, whole.ideal > 0):
        assert fewer.points["egalitarian"].value <= whole.points["egalitarian"].value
        if np.array_equal(fewer.ideal, whole.ideal):
            assert fewer.points["Kalai-Smorodinsky"].value <= whole.points["Kalai-Smorodinsky"].value


def test_dividing_a_hundred():
    """100 to divide, b with a fallback of 20 and half the utility: everybody knows the answers."""
    a = np.arange(101.0)
    made = zone(np.stack([a, (100 - a) / 2], axis=1), np.array([0.0, 10.0]))
    picked = {name: a[point.rows].tolist() for name, point in made.points.items()}
    assert picked == {"Nash": [40.0], "Kalai-Smorodinsky": [40.0], "egalitarian": [27.0], "utilitarian": [80.0]}
    assert made.points["Nash"].value == pytest.approx(40 * 20)
    assert made.points["Kalai-Smorodinsky"].value == pytest.approx(0.5)
    assert made.ideal.tolist() == [80.0, 40.0]


def test_who_can_gain_nothing_is_left_out():
    made = zone(np.array([[1.0, 3.0, 0.5], [2.0, 2.0, 0.5], [9.0, 9.0, 0.4]]), np.array([0.0, 0.0, 0.5]))
    assert made.points["Nash"].rows.tolist() == [1]
    assert made.points["Nash"].value == pytest.approx(4.0)


def test_without_a_gain_for_all_there_is_no_nash_point():
    made = zone(np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2))
    assert "Nash" not in made.points
    assert made.points["egalitarian"].rows.tolist() == [0, 1]


def test_an_empty_zone_has_no_points():
    made = zone(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.5, 0.5]))
    assert made.points == {}
    assert len(made.rows) == 0


def test_many_parties_do_not_underflow():
    rng = np.random.default_rng(0)
    worth = rng.random((50, 90)) * 1e-6
    made = zone(worth, np.zeros(90))
    assert made.points["Nash"].rows.tolist() == [int(np.argmax(np.log(worth).sum(axis=1)))]
    assert set(made.points) == set(NAMES)
