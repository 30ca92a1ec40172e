"""Games played once, traced to precision 100, beside Gambit: ``python -m benchmarks.strategic``.

Random payoffs in [0, 1]; milliseconds of processor time, the best of ten, start-up apart. Gambit (C++) runs in the
Python named by ``DETENTE_PEERS`` (``benchmarks/peers/README.md``).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.startup import machine
from detente.equilibrium.homotopy.trace import trace
from detente.game.gambit import write_nfg
from detente.game.stochastic import StochasticGame

SHAPES = ((2, 2), (3, 3), (5, 5), (10, 10), (2, 2, 2), (4, 4, 4), (3, 3, 3, 3))
PRECISION, TIMES = 100.0, 50
PEER = Path(__file__).parent / "peers" / "gambit_qre.py"


def games() -> dict[str, np.ndarray]:
    """Payoff tensors (N, A1, .., AN) by name."""
    rng = np.random.default_rng(0)
    return {" x ".join(map(str, shape)): rng.random((len(shape), *shape)) for shape in SHAPES}


def peer(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What Gambit makes of them; nothing where it is not set up."""
    python = os.environ.get("DETENTE_PEERS")
    if not python:
        print("Gambit is not set up (DETENTE_PEERS); running without it")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        for name, payoffs in tensors.items():
            write_nfg(list(payoffs), Path(folder) / f"{name}.nfg")
        subprocess.run([python, str(PEER), folder, str(PRECISION), str(TIMES)], check=True)
        with np.load(Path(folder) / "found.npz") as arrays:
            return dict(arrays)


def main() -> None:
    """A line for each game."""
    print(f"{machine()}; milliseconds of processor time to precision {PRECISION:g}, the best of {TIMES}")
    tensors = games()
    theirs = peer(tensors)
    print(f"{'actions':18}{'detente':>10}{'steps':>7}{'regret':>9}{'Gambit':>10}{'times':>8}{'apart':>10}")
    for name, payoffs in tensors.items():
        game = StochasticGame.strategic(list(payoffs))
        ours = float("inf")
        for _ in range(TIMES):
            began = time.process_time()
            found = trace(game, PRECISION)
            ours = min(ours, time.process_time() - began)
        line = f"{name:18}{1e3 * ours:>10.1f}{found.steps:>7}{found.regret.max():>9.1e}"
        if name in theirs:
            seconds = float(theirs[f"{name}_seconds"])
            policy = found.policy[0][~np.isnan(found.policy[0])]
            apart = np.abs(policy - theirs[name]).max()
            line += f"{1e3 * seconds:>10.1f}{ours / seconds:>8.1f}{apart:>10.1e}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
