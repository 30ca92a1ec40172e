"""Analyse a game with a checkout of gmcr-py: ``python gmcr_py.py checkout game.gmcr found.npz times``.

Its own classes read the game (options by place in the list, states numbered from 1 with the first option changing
fastest), and its own methods say for each decision maker and state whether it is stable. Writes stable (S, N, 4) as
Nash, GMR, SMR and SEQ, and the seconds of reading, of finding who can move where, and of each concept, the fastest of
some runs. No window is opened; where the Python has no tkinter an empty module takes its place. It needs NumPy only.
"""

import sys
import time
import types

import numpy as np

try:
    import tkinter.filedialog  # noqa: F401
except ImportError:
    sys.modules["tkinter"] = types.ModuleType("tkinter")
    sys.modules["tkinter"].filedialog = None


def analysed(source):
    """Stability (S, N, 4) and the seconds of each stage."""
    from data_01_conflictModel import ConflictModel
    from data_02_conflictSolvers import LogicalSolver

    clock = [time.perf_counter()]
    conflict = ConflictModel()
    conflict.load_from_file(source)
    clock.append(time.perf_counter())
    solver = LogicalSolver(conflict)
    clock.append(time.perf_counter())
    found = []
    for concept in (solver.nash, solver.gmr, solver.smr, solver.seq):
        found.append([[bool(concept(dm, s)[0]) for dm in solver.effectiveDMs] for s in range(len(conflict.feasibles))])
        clock.append(time.perf_counter())
    return np.stack(found, axis=2), np.diff(clock)


def main(checkout, source, target, times):
    """Analyse it some times and write what comes of it."""
    sys.path.insert(0, checkout)
    runs = [analysed(source) for _ in range(int(times))]
    np.savez(target, stable=runs[0][0], seconds=np.min([seconds for _, seconds in runs], axis=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
