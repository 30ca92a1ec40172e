"""Who would agree to what, against a look at every package in turn."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.questions import agreement

GAINS = st.tuples(st.integers(1, 14), st.integers(2, 5)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(-4, 4).map(float))
)


def some(gains: np.ndarray) -> list[int]:
    """Those who must agree: all but the last, or both of two."""
    return list(range(max(2, gains.shape[1] - 1)))


def agreed(gains: np.ndarray, who: list[int]) -> list[int]:
    return [p for p, row in enumerate(gains.tolist()) if all(row[i] > 0 for i in who)]


@given(GAINS)
def test_zone_refusals_and_vetoes(gains: np.ndarray) -> None:
    who = some(gains)
    assert np.flatnonzero(agreement.accepted(gains, who)).tolist() == agreed(gains, who)
    for i in range(gains.shape[1]):
        refuses = [p for p in range(len(gains)) if not gains[p, i] > 0]
        assert agreement.refusals(gains)[i] == len(refuses) / len(gains)
        alone = [p for p in refuses if all(gains[p, j] > 0 for j in who if j != i)] if i in who else []
        assert agreement.vetoes(gains, who)[i] == len(alone)


@given(GAINS)
def test_members_are_looked_at_one_by_one(gains: np.ndarray) -> None:
    who, both = some(gains), np.stack([gains, -gains])
    for of in (lambda g: agreement.accepted(g, who), agreement.refusals, lambda g: agreement.vetoes(g, who)):
        np.testing.assert_array_equal(of(both), np.stack([of(gains), of(-gains)]))


@given(GAINS)
def test_no_package_comes_nearer_than_the_nearest(gains: np.ndarray) -> None:
    who = some(gains)
    ranked = [(sum(row[i] <= 0 for i in who), -min(row[i] for i in who)) for row in gains.tolist()]
    assert ranked[agreement.nearest(gains, who)] == min(ranked)


@given(GAINS)
def test_the_frontier_is_what_nothing_dominates(gains: np.ndarray) -> None:
    who = some(gains)
    table = gains[:, who]
    dominated = [any((a >= b).all() and (a > b).any() for a in table) for b in table]
    assert agreement.frontier(gains, who).tolist() == [not each for each in dominated]


@given(GAINS)
def test_points_are_the_best_of_the_zone(gains: np.ndarray) -> None:
    who = some(gains)
    zone, found = agreed(gains, who), agreement.points(gains, agreement.accepted(gains, who), who)
    assert bool(zone) == bool(found)
    if not zone:
        return
    table = {p: gains[p, who] for p in zone}
    ideal = np.max(list(table.values()), axis=0)
    product_of = {p: float(np.prod(row)) for p, row in table.items()}
    assert product_of[found["Nash"]] == max(product_of.values())
    for name, scaled in (("egalitarian", table), ("Kalai-Smorodinsky", {p: row / ideal for p, row in table.items()})):
        ranked = {p: sorted(np.round(row, 12).tolist()) for p, row in scaled.items()}
        assert ranked[found[name]] == max(ranked.values())
    for row in found.values():
        assert agreement.frontier(gains[zone], who)[zone.index(row)]


@given(GAINS, st.data())
def test_what_brings_a_blocker_in(gains: np.ndarray, data: st.DataObject) -> None:
    who = some(gains)
    p, blocker = data.draw(st.integers(0, len(gains) - 1)), data.draw(st.sampled_from(who))
    near = np.array([n for n in range(len(gains)) if n != p], dtype=int)
    found = agreement.mending(gains, gains[p], near, blocker, who)
    for n, i in product(near, who):
        if n in found and (i == blocker or gains[p, i] > 0):
            assert gains[n, i] > 0
    missed = set(near.tolist()) - set(found.tolist())
    assert all(any(gains[n, i] <= 0 for i in who if i == blocker or gains[p, i] > 0) for n in missed)
