"""Run by sgamesolver's own Python: trace the game of an .npz file to a precision, write what comes out beside it."""

import sys
import time

import numpy as np
import sgamesolver


def main(source: str, target: str, precision: float) -> None:
    with np.load(source) as arrays:
        game = sgamesolver.SGame(list(arrays["payoffs"]), list(arrays["transitions"]), arrays["discount"])
    clock, processor = time.perf_counter(), time.process_time()
    homotopy = sgamesolver.homotopy.QRE(game)
    homotopy.solver_setup(target_lambda=precision)
    homotopy.solver.verbose = 0
    homotopy.solve()
    seconds = [time.perf_counter() - clock, time.process_time() - processor]
    np.savez(target, policy=homotopy.equilibrium.strategies, value=homotopy.equilibrium.values, seconds=seconds)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
