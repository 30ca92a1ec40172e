"""A solution by itself: kept in one file with all that it was made from."""

import json

import numpy as np
import pytest

from detente.ensemble.record import REPORT, equilibrium_from, to_arrays
from detente.ensemble.solution import Solution, solve
from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame
from detente.problems import DetenteError
from detente.scenario.load import load, load_text
from detente.scenario.starter import starter
from tests.border import border, hopeful


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    text, claims = starter("border")
    (folder / "border.yaml").write_text(text, encoding="utf-8")
    (folder / "border-claims.yaml").write_text(claims, encoding="utf-8")
    return load(folder / "border.yaml")


@pytest.fixture(scope="module")
def central(case):
    return solve(case)


def test_it_is_certified_and_labelled(case, central):
    assert central.statement.startswith("Certified")
    assert central.values.dims == ("state", "actor")
    assert list(central.values["actor"].values) == [actor.name for actor in case.actors]
    start = central.structure.index(case.situations[-1])
    for f, factor in enumerate(case.factors):
        assert central.values[factor.name].values[start] == factor.levels[case.situations[-1].levels[f]]


def test_it_comes_back_from_its_file_and_solves_again_to_the_same(central, tmp_path):
    central.save(tmp_path / "kept.npz")
    back = Solution.load(tmp_path / "kept.npz")
    assert back.numbers == central.numbers
    assert back.scenario.text == central.scenario.text
    assert set(back.scenario.claims) == set(central.scenario.claims)
    assert back.statement == central.statement
    assert np.array_equal(back.equilibrium.value, central.equilibrium.value)
    again = solve(back.scenario, back.numbers)
    assert np.array_equal(again.equilibrium.value, central.equilibrium.value)


def test_a_neighbour_is_a_start(case, central, tmp_path):
    name = case.parameters[0].name
    near = {name: 1.02 * case.likely[name]}
    fresh = solve(case, near, certify="index")
    central.save(tmp_path / "kept.npz")
    warm = solve(case, near, start=Solution.load(tmp_path / "kept.npz"))
    assert "continued from a neighbouring solution" in warm.statement
    np.testing.assert_allclose(warm.equilibrium.value, fresh.equilibrium.value, rtol=1e-6, atol=1e-6)
    assert warm.equilibrium.sweeps < fresh.equilibrium.sweeps


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"tolerance": 0}, "above 0"), ({"tolerance": float("nan")}, "above 0"), ({"certify": "x"}, "'index'")],
)
def test_a_senseless_tolerance_or_level_is_refused(case, asked, told):
    with pytest.raises(DetenteError, match=told):
        solve(case, **asked)


def test_a_case_from_texts_is_kept_with_its_claims(tmp_path):
    text, claims = starter("border")
    case = load_text(text, "border", claims)
    solve(case, certify="none").save(tmp_path / "border.npz")
    back = Solution.load(tmp_path / "border.npz").scenario
    assert (back.text, back.claims) == (case.text, case.claims)
    assert len(back.claims) > 0


def test_what_is_no_solution_is_refused(case, central, tmp_path):
    (tmp_path / "kept.npz").write_bytes(b"PK no such thing")
    with pytest.raises(DetenteError, match="no solution that can be read"):
        Solution.load(tmp_path / "kept.npz")
    trace(StochasticGame.strategic([[1.0, 0.0]]), 1.0).save(tmp_path / "traced.npz")
    with pytest.raises(DetenteError, match="it is a traced equilibrium"):
        Solution.load(tmp_path / "traced.npz")
    with pytest.raises(DetenteError, match="no parameter 'pan'"):
        solve(case, {"pan": 1.0})
    text, claims = starter("border")
    other = load_text(text.replace("clash_rate: 0.01", "clash_rate: 0.02"), "border", claims)
    assert other.text != text
    with pytest.raises(DetenteError, match="another case"):
        solve(other, start=central)
    with pytest.raises(DetenteError, match="start is a float"):
        solve(other, start=1.0)  # type: ignore[arg-type]


def test_what_is_seen_of_it_says_how_good_it_is() -> None:
    told = repr(solve(border()))
    assert told.startswith("<Solution of border")
    assert "regret" in told
    assert "Certified" in told


def test_a_record_from_before_turning_was_noted_still_loads(central):
    arrays = to_arrays(central.equilibrium)
    told = json.loads(str(arrays[REPORT]))
    assert told.pop("turned") is False
    old = equilibrium_from(arrays | {REPORT: np.array(json.dumps(told))})
    assert old is not None
    assert not old.turned
    np.testing.assert_array_equal(old.value, central.equilibrium.value)


def test_the_branch_is_followed_round_its_folds_if_asked():
    case = hopeful()
    stopped = solve(case, {"precision": 3.0}, certify="none")
    assert not stopped.equilibrium.converged
    assert stopped.statement.endswith("Followed by arclength it does turn there, at t = 0.6211.")
    assert np.isnan(stopped.values).all()
    assert stopped.values.attrs["statement"] == stopped.statement
    with pytest.raises(DetenteError, match=r"no solution to tell chances from. Did not converge"):
        stopped.chances()
    back = equilibrium_from(to_arrays(stopped.equilibrium))
    assert back is not None
    assert back.turned
    found = solve(case, {"precision": 3.0}, certify="index", round_folds=True)
    assert found.statement.startswith("Certified: on the branch from default play round its folds at t = 0.6211 and ")
    further = solve(case, {"precision": 10.0}, certify="index", round_folds=True)
    folds = [10.0 * float(t) for t in further.statement.split("at t = ")[1].split(",")[0].split(" and ")]
    assert folds == pytest.approx([3.0 * 0.6211, 3.0 * 0.5596], abs=2e-3)  # the same precisions, whatever is asked for
