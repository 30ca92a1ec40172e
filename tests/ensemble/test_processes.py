"""Members solved on several processes are those solved here."""

import numpy as np

from detente.ensemble import processes
from detente.ensemble.cache import Cache
from detente.ensemble.progress import Stage
from detente.ensemble.solutions import Numbers, Solutions
from detente.scenario.load import load_text
from detente.scenario.starter import starter


def test_they_come_in_order_and_equal_those_solved_here(tmp_path):
    text, claims = starter("border")
    solutions = Solutions(load_text(text, "border", claims), Cache(tmp_path))
    central = solutions.solve(Numbers("central", solutions.scenario.likely))
    wanted = [Numbers(f"x {scale}", solutions.scenario.likely, scale, "continued") for scale in (0.8, 0.9, 1.1)]
    heard = []
    stage = Stage(lambda _stage, done, _total, _left: heard.append(done), "draws", 3)
    members = processes.solve_apart(solutions, wanted, central, stage, 2)
    assert [member.numbers.name for member in members] == ["x 0.8", "x 0.9", "x 1.1"]
    assert heard == [0, 1, 2, 3]
    here = Solutions(solutions.scenario, Cache(tmp_path / "other"))
    for member, numbers in zip(members, wanted, strict=True):
        again = here.solve(numbers, solutions.solved(central))
        np.testing.assert_allclose(
            solutions.equilibrium(member).value, here.equilibrium(again).value, rtol=1e-6, atol=1e-6
        )
