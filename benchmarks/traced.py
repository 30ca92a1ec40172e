"""Random stochastic games traced to a precision, beside sgamesolver: ``python -m benchmarks.traced [sizes ..]``.

The games are those of ``SGame.random_game(seed=0)`` with discount 0.95, made here by the same draws. Seconds are of the
second run in one process, so without start-up; sgamesolver runs in its own Python (``benchmarks/peers/README.md``),
for at most two minutes a game, or ``DETENTE_PATIENCE`` seconds. A size is written as players,states,actions,precision.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.startup import machine
from detente.equilibrium.homotopy.trace import trace
from detente.game.stochastic import StochasticGame

SIZES = ("2,5,2,10", "2,20,3,10", "3,20,3,10", "2,100,3,10", "4,50,4,10", "4,100,4,10", "3,100,4,7")
PATIENCE = float(os.environ.get("DETENTE_PATIENCE", "120"))  # seconds for the peer
PEER = Path(__file__).parent / "peers" / "sgamesolver_qre.py"


def random_game(players: int, states: int, actions: int) -> StochasticGame:
    """``SGame.random_game(states, players, actions, delta=0.95, seed=0)``."""
    rng = np.random.default_rng(seed=0)
    profile = (actions,) * players
    payoffs = np.stack([rng.random((players, *profile)) for _ in range(states)])
    transitions = np.stack([rng.exponential(scale=1, size=(*profile, states)) for _ in range(states)])
    return StochasticGame(payoffs, transitions / transitions.sum(axis=-1, keepdims=True), 0.95)


def peer(game: StochasticGame, precision: float) -> dict[str, np.ndarray] | None:
    """What sgamesolver makes of it; None where it is not set up or takes too long."""
    python = os.environ.get("DETENTE_SGAMESOLVER")
    if not python:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "game.npz", Path(folder) / "found.npz"
        np.savez(source, payoffs=game.payoffs, transitions=game.transitions, discount=game.discount)
        command = [python, str(PEER), str(source), str(target), str(precision)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return None
        with np.load(target) as arrays:
            return dict(arrays)


def main(sizes: list[str]) -> None:
    """A line for each game."""
    print(f"{machine()}; seconds on the clock (of processor)")
    if not os.environ.get("DETENTE_SGAMESOLVER"):
        print("sgamesolver is not set up (DETENTE_SGAMESOLVER); running without it")
    print(f"{'players, states, actions':26}{'detente':>18}{'steps':>7}{'regret':>9}{'sgamesolver':>20}{'apart':>9}")
    for size in sizes or SIZES:
        players, states, actions, precision = (float(x) for x in size.split(","))
        game = random_game(int(players), int(states), int(actions))
        trace(random_game(2, 5, 2), precision)
        began, worked = time.perf_counter(), time.process_time()
        found = trace(game, precision)
        ours = f"{time.perf_counter() - began:.3f} ({time.process_time() - worked:.3f})"
        other = peer(game, precision)
        theirs, apart = (f"over {PATIENCE:g}" if os.environ.get("DETENTE_SGAMESOLVER") else "-"), ""
        if other is not None:
            theirs = f"{other['seconds'][0]:.3f} ({other['seconds'][1]:.3f})"
            apart = f"{np.nanmax(np.abs(other['policy'] - found.policy)):.1e}"
        name = f"{int(players)}, {int(states)}, {int(actions)} to {precision:g}"
        told = "" if found.reached else f"  {found.status}"
        print(f"{name:26}{ours:>18}{found.steps:>7}{found.regret.max():>9.1e}{theirs:>20}{apart:>9}{told}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
