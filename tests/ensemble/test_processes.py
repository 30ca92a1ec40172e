"""What is done on several processes is what would be done here."""

import numpy as np
import pytest

from detente.ensemble import solve
from detente.ensemble.cache import Cache
from detente.ensemble.processes import Processes, solve_here
from detente.ensemble.progress import Stage
from detente.ensemble.readings import Reading
from detente.ensemble.solutions import Numbers, Solutions, Solved
from detente.ensemble.solve import Ensemble, ensemble
from detente.scenario.load import load_text
from detente.scenario.starter import starter


def border():
    text, claims = starter("border")
    return load_text(text, "border", claims)


def best(solved: Solved) -> dict[str, np.ndarray]:
    return {"best": solved.equilibrium.value.max(axis=0), "moves": np.array(len(solved.chain.rate))}


def fails(solved: Solved) -> dict[str, np.ndarray]:
    raise ValueError("no such thing")


def test_members_come_in_order_and_equal_those_solved_here(tmp_path):
    solutions = Solutions(border(), Cache(tmp_path))
    central = solutions.central()
    wanted = [Numbers(f"x {scale}", solutions.scenario.likely, scale, "continued") for scale in (0.8, 0.9, 1.1)]
    heard = []
    stage = Stage(lambda _stage, done, _total, _left: heard.append(done), "draws", 3)
    with Processes(solutions.cache, 2) as pool:
        members = pool.each(solve_here, [(solutions.scenario, one, central.numbers) for one in wanted], stage)
    assert [member.numbers.name for member in members] == ["x 0.8", "x 0.9", "x 1.1"]
    assert all(member.kept is None for member in members)  # handed over in the cache
    assert heard == [0, 1, 2, 3]
    here = Solutions(solutions.scenario, Cache(tmp_path / "other"))
    for member, numbers in zip(members, wanted, strict=True):
        again = here.solve(numbers, solutions.solved(central))
        np.testing.assert_allclose(
            solutions.equilibrium(member).value, here.equilibrium(again).value, rtol=1e-6, atol=1e-6
        )


def test_readings_made_there_are_found_here_and_are_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(solve, "LARGE", 1)
    cache = Cache(tmp_path)
    of_all, of_draws = Reading("best of all", best, {"x": 1}, "all"), Reading("best", best, {"x": 2}, "drawn")
    with Processes(cache, 2) as pool:
        solved = ensemble(border(), 2, cache=cache, pool=pool)
        solved.read([of_all, of_draws, of_all, Reading("central only", fails, {}, "central")])
        assert pool.begun
        with pytest.raises(ValueError, match="no such thing"):
            solved.read([Reading("fails", fails, {}, "drawn")])
    made = [reading.kept(solved.solutions, member) for reading in (of_all, of_draws) for member in solved.draws]
    made += [of_all.kept(solved.solutions, one) for one in (solved.half, solved.double)]
    here = [best(solved.solved(member)) for member in (*solved.draws, *solved.draws, solved.half, solved.double)]
    for one, other in zip(made, here, strict=True):
        np.testing.assert_array_equal(one["best"], other["best"])
        np.testing.assert_array_equal(one["moves"], other["moves"])
    read, found = [], Ensemble.solved
    monkeypatch.setattr(Ensemble, "solved", lambda self, member: read.append(member) or found(self, member))
    assert len(solved.answers("best of all", best, "all", x=1)) == 5
    assert read == [solved.central]
