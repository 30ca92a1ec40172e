"""Logit equilibria that others have published or computed: Gambit, sgamesolver; sources stand in ``logit.json``."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame

CASES = {case["name"]: case for case in json.loads((Path(__file__).parent / "logit.json").read_text(encoding="utf-8"))}
STRATEGIC = [name for name, case in CASES.items() if case["kind"] == "strategic"]
STOCHASTIC = [name for name, case in CASES.items() if case["kind"] == "stochastic"]


def points(names: list[str]) -> list[Any]:
    return [pytest.param(CASES[name], point, id=f"{name}-{point['lam']}") for name in names
            for point in CASES[name]["points"]]  # fmt: skip


@pytest.mark.parametrize(("case", "point"), points(STRATEGIC))
def test_strategic_games(case: dict[str, Any], point: dict[str, Any]) -> None:
    found = trace(StochasticGame.strategic(case["payoffs"]), point["lam"])
    assert found.reached, found.status
    for n, chances in enumerate(point["profile"]):
        np.testing.assert_allclose(found.policy[0, n, : len(chances)], chances, rtol=0, atol=case["tol"])


@pytest.mark.parametrize(("case", "point"), points(STOCHASTIC))
def test_stochastic_games(case: dict[str, Any], point: dict[str, Any]) -> None:
    found = trace(StochasticGame(case["u"], case["phi"], case["delta"]), point["lam"])
    assert found.reached, found.status
    np.testing.assert_allclose(found.policy, point["sigma"], rtol=0, atol=case["tol"])
    np.testing.assert_allclose(found.value, point["V"], rtol=0, atol=case["tol"])


def centipede() -> StochasticGame:
    """Four nodes, one mover each, TAKE or PASS; taking ends the game, and so does the last pass."""
    ends = [(0.8, 0.2), (0.4, 1.6), (3.2, 0.8), (1.6, 6.4), (12.8, 3.2)]
    payoffs, transitions = np.zeros((4, 2, 2, 2)), np.zeros((4, 2, 2, 4))
    mask = [np.ones((4, 2), bool), np.ones((4, 2), bool)]
    for node in range(4):
        mover = node % 2
        mask[1 - mover][node, 1] = False
        take, passed = ((slice(None), 0), (slice(None), 1)) if mover else ((0, slice(None)), (1, slice(None)))
        for n in range(2):
            payoffs[(node, n, *take)] = ends[node][n]
            if node == 3:
                payoffs[(node, n, *passed)] = ends[4][n]
        if node < 3:
            transitions[(node, *passed, node + 1)] = 1.0
    return StochasticGame(payoffs, transitions, 1.0, mask=mask)


@pytest.mark.parametrize("point", CASES["centipede4_agentQRE"]["points"], ids=lambda point: str(point["lam"]))
def test_the_centipede_without_discount(point: dict[str, Any]) -> None:
    found = trace(centipede(), point["lam"])
    for n, player in enumerate(("Player 1", "Player 2")):
        for turn, chances in enumerate(point["profile"][player]):
            np.testing.assert_allclose(found.policy[2 * turn + n, n], chances, rtol=0, atol=1e-8)


def test_the_bifurcation_of_the_game_of_mckelvey_and_mclennan_is_found_with_both_ways_on() -> None:
    case = CASES["mm2x2x2_bifurcation"]
    game = StochasticGame.strategic(case["payoffs"])
    found = trace(game, 2.0)
    assert [met.kind for met in found.met] == ["bifurcation"]
    assert found.met[0].precision == pytest.approx(case["bifurcation_lambda"], abs=1e-6)
    assert "went straight on through bifurcations at 0.596755" in found.status
    np.testing.assert_allclose(found.policy[0, :2], 0.5, atol=1e-9)
    turned = [trace(game, 2.0, start=turn) for turn in found.met[0].turns]
    assert len(turned) == 2
    ends = [found, *turned]
    for one in turned:
        assert one.reached, one.status
        assert one.residual < 1e-10
    for k, one in enumerate(ends):
        for other in ends[k + 1 :]:
            assert np.abs(one.policy - other.policy).max() > 0.05


def test_the_stag_hunt_ends_where_the_hare_is_hunted() -> None:
    """The limit of the principal branch is the risk-dominant equilibrium: hare, worth 5."""
    found = trace(StochasticGame.strategic(CASES["stag_hunt_doc"]["payoffs"]), math.inf)
    np.testing.assert_allclose(found.policy[0, :, 1], 1.0, atol=1e-9)
    np.testing.assert_allclose(found.value[0], 5.0, atol=1e-6)
    assert found.regret.max() < 1e-6
