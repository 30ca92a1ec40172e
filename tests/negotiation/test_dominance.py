import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detente.negotiation import dominance
from detente.negotiation.dominance import ranked, undominated
from tests.negotiation import brute

SHAPES = st.tuples(st.integers(0, 40), st.integers(1, 7))


def pairwise(points):
    """The same by comparing all pairs, in NumPy."""
    covers = (points[:, None, :] >= points[None, :, :]).all(axis=2)
    better = (points[:, None, :] > points[None, :, :]).any(axis=2)
    return ~(covers & better).any(axis=0)


@given(SHAPES.flatmap(lambda shape: arrays(float, shape, elements=st.integers(0, 4).map(float))))
def test_it_is_that_of_all_pairs_with_ties(points):
    assert np.flatnonzero(undominated(points)).tolist() == brute.undominated(points.tolist())


@given(SHAPES.flatmap(lambda shape: arrays(float, shape, elements=st.floats(-1e100, 1e100))))
def test_it_is_that_of_all_pairs_at_any_size_of_numbers(points):
    assert np.flatnonzero(undominated(points)).tolist() == brute.undominated(points.tolist())


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("sizes", [(0, 2, 3), (5, 8, 20), (0, 1, 1)])
def test_every_way_of_dividing_gives_the_same(seed, sizes, monkeypatch):
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 3 + seed % 5, size=(60, 4 + seed % 3)).astype(float)
    for name, size in zip(("FEW", "BLOCK", "PAIRS"), sizes, strict=True):
        monkeypatch.setattr(dominance, name, size)
    assert np.array_equal(undominated(points), pairwise(points))


@pytest.mark.parametrize("parties", [2, 3, 4, 6])
@pytest.mark.parametrize("kind", ["cube", "sphere", "grid", "plane"])
def test_large_sets(parties, kind):
    rng = np.random.default_rng(parties)
    points = rng.random((1500, parties))
    if kind == "sphere":
        points /= np.linalg.norm(points, axis=1)[:, None]
    elif kind == "grid":
        points = np.floor(points * 5)
    elif kind == "plane":  # equal sums but for rounding
        points = rng.dirichlet(np.ones(parties), 1500)
    assert np.array_equal(undominated(points), pairwise(points))


def test_equal_points_stand_or_fall_together():
    points = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0], [1.0, 1.0], [1.0, 1.0], [0.0, 2.0]])
    assert undominated(points).tolist() == [True, True, True, False, False, False]


def test_a_difference_too_small_for_the_sum_still_counts():
    points = np.array([[1e16, 1.0], [1e16, 1.5], *([0.0, 0.0] for _ in range(3000))])
    assert np.flatnonzero(undominated(points)).tolist() == [1]


@given(
    arrays(float, (12, 3), elements=st.integers(0, 3).map(float)), st.permutations(range(12)), st.permutations(range(3))
)
def test_relabelling_changes_nothing(points, rows, columns):
    shuffled = undominated(points[rows][:, columns])
    assert np.array_equal(undominated(points)[rows], shuffled)


def test_the_order_is_best_first():
    order, first = ranked(np.array([[1.0, 1.0], [2.0, 0.0], [1.0, 1.0], [2.0, 3.0]]))
    assert order.tolist() == [3, 1, 0, 2]
    assert first.tolist() == [True, True, True, False]
