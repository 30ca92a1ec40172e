"""Other equilibria of a scenario."""

import numpy as np
import pytest

from detente.ensemble.along import branch
from detente.ensemble.others import OtherEquilibria, other_equilibria
from detente.ensemble.solution import solve
from detente.problems import DetenteError
from tests.ensemble.tug import tug
from tests.equilibrium.tipping import Pair


@pytest.fixture(scope="module")
def found() -> OtherEquilibria:
    return other_equilibria(solve(tug(), {"worth": 0.5}, certify="none"), starts=16)


def test_they_are_those_of_the_scalar_equation_and_of_the_branch(found: OtherEquilibria) -> None:
    gaps = sorted(float(np.diff(value[:, 0])[0]) for value in found.data["value"].values)
    np.testing.assert_allclose(gaps, Pair().alike(0.5), atol=1e-6)
    along = branch(tug(), "worth", start=found.solution(len(found) - 1)).at(0.5)
    np.testing.assert_allclose(sorted(np.diff(point.value[:, 0])[0] for point in along), gaps, atol=1e-6)


def test_they_are_labelled_and_are_solutions(found: OtherEquilibria) -> None:
    data = found.data
    assert int(data["starts"].sum()) + data.attrs["lost"] == 16
    assert set(data["stability"].values) == {"stable", "unstable"}
    assert float(data["apart"][0]) == 0.0
    assert float(data["residual"].max()) < 1e-6
    assert "one turned round" in {name for other in found.found for name in other.starts}
    assert found.statement in repr(found)
    chances = {round(float(found.solution(n).chances(months=6)["by"].sel(outcome="high")[-1]), 3) for n in range(3)}
    assert len(chances) == 3
    assert found.solution(0).numbers == found.known.numbers
    for n in (1, 2):
        assert found.solution(n).statement.startswith("One of 3 equilibria found from many starts,")
        assert np.array_equal(found.solution(n).equilibrium.value, data["value"][n])
    with pytest.raises(DetenteError, match="0 to 2, not 3"):
        found.solution(3)
