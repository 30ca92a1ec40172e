import numpy as np
import pytest
from scipy.stats import poisson

from detente.outcome.poisson import CUT, ticks


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 1.0, 7.5, 400.0, 5000.0])
def test_weights_are_poisson_chances(mean):
    clock = ticks(np.array([mean]))
    n = np.arange(clock.most + 1)
    assert clock.exactly[0] == pytest.approx(poisson.pmf(n, mean), rel=1e-9, abs=1e-18)
    assert clock.more[0] == pytest.approx(poisson.sf(n, mean), rel=1e-6, abs=1e-15)
    assert clock.cut < CUT


def test_the_longest_span_decides_how_many_ticks_are_kept():
    clock = ticks(np.array([1.0, 50.0, 100.0]))
    assert clock.exactly.sum(axis=1) == pytest.approx(np.ones(3), abs=CUT)
    assert 100 < clock.most < 200
