import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from detente.ensemble.draws import cube, draw, named, pert
from detente.problems import DetenteError
from detente.scenario.model import Parameter
from tests.ensemble.toys import parameter, scenario_of

THREE = scenario_of(parameter("a", 1.0, 0.0, 4.0), parameter("b", 2.0, 2.0, 2.0), parameter("c", -1.0, -3.0, -1.0))


@st.composite
def parameters(make: st.DrawFn) -> Parameter:
    low, likely, high = sorted(make(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3)))
    return parameter("x", likely, low, high)


@given(parameters())
def test_the_mean_is_that_of_pert(one):
    values = pert(one, (np.arange(4096) + 0.5) / 4096)
    scale = max(one.high - one.low, 1e-12)
    assert abs(values.mean() - (one.low + 4 * one.likely + one.high) / 6) <= 2e-4 * scale + 1e-9
    assert values.min() >= one.low
    assert values.max() <= one.high


@given(parameters(), st.floats(2.0**-60, 1))
def test_quantiles_are_those_of_the_beta_distribution(one, u):
    width = one.high - one.low
    if width > 1e-6:
        a, b = 1 + 4 * (one.likely - one.low) / width, 1 + 4 * (one.high - one.likely) / width
        assert pert(one, np.array([u]))[0] == pytest.approx(beta.ppf(u, a, b, one.low, width), abs=1e-7 * width)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 20, 50, 65])
def test_any_count_without_a_warning_and_draw_n_is_the_same_whatever_the_count(count):
    drawn = draw(THREE, count, seed=3)
    assert drawn.shape == (count, 3)
    assert np.array_equal(drawn, draw(THREE, 128, seed=3)[:count])


def test_a_constant_stays_constant_and_a_seed_matters():
    assert np.all(draw(THREE, 9)[:, 1] == 2.0)
    assert not np.any(draw(THREE, 9, seed=1)[:, 0] == draw(THREE, 9, seed=2)[:, 0])
    assert np.array_equal(draw(THREE, 9, seed=1), draw(THREE, 9, seed=1))


def test_points_fill_the_cube_evenly():
    points = cube(64, 5, seed=0)
    for column in points.T:  # each of 64 equal strips holds exactly one point
        assert sorted(np.floor(column * 64).astype(int)) == list(range(64))


def test_without_parameters_there_is_still_a_row_for_each_draw():
    empty = scenario_of()
    assert draw(empty, 4).shape == (4, 0)
    assert named(empty, draw(empty, 4)[0]) == {}


def test_named_follows_file_order():
    assert named(THREE, [0.5, 2.0, -2.0]) == {"a": 0.5, "b": 2.0, "c": -2.0}


@pytest.mark.parametrize(("count", "seed"), [(-1, 0), (10**7, 0), (3, -1)])
def test_senseless_counts_and_seeds_are_refused_in_a_sentence(count, seed):
    with pytest.raises(DetenteError, match=r"not -?\d+"):
        draw(THREE, count, seed)
