"""Run by pygambit's own Python: trace the strategic games (.nfg) of a folder, write times and profiles."""

import sys
import time
from pathlib import Path

import numpy as np
import pygambit


def main(folder: str, precision: float, times: int) -> None:
    out = {}
    for path in sorted(Path(folder).glob("*.nfg")):
        game = pygambit.read_nfg(str(path))
        seconds = float("inf")
        for _ in range(times):
            began = time.process_time()
            found = pygambit.qre.logit_solve_lambda(game, lam=precision)
            seconds = min(seconds, time.process_time() - began)
        out[f"{path.stem}_seconds"] = seconds
        profile = (found[-1] if isinstance(found, list) else found).profile
        out[path.stem] = np.concatenate([[chance for _, chance in profile[player]] for player in game.players])
    np.savez(Path(folder) / "found.npz", **out)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
